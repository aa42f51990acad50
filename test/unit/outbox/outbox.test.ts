import assert from "node:assert/strict";
import { SendError } from "../../../src/model/send-error";
import type { ClaimedEntry } from "../../../src/outbox/outbox-store";
import { MemoryOutboxStore } from "../../../src/outbox/stores/memory-outbox-store";
import { settled } from "../../support/fake-clock";
import {
  allRefused,
  away,
  failure,
  greylisted,
  HOUR,
  loginRefused,
  lostAnswer,
  recipient,
  throttled,
} from "./failures";
import { FailingStore, mail, namesOf, startRig } from "./rig";
import { SlowStore } from "./slow-stores";

describe("Queueing a mail", () => {
  it("resolves only once the store has it, and tells nobody before", async () => {
    const store = new SlowStore("add");
    await store.open();
    const { handovers, outbox } = await startRig({ store });
    const progress: unknown[] = [];
    let queued = false;
    const enqueued = outbox.enqueue(mail("a"), { subject: "a" }, (event) => progress.push(event));
    void enqueued.then(() => {
      queued = true;
    });
    await settled();
    assert.deepEqual([queued, progress, handovers.length], [false, [], 0]);
    store.goOn();
    await enqueued;
    await settled();
    assert.deepEqual([progress[0], handovers.length], [{ state: "queued" }, 1]);
  });

  it("fails with the store's error where it cannot be kept, and leaves nothing behind", async () => {
    const full = failure("store-full", "queue");
    const store = new FailingStore("add", full);
    await store.open();
    const { clock, enqueue, handovers } = await startRig({ store });
    await assert.rejects(enqueue("a"), (error) => error === full);
    assert.equal((await store.list({ limit: 9 })).length, 0);
    assert.deepEqual([handovers.length, clock.timers], [0, 0]);
    store.healed = true;
    await enqueue("b");
    await settled();
    assert.deepEqual(namesOf(handovers), ["b"]);
  });

  it("tells a duplicate and the first one's id and Message-ID", async () => {
    const { outbox, handovers } = await startRig();
    const envelop = { subject: "a", dedupeKey: "order-1", dedupeForMs: HOUR };
    const first = await outbox.enqueue(mail("a"), envelop, () => {});
    const second = await outbox.enqueue(mail("b"), envelop, () => assert.fail("nothing to tell"));
    assert.deepEqual(second, { state: "duplicate", id: first.id, messageId: "<a@example.com>" });
    await settled();
    assert.deepEqual(namesOf(handovers), ["a"]);
  });

  it("sends a mail with the same key again when its time is over", async () => {
    const { clock, outbox } = await startRig({ answer: (handover) => handover.accept() });
    const envelop = { subject: "a", dedupeKey: "order-1", dedupeForMs: HOUR };
    await outbox.enqueue(mail("a"), envelop, () => {});
    await clock.advance(HOUR);
    assert.equal((await outbox.enqueue(mail("b"), envelop, () => {})).state, "queued");
  });
});

describe("A mail whose content cannot be read", () => {
  class Unreadable extends MemoryOutboxStore {
    reason: "store-body-missing" | "store-body-unreadable" = "store-body-missing";

    override async claim(...asked: Parameters<MemoryOutboxStore["claim"]>): Promise<ClaimedEntry[]> {
      const unreadable = { reason: this.reason, facts: { value: "bodies", response: "EIO" } };
      const claimed = await super.claim(...asked);
      return claimed.map((entry) => (entry.subject === "a" ? { ...entry, unreadable } : entry));
    }
  }

  it("is given up where it is gone, whoever waits is told why, and the others are sent", async () => {
    const store = new Unreadable();
    await store.open();
    const { enqueue, handovers } = await startRig({ store, answer: (handover) => handover.accept() });
    const gone = await enqueue("a");
    await enqueue("b");
    await settled();
    assert.deepEqual([gone.outcome?.state, gone.outcome?.error?.reason], ["dead", "store-body-missing"]);
    assert.deepEqual(namesOf(handovers), ["b"]);
  });

  it("is tried again where it cannot be read now, which says nothing of the server", async () => {
    const store = new Unreadable();
    store.reason = "store-body-unreadable";
    await store.open();
    const { enqueue, outbox, stateOf } = await startRig({ store });
    const stuck = await enqueue("a");
    await settled();
    assert.equal(await stateOf(stuck), "deferred");
    assert.equal(outbox.standing.state, "ok");
  });
});

describe("Sending what waits", () => {
  it("settles with the server's answer, the attempts and the time since queueing", async () => {
    const { clock, handovers, enqueue, stateOf } = await startRig();
    const watched = await enqueue("a");
    await clock.advance(1234);
    handovers[0]?.accept();
    await settled();
    const { outcome, progress } = watched;
    assert.deepEqual([outcome?.state, outcome?.durationMs, outcome?.response], ["sent", 1234, "250 2.0.0 Ok"]);
    assert.deepEqual(
      outcome?.attempts.map((attempt) => [attempt.outcome, attempt.ms]),
      [["accepted", 1234]],
    );
    assert.deepEqual(progress, [{ state: "queued" }, { state: "sending" }]);
    assert.equal(await stateOf(watched), "sent");
  });

  it("marks the body before it leaves", async () => {
    const { store, handovers, enqueue } = await startRig();
    const { id } = await enqueue("a");
    await settled();
    assert.equal((await store.get(id))?.bodyStarted, false);
    await handovers[0]?.beforeBody();
    assert.equal((await store.get(id))?.bodyStarted, true);
  });

  it("hands over one after the other, oldest first, as many at once as allowed", async () => {
    const { clock, handovers, enqueue } = await startRig({ maxConnections: 2 });
    for (const name of ["a", "b", "c"]) {
      await enqueue(name);
      await clock.advance(1);
    }
    assert.deepEqual(namesOf(handovers), ["a", "b"]);
    handovers[1]?.accept();
    await settled();
    assert.deepEqual(namesOf(handovers), ["a", "b", "c"]);
  });

  it("retries a deferred mail at its time, and then settles", async () => {
    const { clock, handovers, enqueue } = await startRig();
    const watched = await enqueue("a");
    await settled();
    const error = greylisted();
    handovers[0]?.refuse(error);
    await settled();
    assert.deepEqual(watched.progress.at(-1), { state: "retry", at: clock.now() + 30_000, error });
    await clock.advance(29_999);
    assert.equal(handovers.length, 1);
    await clock.advance(1);
    handovers[1]?.accept();
    await settled();
    assert.deepEqual(
      watched.outcome?.attempts.map(({ outcome }) => outcome),
      ["deferred", "accepted"],
    );
  });

  it("never sends again to whom it was accepted for", async () => {
    const [a, b, c] = ["a@example.com", "b@example.com", "c@example.com"];
    const { clock, handovers, enqueue } = await startRig();
    const watched = await enqueue("m", [a, b, c]);
    await settled();
    handovers[0]?.accept({ [b]: "deferred", [c]: "rejected" });
    await clock.advance(30_000);
    assert.deepEqual(handovers[1]?.to, [b]);
    handovers[1]?.refuse(allRefused([recipient(b, "deferred")]));
    await clock.advance(60_000);
    assert.deepEqual(handovers[2]?.to, [b]);
    handovers[2]?.accept();
    await settled();
    const states = watched.outcome?.recipients.map(({ state }) => state);
    assert.deepEqual([watched.outcome?.state, states], ["sent", ["accepted", "accepted", "rejected"]]);
  });

  it("gives up after the time allowed, and says so", async () => {
    const policy = { giveUpAfterMs: HOUR, onUnconfirmed: "resend" } as const;
    const rig = await startRig({ policy, answer: (handover) => handover.refuse(greylisted()) });
    const watched = await rig.enqueue("a");
    await rig.clock.advance(HOUR);
    assert.deepEqual([watched.outcome?.state, watched.outcome?.error?.code], ["dead", "ERR_MAIL_EXPIRED"]);
    assert.equal(await rig.stateOf(watched), "dead");
    // After 0 s, 30 s, 1.5, 3.5, 8.5, 18.5 and 38.5 minutes.
    assert.equal(rig.handovers.length, 7);
  });

  it("holds a mail whose answer was lost three times, until a person releases it", async () => {
    const rig = await startRig({ answer: (handover) => handover.refuse(lostAnswer()) });
    const watched = await rig.enqueue("a");
    await rig.clock.advance(HOUR);
    assert.deepEqual([rig.handovers.length, await rig.stateOf(watched)], [3, "held"]);
    assert.equal(watched.progress.at(-1)?.state, "held");
    await rig.store.release([watched.id], rig.clock.now());
    rig.outbox.wake();
    await settled();
    assert.equal(rig.handovers.length, 4);
  });

  it("goes on where somebody who watches a mail fails", async () => {
    const { outbox, handovers } = await startRig();
    const watcher = (): void => {
      throw new Error("the status could not be shown");
    };
    await outbox.enqueue(mail("a"), { subject: "a" }, watcher);
    await settled();
    assert.equal(handovers.length, 1);
  });

  it("takes an error that is not a SendError for a failure of this package, and tries again", async () => {
    const { clock, handovers, enqueue } = await startRig();
    const watched = await enqueue("a");
    await settled();
    handovers[0]?.refuse(new TypeError("of undefined"));
    await clock.advance(30_000);
    assert.equal(handovers.length, 2);
    const retry = watched.progress.find(({ state }) => state === "retry");
    assert.ok(retry?.state === "retry" && retry.error instanceof SendError);
  });
});

describe("A server that is away", () => {
  it("for ten seconds: one probe at a time, every mail arrives, and no attempt is used up", async () => {
    let until = Number.POSITIVE_INFINITY;
    const rig = await startRig({
      maxConnections: 4,
      answer: (handover) => (handover.at < until ? handover.refuse(away()) : handover.accept()),
    });
    until = rig.clock.now() + 10_000;
    const mails = await Promise.all(Array.from({ length: 20 }, (_, at) => rig.enqueue(`m${at}`)));
    await rig.clock.advance(10_000);
    // Those that were on their way at once, and one probe after 5 s.
    assert.ok(rig.handovers.length <= 4 + 1, `${rig.handovers.length} attempts`);
    await rig.clock.advance(5000);
    assert.deepEqual(new Set(mails.map(({ outcome }) => outcome?.state)), new Set(["sent"]));
    const outcomes = mails.flatMap(({ outcome }) => outcome?.attempts.slice(0, -1).map((each) => each.outcome));
    assert.deepEqual(new Set(outcomes), new Set(["postponed"]));
  });

  it("tells when it is tried again", async () => {
    const { clock, handovers, enqueue } = await startRig();
    const watched = await enqueue("a");
    await settled();
    const error = away();
    handovers[0]?.refuse(error);
    await settled();
    assert.deepEqual(watched.progress.at(-1), { state: "retry", at: clock.now() + 5000, error });
    await clock.advance(5000);
    assert.equal(handovers.length, 2);
  });

  it("is tried at once where a person says that it is there", async () => {
    const { handovers, enqueue, outbox, held } = await startRig();
    await enqueue("a");
    await settled();
    handovers[0]?.refuse(away());
    await settled();
    outbox.resume();
    await settled();
    assert.deepEqual([handovers.length, held], [2, []]);
  });

  it("gets fewer connections where it complains", async () => {
    const { clock, handovers, enqueue } = await startRig({ maxConnections: 4 });
    for (let at = 0; at < 8; at++) await enqueue(`m${at}`);
    await settled();
    assert.equal(handovers.length, 4);
    for (const handover of handovers.slice()) handover.refuse(throttled());
    await clock.advance(5000);
    assert.equal(handovers.length, 6);
  });
});

describe("A login that is refused", () => {
  it("holds the whole queue, tells it once, loses nothing, and goes on when a person says so", async () => {
    const rig = await startRig({ maxConnections: 3 });
    const mails = await Promise.all(["a", "b", "c", "d", "e"].map((name) => rig.enqueue(name)));
    await settled();
    const error = loginRefused();
    for (const handover of rig.handovers.slice()) handover.refuse(error);
    await rig.clock.advance(100 * HOUR);
    assert.deepEqual(rig.held, [error]);
    assert.equal(rig.handovers.length, 3);
    assert.equal(rig.outbox.heldBy, error);
    const late = await rig.enqueue("f");
    assert.deepEqual(late.progress, [{ state: "held", error }]);
    assert.deepEqual(mails[0]?.progress.at(-1), { state: "held", error });
    rig.outbox.resume();
    assert.deepEqual(rig.held, [error, undefined]);
    for (let at = 3; at < 9; at++) {
      await settled();
      rig.handovers[at]?.accept();
    }
    await settled();
    assert.deepEqual(new Set([...mails, late].map(({ outcome }) => outcome?.state)), new Set(["sent"]));
  });

  it("is held again where nothing was mended", async () => {
    const rig = await startRig({ answer: (handover) => handover.refuse(loginRefused()) });
    const watched = await rig.enqueue("a");
    await settled();
    rig.outbox.resume();
    await settled();
    assert.deepEqual(
      rig.held.map((error) => error?.code),
      ["ERR_MAIL_AUTH", undefined, "ERR_MAIL_AUTH"],
    );
    assert.equal(await rig.stateOf(watched), "deferred");
  });

  it("fails the mail, and holds nothing, where there is no second attempt", async () => {
    const policy = { giveUpAfterMs: 0, onUnconfirmed: "resend" } as const;
    const rig = await startRig({ policy, answer: (handover) => handover.refuse(loginRefused()) });
    const watched = await rig.enqueue("a");
    await settled();
    assert.deepEqual([watched.outcome?.error?.code, rig.held], ["ERR_MAIL_AUTH", []]);
  });
});
