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
    it("release makes held and dead ones due at once, with their bodies, and no others", async () => {
      await addOneOfEach(rig.store);
      const untouched = await untouchedBy(async () =>
        assert.equal(await rig.store.release([...ENTRY_STATES, "nobody", "held"], 5000), 2),
      );
      assert.deepEqual(untouched.sort(), ["cancelled", "deferred", "queued", "sending", "sent"]);
      assert.equal(await rig.store.release(["held"], 6000), 0);
      for (const id of ["held", "dead"]) {
        const { state, nextAttemptAt, updatedAt, attempts } = (await rig.store.get(id)) ?? assert.fail(id);
        assert.deepEqual(
          { state, nextAttemptAt, updatedAt },
          { state: "queued", nextAttemptAt: 5000, updatedAt: 5000 },
        );
        assert.equal(attempts.length, 1);
      }
      const claimed = await rig.store.claim(QUEUE, 10, 5000);
      assert.deepEqual(idsOf(claimed), ["queued", "held", "dead"]);
      for (const { id, mime } of claimed) assert.deepEqual(mime, entry(id).mime);
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
      assert.equal(await rig.store.nextDueAt(QUEUE), undefined);
      assert.equal(await rig.store.release(["held", "queued"], 6000), 0);
    });

    it("both take an empty list, and very many ids", async () => {
      const ids = Array.from({ length: 3000 }, (_, at) => `m${at}`);
      await Promise.all(ids.map((id) => rig.store.add(entry(id))));
      assert.equal(await rig.store.release([], 1), 0);
      assert.equal(await rig.store.cancel([], 1), 0);
      assert.equal(await rig.store.cancel(ids, 2000), 3000);
    });
  });

  describe("forgetting", () => {
    const keepAll = { sentBefore: 0, deadBefore: 0, maxSent: 100_000, maxDead: 100_000 };
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
      await rig.store.prune({ sentBefore: 1e12, deadBefore: 1e12, maxSent: 0, maxDead: 0 });
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
