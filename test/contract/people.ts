import assert from "node:assert/strict";
import { ENTRY_STATES, type EntryState } from "../../src/model/entry-state";

import type { Rig } from "./outbox-store";
import { addOneOfEach, entry, idsOf, QUEUE, result } from "./sample-entries";

export function peopleContract(rig: Rig): void {
  /** The ids of the entries that `change` left as they were. */
  const untouchedBy = async (change: () => Promise<unknown>): Promise<EntryState[]> => {
    const before = await rig.store.list({ limit: 20 });
    await change();
    const after = await rig.store.list({ limit: 20 });
    return before.filter((one, at) => JSON.stringify(one) === JSON.stringify(after[at])).map(({ state }) => state);
  };

  describe("what a person does", () => {
    it("release makes deferred, held and dead ones due at once, with their bodies, and no others", async () => {
      await addOneOfEach(rig.store);
      const untouched = await untouchedBy(async () =>
        assert.equal(await rig.store.release([...ENTRY_STATES, "nobody", "held"], 5000), 3),
      );
      assert.deepEqual(untouched.sort(), ["cancelled", "queued", "sending", "sent"]);
      assert.equal(await rig.store.release(["held"], 6000), 0);
      for (const [id, state, agesFrom] of [
        ["deferred", "deferred", undefined],
        ["held", "queued", 5000],
        ["dead", "queued", 5000],
      ] as const) {
        const released = (await rig.store.get(id)) ?? assert.fail(id);
        const { nextAttemptAt, updatedAt, attempts } = released;
        assert.deepEqual([released.state, released.agesFrom], [state, agesFrom]);
        assert.deepEqual([nextAttemptAt, updatedAt, attempts.length], [5000, 5000, 1]);
      }
      assert.equal(await rig.store.nextDueAt(QUEUE, 5000), 1000);
      const claimed = await rig.store.claim(QUEUE, 10, 5000);
      assert.deepEqual(idsOf(claimed), ["queued", "deferred", "held", "dead"]);
      for (const { id, mime } of claimed) assert.deepEqual(mime, entry(id).mime);
    });

    it("release leaves nothing behind of the time for which a deferred one waited", async () => {
      await addOneOfEach(rig.store);
      await rig.store.cancel(["queued"], 2000);
      await rig.store.release(["deferred"], 3000);
      await rig.store.claim(QUEUE, 1, 3000);
      await rig.store.defer("deferred", { ...result(3000), nextAttemptAt: 12_000 });
      await rig.store.add(entry("between", { queuedAt: 10_000 }));
      assert.equal(await rig.store.nextDueAt(QUEUE, 9000), 10_000);
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 5, 11_000)), ["between"]);
    });

    it("release asks again those who refused a dead mail, and never those who refused a held one", async () => {
      const recipients = (["accepted", "rejected", "deferred"] as const).map((state, at) => ({
        address: `r${at}@example.com`,
        state,
        answer: { response: `${state} it` },
      }));
      for (const [end, id] of [
        ["bury", "dead"],
        ["hold", "held"],
      ] as const) {
        await rig.store.add(entry(id));
        await rig.store.claim(QUEUE, 1, 1000);
        await rig.store[end](id, { ...result(2000), recipients });
      }
      await rig.store.release(["dead", "held"], 3000);
      const [accepted, rejected, deferred] = recipients;
      assert.deepEqual((await rig.store.get("held"))?.recipients, recipients);
      assert.deepEqual((await rig.store.get("dead"))?.recipients, [
        accepted,
        { address: rejected?.address, state: "unknown" },
        deferred,
      ]);
    });

    it("park holds what waits, with nothing recorded, and no others", async () => {
      await addOneOfEach(rig.store);
      const before = (await rig.store.get("deferred")) ?? assert.fail();
      const untouched = await untouchedBy(async () =>
        assert.equal(await rig.store.park([...ENTRY_STATES, "nobody", "queued"], 5000), 2),
      );
      assert.deepEqual(untouched.sort(), ["cancelled", "dead", "held", "sending", "sent"]);
      assert.deepEqual(await rig.store.get("deferred"), { ...before, state: "held", updatedAt: 5000 });
      assert.equal(await rig.store.nextDueAt(QUEUE, 5000), undefined);
      assert.deepEqual(await rig.store.claim(QUEUE, 10, 1e12), []);
      assert.equal(await rig.store.release(["queued"], 6000), 1);
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 10, 6000)), ["queued"]);
    });

    it("cancel throws away what waits, is held or dead, and no others", async () => {
      await addOneOfEach(rig.store);
      const untouched = await untouchedBy(async () =>
        assert.equal(await rig.store.cancel([...ENTRY_STATES, "nobody", "queued"], 5000), 4),
      );
      assert.deepEqual(untouched.sort(), ["cancelled", "sending", "sent"]);
      const { state, updatedAt } = (await rig.store.get("held")) ?? assert.fail();
      assert.deepEqual({ state, updatedAt }, { state: "cancelled", updatedAt: 5000 });
      assert.deepEqual(await rig.store.claim(QUEUE, 10, 1e12), []);
      assert.equal(await rig.store.nextDueAt(QUEUE, 5000), undefined);
      assert.equal(await rig.store.release(["held", "queued"], 6000), 0);
    });

    it("all take an empty list, and very many ids", async () => {
      const ids = Array.from({ length: 3000 }, (_, at) => `m${at}`);
      await Promise.all(ids.map((id) => rig.store.add(entry(id))));
      assert.equal(await rig.store.release([], 1), 0);
      assert.equal(await rig.store.park([], 1), 0);
      assert.equal(await rig.store.cancel([], 1), 0);
      assert.equal(await rig.store.park(ids, 1500), 3000);
      assert.equal(await rig.store.cancel(ids, 2000), 3000);
    });
  });

  describe("forgetting", () => {
    const keepAll = { now: 9000, sentBefore: 0, deadBefore: 0, maxSent: 100_000, maxDead: 100_000 };
    const left = async (): Promise<string[]> => idsOf(await rig.store.list({ limit: 5000 })).sort();

    it("forgets what was sent or thrown away before one time, and what died before another", async () => {
      await addOneOfEach(rig.store);
      assert.equal(await rig.store.prune({ ...keepAll, sentBefore: 2000, deadBefore: 2000 }), 0);
      assert.equal(await rig.store.prune({ ...keepAll, sentBefore: 2001 }), 2);
      assert.deepEqual(await left(), ["dead", "deferred", "held", "queued", "sending"]);
      assert.equal(await rig.store.prune({ ...keepAll, deadBefore: 2001 }), 1);
      assert.deepEqual(await left(), ["deferred", "held", "queued", "sending"]);
      assert.equal(await rig.store.get("dead"), undefined);
    });

    it("never forgets what is not at its end, however old", async () => {
      await addOneOfEach(rig.store);
      await rig.store.prune({ now: 1e12, sentBefore: 1e12, deadBefore: 1e12, maxSent: 0, maxDead: 0 });
      assert.deepEqual(await left(), ["deferred", "held", "queued", "sending"]);
      const counts = await rig.store.counts();
      assert.deepEqual(counts, { queued: 1, sending: 1, deferred: 1, held: 1, sent: 0, dead: 0, cancelled: 0 });
    });

    it("keeps the latest ones up to the number", async () => {
      for (let at = 0; at < 6; at++) await rig.store.add(entry(`m${at}`, { queue: at % 2 ? "q1" : "q2" }));
      for (const queue of ["q1", "q2"]) await rig.store.claim(queue, 10, 1000);
      for (const [at, id] of ["m3", "m1", "m5", "m0"].entries()) await rig.store.complete(id, result(2000 + at));
      for (const [at, id] of ["m4", "m2"].entries()) await rig.store.bury(id, result(2000 + at));
      assert.equal(await rig.store.prune({ ...keepAll, maxSent: 2, maxDead: 1 }), 3);
      assert.deepEqual(await left(), ["m0", "m2", "m5"]);
    });

    it("has times of their own for single queues", async () => {
      for (const queue of ["short", "long", "usual"]) {
        for (const [end, at] of [
          ["complete", 2000],
          ["complete", 3000],
          ["bury", 2000],
          ["bury", 3000],
        ] as const) {
          const id = `${queue} ${end} ${at}`;
          await rig.store.add(entry(id, { queue }));
          await rig.store.claim(queue, 1, 1000);
          await rig.store[end](id, result(at));
        }
      }
      const queues = new Map([
        ["short", { sentBefore: 4000, deadBefore: 2500 }],
        ["long", { sentBefore: 1000, deadBefore: 0 }],
        ["not there", { sentBefore: 9000, deadBefore: 9000 }],
      ]);
      assert.equal(await rig.store.prune({ ...keepAll, sentBefore: 2500, deadBefore: 4000, queues }), 6);
      const long = ["bury 2000", "bury 3000", "complete 2000", "complete 3000"].map((one) => `long ${one}`);
      assert.deepEqual(await left(), [...long, "short bury 3000", "usual complete 3000"]);
    });

    it("keeps a sent one beyond its time while its key keeps others out, but never more than the number", async () => {
      const keyed = { key: 9001, over: 9000, endless: undefined, dead: 9001, cancelled: 9001 };
      for (const [id, dedupeUntil] of Object.entries(keyed)) {
        await rig.store.add(entry(id, { dedupeKey: id, dedupeUntil }));
        if (id === "cancelled") await rig.store.cancel([id], 2000);
        await rig.store.claim(QUEUE, 1, 1000);
        if (id === "dead") await rig.store.bury(id, result(2000));
        else await rig.store.complete(id, result(2000));
      }
      assert.equal(await rig.store.prune({ ...keepAll, sentBefore: 8000, deadBefore: 8000 }), 4);
      assert.deepEqual(await left(), ["key"]);
      assert.equal((await rig.store.add(entry("again", { dedupeKey: "key", queuedAt: 9000 }))).added, false);
      assert.equal(await rig.store.prune({ ...keepAll, maxSent: 0 }), 1);
    });

    it("forgets by number only what is still too much once the times have done their part", async () => {
      for (const [id, change] of Object.entries({ key: { dedupeKey: "k", dedupeUntil: 9001 }, a: {}, b: {}, c: {} })) {
        await rig.store.add(entry(id, change));
        await rig.store.claim(QUEUE, 1, 1000);
        await rig.store.complete(id, result(id === "c" ? 3000 : 2000));
      }
      assert.equal(await rig.store.prune({ ...keepAll, sentBefore: 2500, maxSent: 2 }), 2);
      assert.deepEqual(await left(), ["c", "key"]);
    });

    it("gets through very many", async () => {
      const ids = Array.from({ length: 2500 }, (_, at) => `m${at}`);
      await Promise.all(ids.map((id) => rig.store.add(entry(id))));
      await rig.store.claim(QUEUE, 2500, 1000);
      await Promise.all(ids.map((id) => rig.store.complete(id, result(2000))));
      assert.equal(await rig.store.prune({ ...keepAll, maxSent: 100 }), 2400);
      assert.equal(await rig.store.prune({ ...keepAll, sentBefore: 3000 }), 100);
      assert.deepEqual(await left(), []);
    });

    it("lets a dedupe key go with its entry, and an id come again", async () => {
      await rig.store.add(entry("a", { dedupeKey: "k" }));
      await rig.store.cancel(["a"], 1000);
      await rig.store.prune({ ...keepAll, sentBefore: 1001 });
      assert.deepEqual(await rig.store.add(entry("a", { dedupeKey: "k" })), { added: true });
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 5, 1000)), ["a"]);
    });
  });
}
