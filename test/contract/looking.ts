import assert from "node:assert/strict";
import { ENTRY_STATES } from "../../src/model/entry-state";
import type { ListFilter } from "../../src/outbox/outbox-store";
import type { Rig } from "./outbox-store";
import { addOneOfEach, entry, idsOf, QUEUE, result } from "./sample-entries";

const NONE = Object.fromEntries(ENTRY_STATES.map((state) => [state, 0]));

export function lookingContract(rig: Rig): void {
  describe("counts and due times", () => {
    it("counts each state, of one queue or of all", async () => {
      assert.deepEqual(await rig.store.counts(), NONE);
      await addOneOfEach(rig.store);
      await rig.store.add(entry("other", { queue: "q2" }));
      const one = Object.fromEntries(ENTRY_STATES.map((state) => [state, 1]));
      assert.deepEqual(await rig.store.counts(QUEUE), one);
      assert.deepEqual(await rig.store.counts("q2"), { ...NONE, queued: 1 });
      assert.deepEqual(await rig.store.counts(), { ...one, queued: 2 });
      assert.deepEqual(await rig.store.counts("q3"), NONE);
    });

    it("counts what was sent and given up in each minute, of all queues", async () => {
      const minute = (n: number): number => n * 60_000;
      for (const id of ["early", "a", "b", "c", "late", "waiting", "gone"]) await rig.store.add(entry(id));
      await rig.store.add(entry("d", { queue: "q2" }));
      await rig.store.cancel(["gone"], minute(10));
      await rig.store.claim(QUEUE, 6, 1000);
      await rig.store.claim("q2", 1, 1000);
      await rig.store.complete("early", result(minute(10) - 1));
      await rig.store.complete("a", result(minute(10)));
      await rig.store.complete("b", result(minute(11) - 1));
      await rig.store.bury("c", result(minute(10) + 5));
      await rig.store.complete("late", result(minute(12)));
      await rig.store.complete("d", result(minute(11)));
      const endings = await rig.store.endings(minute(10), minute(12));
      assert.deepEqual(
        endings.sort((a, b) => a.at - b.at),
        [
          { queue: QUEUE, state: "dead", at: minute(10) + 5, count: 1 },
          { queue: QUEUE, state: "sent", at: minute(11) - 1, count: 2 },
          { queue: "q2", state: "sent", at: minute(11), count: 1 },
        ],
      );
    });

    it("names the queues of which there are entries", async () => {
      assert.deepEqual(await rig.store.queues(), []);
      await rig.store.add(entry("a"));
      await rig.store.add(entry("b"));
      await rig.store.add(entry("other", { queue: "q2" }));
      assert.deepEqual((await rig.store.queues()).sort(), [QUEUE, "q2"].sort());
    });

    it("tells when the next one is due, among those that wait", async () => {
      assert.equal(await rig.store.nextDueAt(QUEUE, 1000), undefined);
      await rig.store.add(entry("a", { queuedAt: 3000 }));
      await rig.store.add(entry("b", { queuedAt: 2000 }));
      assert.equal(await rig.store.nextDueAt(QUEUE, 1000), 2000);
      assert.equal(await rig.store.nextDueAt("q2", 1000), undefined);
      await rig.store.claim(QUEUE, 1, 2000);
      assert.equal(await rig.store.nextDueAt(QUEUE, 1000), 3000);
      await rig.store.defer("b", { ...result(2500), nextAttemptAt: 2600 });
      assert.equal(await rig.store.nextDueAt(QUEUE, 1000), 2600);
      await rig.store.cancel(["a", "b"], 2700);
      assert.equal(await rig.store.nextDueAt(QUEUE, 1000), undefined);
    });

    it("leave those that are claimed meanwhile, and nobody was given, to whoever claims next", async () => {
      const ids = Array.from({ length: 20 }, (_, at) => `${10 + at}`);
      for (const id of ids) await rig.store.add(entry(id));
      const looks = [rig.store.counts(), rig.store.list({ limit: 100 })];
      const claimed = [];
      // Once the look has begun, and before it is answered.
      for (let turn = 0; turn < 5; turn++) {
        await Promise.resolve();
        claimed.push(...(await rig.store.claim(QUEUE, 1, 2000)));
        looks.push(rig.store.counts(QUEUE));
      }
      await Promise.all(looks);
      assert.deepEqual(await rig.store.counts(), { ...NONE, sending: 5, queued: 15 });
      claimed.push(...(await rig.store.claim(QUEUE, 20, 2000)));
      assert.deepEqual(idsOf(claimed), ids);
    });

    it("knows nothing of an id that it was not given", async () => {
      assert.equal(await rig.store.get("nobody"), undefined);
    });
  });

  describe("lists", () => {
    const listed = async (filter: Partial<ListFilter> = {}): Promise<string[]> =>
      idsOf(await rig.store.list({ limit: 100, ...filter }));

    it("are newest first, the id deciding between equals", async () => {
      for (const [id, queuedAt] of [
        ["b", 2],
        ["d", 2],
        ["a", 3],
        ["c", 2],
        ["e", 1],
      ] as const) {
        await rig.store.add(entry(id, { queuedAt }));
      }
      assert.deepEqual(await listed(), ["a", "d", "c", "b", "e"]);
      assert.deepEqual(await listed({ limit: 2 }), ["a", "d"]);
      assert.deepEqual(await listed({ limit: 0 }), []);
    });

    it("show entries without their bodies", async () => {
      await rig.store.add(entry("a"));
      assert.deepEqual(await rig.store.list({ limit: 1 }), [await rig.store.get("a")]);
      assert.ok(!("mime" in ((await rig.store.list({ limit: 1 }))[0] ?? {})));
    });

    it("hold only what a queue and states choose", async () => {
      await addOneOfEach(rig.store);
      await rig.store.add(entry("other", { queue: "q2", queuedAt: 5000 }));
      assert.deepEqual(await listed({ queue: "q2" }), ["other"]);
      assert.deepEqual(await listed({ states: ["queued"] }), ["other", "queued"]);
      assert.deepEqual(await listed({ queue: QUEUE, states: ["dead", "held"] }), ["held", "dead"]);
      assert.deepEqual(await listed({ queue: "q3" }), []);
      assert.deepEqual(await listed({ states: [] }), []);
      for (const state of ENTRY_STATES) assert.deepEqual(await listed({ queue: QUEUE, states: [state] }), [state]);
    });

    it("go on after the last entry of the page before, over queues and states", async () => {
      const ids = Array.from({ length: 23 }, (_, at) => `m${String(at).padStart(2, "0")}`);
      for (const [at, id] of ids.entries()) {
        await rig.store.add(entry(id, { queuedAt: 1000 + (at >> 2), queue: at % 3 ? QUEUE : "q2" }));
      }
      await rig.store.cancel(
        ids.filter((_, at) => at % 2 === 0),
        2000,
      );
      const seen: string[] = [];
      for (let before: ListFilter["before"]; ; ) {
        const page = await rig.store.list({ before, limit: 5 });
        seen.push(...idsOf(page));
        before = page.at(-1);
        if (!before) break;
        assert.ok(page.length === 5 || seen.length === 23);
      }
      assert.deepEqual(seen, ids.reverse());
    });

    it("find what is in subject, recipients or Message-ID, whatever the case", async () => {
      await rig.store.add(entry("a", { subject: "Rechnung GRÜN 100%" }));
      await rig.store.add(entry("b", { recipients: [{ address: "Emil@Example.net", state: "unknown" }] }));
      assert.deepEqual(await listed({ search: "grün" }), ["a"]);
      assert.deepEqual(await listed({ search: "100%" }), ["a"]);
      assert.deepEqual(await listed({ search: "%" }), ["a"]);
      assert.deepEqual(await listed({ search: "EMIL@" }), ["b"]);
      assert.deepEqual(await listed({ search: "<B@EXAMPLE.COM>" }), ["b"]);
      assert.deepEqual(await listed({ search: "" }), ["b", "a"]);
      assert.deepEqual(await listed({ search: "orders@example.com" }), []);
    });

    it("find few among very many, page by page", async () => {
      const ids = Array.from({ length: 2600 }, (_, at) => `m${String(at).padStart(4, "0")}`);
      await Promise.all(ids.map((id, at) => rig.store.add(entry(id, { subject: at % 1000 ? "-" : "needle" }))));
      assert.deepEqual(await listed({ search: "Needle" }), ["m2000", "m1000", "m0000"]);
      const [first] = await rig.store.list({ search: "needle", limit: 1 });
      assert.equal(first?.id, "m2000");
      assert.deepEqual(await listed({ search: "needle", limit: 1, before: first }), ["m1000"]);
      assert.deepEqual(await listed({ limit: 2600 }), ids.reverse());
    });
  });
}
