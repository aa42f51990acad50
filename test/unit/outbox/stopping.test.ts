import assert from "node:assert/strict";
import { QUEUE } from "../../contract/sample-entries";
import { settled } from "../../support/fake-clock";
import { away, failure, greylisted, lostAnswer } from "./failures";
import { FailingStore, mail, makeRig, type Rig, startRig } from "./rig";
import { SlowStore } from "./slow-stores";

describe("Stopping the outbox", () => {
  it("lets finish what is being sent, and keeps what waits", async () => {
    const rig = await startRig();
    const [running, waiting] = [await rig.enqueue("a"), await rig.enqueue("b")];
    await settled();
    const stopped = rig.outbox.stop(10_000);
    await rig.clock.advance(9_999);
    assert.equal(rig.handovers[0]?.signal.aborted, false);
    rig.handovers[0]?.accept();
    await stopped;
    assert.deepEqual([running.outcome?.state, waiting.outcome, rig.handovers.length], ["sent", undefined, 1]);
    assert.equal(await rig.stateOf(waiting), "queued");
    assert.equal(rig.clock.timers, 0);
  });

  it("cuts off what is not finished after the grace, to be sent by the next one", async () => {
    const rig = await startRig();
    const running = await rig.enqueue("a");
    await settled();
    const stopped = rig.outbox.stop(10_000);
    await rig.clock.advance(10_000);
    await stopped;
    assert.deepEqual([running.outcome, await rig.stateOf(running)], [undefined, "deferred"]);
    assert.equal((await rig.store.get(running.id))?.nextAttemptAt, rig.clock.now());
  });

  it("lets a successor on the same store tell whoever waited", async () => {
    const rig = await startRig();
    const [running, waiting] = [await rig.enqueue("a"), await rig.enqueue("b")];
    await settled();
    await Promise.all([rig.outbox.stop(0), rig.clock.advance(0)]);
    const { clock, store, outcomes } = rig;
    await startRig({ clock, store, outcomes, maxConnections: 2, answer: (handover) => handover.accept() });
    await settled();
    assert.deepEqual([running.outcome?.state, waiting.outcome?.state], ["sent", "sent"]);
    assert.equal(waiting.progress.at(-1)?.state, "sending");
  });

  it("refuses new mails", async () => {
    const { outbox } = await startRig();
    await outbox.stop(0);
    await assert.rejects(
      outbox.enqueue(mail("a"), { subject: "a" }, () => {}),
      { code: "ERR_MAIL_CANCELLED" },
    );
  });

  it("waits for a mail that the store is still taking, so that a successor finds it", async () => {
    const store = new SlowStore("add");
    await store.open();
    const rig = await startRig({ store });
    const enqueued = rig.enqueue("a");
    let stopped = false;
    const stopping = rig.outbox.stop(0).then(() => {
      stopped = true;
    });
    await settled();
    assert.equal(stopped, false);
    store.goOn();
    await stopping;
    assert.equal(await rig.stateOf(await enqueued), "queued");
    assert.equal(rig.handovers.length, 0);
  });

  it("waits for mails that the store is just handing out", async () => {
    const store = new SlowStore("claim");
    await store.open();
    const rig = await startRig({ store });
    const watched = await enqueueWhileClaiming(rig, store);
    const stopping = rig.outbox.stop(10_000);
    await settled();
    store.goOn();
    await settled();
    rig.handovers[0]?.accept();
    await stopping;
    assert.equal(watched.outcome?.state, "sent");
    assert.equal((await store.counts()).sending, 0);
  });

  it("resolves a second call not before the first", async () => {
    const { outbox, handovers, enqueue } = await startRig();
    await enqueue("a");
    await settled();
    const order: string[] = [];
    const both = [outbox.stop(1000).then(() => order.push("first")), outbox.stop(0).then(() => order.push("second"))];
    await settled();
    assert.deepEqual(order, []);
    handovers[0]?.accept();
    await Promise.all(both);
    assert.deepEqual(order.sort(), ["first", "second"]);
  });

  it("leaves no timer, whatever it waited for", async () => {
    for (const error of [away(), greylisted(), lostAnswer()]) {
      const { clock, outbox, enqueue } = await startRig({ perMinute: 1, answer: (handover) => handover.refuse(error) });
      await enqueue("a");
      await settled();
      assert.equal(clock.timers, 1);
      await outbox.stop(0);
      assert.equal(clock.timers, 0);
    }
  });

  it("leaves no timer where the store tells only then when the next mail is due", async () => {
    const store = new SlowStore("nextDueAt");
    await store.open();
    const { clock, outbox, enqueue } = await startRig({
      store,
      maxConnections: 2,
      answer: (handover) => handover.refuse(greylisted()),
    });
    store.goOn();
    await enqueue("a");
    await settled();
    const stopped = outbox.stop(0);
    store.goOn();
    await stopped;
    assert.equal(clock.timers, 0);
  });

  it("wins over a start that comes after it", async () => {
    const { clock, store, outbox, handovers } = await makeRig();
    await outbox.stop(0);
    await outbox.start();
    assert.deepEqual([handovers.length, clock.timers], [0, 0]);
    assert.deepEqual(await store.nextDueAt(QUEUE, clock.now()), undefined);
  });
});

describe("What was interrupted by the end of a process", () => {
  async function restart(policy: { giveUpAfterMs?: number; onUnconfirmed?: "resend" | "hold" }, times = 1) {
    const first = await startRig();
    const watched = await first.enqueue("a");
    let clock = first.clock;
    for (let time = 0; time < times; time++) {
      const [claimed] = await first.store.claim(QUEUE, 1, clock.now());
      if (claimed) await first.store.startBody(claimed.id);
      else await first.store.startBody(watched.id);
      const interrupted = await first.store.recover(clock.now());
      const next = await makeRig({
        ...first,
        policy: { giveUpAfterMs: 3_600_000, onUnconfirmed: "resend", ...policy },
        answer: (handover) => handover.accept(),
      });
      await next.outbox.start(interrupted);
      if (time === times - 1) return { first, watched, next };
      await next.outbox.stop(0);
      clock = next.clock;
      clock.jump(60_000);
    }
    throw new Error("never");
  }

  it("is sent again after a minute", async () => {
    const { first, watched, next } = await restart({});
    await first.clock.advance(59_999);
    assert.equal(next.handovers.length, 0);
    await first.clock.advance(1);
    assert.equal(watched.outcome?.state, "sent");
    assert.deepEqual(
      watched.outcome?.attempts.map(({ outcome }) => outcome),
      ["interrupted", "accepted"],
    );
    assert.equal((await first.store.get(watched.id))?.unconfirmed, 1);
  });

  it("is held where that is asked for", async () => {
    const { first, watched } = await restart({ onUnconfirmed: "hold" });
    assert.deepEqual([await first.stateOf(watched), watched.progress.at(-1)?.state], ["held", "held"]);
  });

  it("is held after the third time", async () => {
    const { first, watched } = await restart({}, 3);
    assert.equal(await first.stateOf(watched), "held");
  });

  it("fails, and is told, where there is no second attempt", async () => {
    const { first, watched } = await restart({ giveUpAfterMs: 0 });
    await settled();
    assert.deepEqual([await first.stateOf(watched), watched.outcome?.error?.code], ["dead", "ERR_MAIL_UNCONFIRMED"]);
  });

  it("is told to the node it came from where nobody waits any more", async () => {
    const rig = await makeRig({ answer: (handover) => handover.accept() });
    const heard: string[] = [];
    rig.outcomes.listen("node-1", ({ messageId, state }) => heard.push(`${messageId} ${state}`));
    const { messageId, envelope, mime } = mail("a");
    const recipients = envelope.to.map((address) => ({ address, state: "unknown" as const }));
    const queuedAt = rig.clock.now();
    const entry = { id: "x", queue: QUEUE, messageId, from: envelope.from, recipients, subject: "a", queuedAt, mime };
    await rig.store.add({ ...entry, origin: "node-1" });
    await rig.outbox.start();
    await settled();
    assert.deepEqual(heard, ["<a@example.com> sent"]);
  });
});

describe("A store that fails", () => {
  const full = failure("store-full", "queue");

  for (const call of ["claim", "nextDueAt"] as const) {
    it(`at ${call}: it is asked again later, and nothing is lost`, async () => {
      const store = new FailingStore(call, full);
      await store.open();
      const rig = await startRig({ store, answer: (handover) => handover.refuse(greylisted()) });
      const watched = await rig.enqueue("a");
      await settled();
      assert.equal(rig.clock.timers, 1);
      store.healed = true;
      await rig.clock.advance(60_000);
      assert.ok(rig.handovers.length > 0);
      assert.equal(await rig.stateOf(watched), "deferred");
    });
  }

  it("while the body is marked: nothing leaves, and the mail is tried again later, not at once", async () => {
    const store = new FailingStore("startBody", full);
    await store.open();
    const rig = await startRig({
      store,
      answer: (handover) => void handover.beforeBody().then(() => handover.accept(), handover.refuse),
    });
    const watched = await rig.enqueue("a");
    await rig.clock.advance(29_999);
    assert.equal(rig.handovers.length, 1);
    store.healed = true;
    await rig.clock.advance(1);
    assert.equal(watched.outcome?.state, "sent");
  });

  for (const call of ["complete", "bury", "defer"] as const) {
    it(`while writing down the end (${call}): the answer stands, and is written as soon as that works`, async () => {
      const store = new FailingStore(call, full);
      await store.open();
      const rig = await startRig({ store });
      const watched = await rig.enqueue("a");
      await settled();
      const refusal = call === "bury" ? failure("content-refused", "dot", 554) : greylisted();
      if (call === "complete") rig.handovers[0]?.accept();
      else rig.handovers[0]?.refuse(refusal);
      await settled();
      assert.equal(watched.outcome?.state ?? watched.progress.at(-1)?.state, expected[call]);
      assert.equal(await rig.stateOf(watched), "sending");
      await rig.enqueue("b");
      await settled();
      assert.equal(rig.handovers.length, 1, "nothing more is handed out meanwhile");
      store.healed = true;
      await rig.clock.advance(60_000);
      assert.equal(await rig.stateOf(watched), { complete: "sent", bury: "dead", defer: "deferred" }[call]);
      assert.ok(rig.handovers.length >= 2);
    });
  }

  const expected = { complete: "sent", bury: "dead", defer: "retry" } as const;
});

async function enqueueWhileClaiming(rig: Rig, store: SlowStore) {
  await settled();
  store.goOn();
  await settled();
  const watched = await rig.enqueue("a");
  await settled();
  return watched;
}
