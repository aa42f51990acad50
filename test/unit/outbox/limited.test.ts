import assert from "node:assert/strict";
import fc from "fast-check";
import { discard } from "../../../src/outbox/by-hand";
import { SlidingLimit } from "../../../src/outbox/sliding-limit";
import { settled } from "../../support/fake-clock";
import { greylisted } from "./failures";
import { type Handover, namesOf, startRig } from "./rig";

describe("A limit per minute", () => {
  const answer = (handover: Handover): void => handover.accept();

  it("is told to those whom it keeps waiting, and when their turn is", async () => {
    const { clock, handovers, enqueue } = await startRig({ perMinute: 1 });
    const [first, second, third] = [await enqueue("a"), await enqueue("b"), await enqueue("c")];
    await clock.advance(10_000);
    handovers[0]?.accept();
    await settled();
    const until = clock.now() + 60_000;
    assert.equal(first.outcome?.state, "sent");
    for (const waiting of [second, third])
      assert.deepEqual(waiting.progress, [{ state: "queued" }, { state: "limited", until }]);
    const late = await enqueue("d");
    assert.deepEqual(late.progress, [{ state: "limited", until }]);
    await clock.advance(60_000);
    assert.deepEqual([namesOf(handovers), second.progress.at(-1)], [["a", "b"], { state: "sending" }]);
    handovers[1]?.accept();
    await settled();
    assert.deepEqual(third.progress.at(-1), { state: "limited", until: clock.now() + 60_000 });
    assert.equal(late.progress.length, 1);
  });

  it("is told to the next in line where the one before was discarded by hand", async () => {
    const { clock, store, outcomes, handovers, enqueue } = await startRig({ perMinute: 1 });
    const [, second, third] = [await enqueue("a"), await enqueue("b"), await enqueue("c"), await enqueue("d")];
    handovers[0]?.accept();
    await settled();
    await clock.advance(60_000);
    assert.deepEqual(namesOf(handovers), ["a", "b"]);
    assert.equal(await discard([store], outcomes, [third?.id ?? ""], clock.now()), 1);
    const fourth = await enqueue("e");
    handovers[1]?.accept();
    await settled();
    assert.equal(second?.outcome?.state, "sent");
    await clock.advance(60_000);
    handovers[2]?.accept();
    await settled();
    assert.deepEqual(fourth.progress.at(-1), { state: "limited", until: clock.now() + 60_000 });
  });

  it("goes on with its history when the configuration is deployed anew, with the limit that is set then", async () => {
    const limit = new SlidingLimit();
    const { clock, store, outcomes, outbox, enqueue, handovers } = await startRig({ limit, perMinute: 2, answer });
    for (const name of ["a", "b"]) await enqueue(name);
    await settled();
    const ended = clock.now();
    assert.equal(handovers.length, 2);
    await Promise.all([outbox.stop(0), clock.advance(0)]);
    await clock.advance(10_000);
    const shared = { clock, store, outcomes, limit, answer };
    const next = await startRig({ ...shared, perMinute: 2 });
    const waiting = [await next.enqueue("c"), await next.enqueue("d")];
    await settled();
    assert.equal(next.handovers.length, 0);
    for (const { progress } of waiting) assert.deepEqual(progress.at(-1), { state: "limited", until: ended + 60_000 });
    await Promise.all([next.outbox.stop(0), clock.advance(0)]);
    const last = await startRig({ ...shared, perMinute: 3 });
    await settled();
    assert.deepEqual(namesOf(last.handovers), ["c"]);
    await clock.advance(50_000);
    assert.deepEqual(namesOf(last.handovers), ["c", "d"]);
    await last.outbox.stop(0);
    assert.equal(clock.timers, 0);
  });

  it("is looked at again where all places were taken by mails that a predecessor was still sending", async () => {
    const limit = new SlidingLimit();
    const first = await startRig({ limit, perMinute: 1 });
    await first.enqueue("a");
    await settled();
    const { clock, store, outcomes } = first;
    const next = await startRig({ clock, store, outcomes, limit, perMinute: 1, answer });
    await next.enqueue("b");
    await settled();
    assert.equal(next.handovers.length, 0);
    first.handovers[0]?.accept();
    await settled();
    await clock.advance(120_000);
    assert.deepEqual(namesOf(next.handovers), ["b"]);
    await Promise.all([first.outbox.stop(0), next.outbox.stop(0), clock.advance(0)]);
  });

  it("is told at a cost that does not grow with what waits", async () => {
    const { clock, enqueue } = await startRig({ perMinute: 10, answer: (handover) => handover.accept() });
    const mails = await Promise.all(Array.from({ length: 500 }, (_, at) => enqueue(`m${at}`)));
    await clock.advance(20 * 60_000);
    const told = mails.reduce((sum, { progress }) => sum + progress.length, 0);
    assert.ok(told <= 500 * 4, `${told} messages`);
  });

  it("holds in every sixty seconds, retries included, and everything is sent in the end", async () => {
    const schedule = fc.array(
      fc.record({ at: fc.nat({ max: 120_000 }), lasts: fc.nat({ max: 70_000 }), deferred: fc.nat({ max: 2 }) }),
      { minLength: 1, maxLength: 12 },
    );
    const [connections, limit] = [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })];
    const property = fc.asyncProperty(schedule, connections, limit, async (jobs, maxConnections, perMinute) => {
      const runs: { start: number; end: number }[] = [];
      const tries = new Map<string, number>();
      const rig = await startRig({
        maxConnections,
        perMinute,
        answer: ({ name, at, accept, refuse }) => {
          const { lasts = 0, deferred = 0 } = jobs[Number(name)] ?? {};
          const before = tries.get(name) ?? 0;
          tries.set(name, before + 1);
          runs.push({ start: at, end: at + lasts });
          rig.clock.after(lasts, () => (before < deferred ? refuse(greylisted()) : accept()));
        },
      });
      jobs.forEach(({ at }, index) => {
        rig.clock.after(at, () => void rig.enqueue(String(index)));
      });
      await rig.clock.advance(3 * 3_600_000);
      assert.equal((await rig.store.counts()).sent, jobs.length);
      runs.forEach((run, index) => {
        const upToNow = runs.slice(0, index + 1);
        const inMinute = upToNow.filter(({ end }) => end > run.start - 60_000);
        assert.ok(inMinute.length <= perMinute, `${inMinute.length} in a minute`);
        const atOnce = upToNow.filter(({ end }) => end > run.start);
        assert.ok(atOnce.length <= maxConnections, `${atOnce.length} at once`);
      });
      await rig.outbox.stop(0);
      assert.equal(rig.clock.timers, 0);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
