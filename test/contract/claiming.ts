import assert from "node:assert/strict";
import fc from "fast-check";
import { LONGEST_DELAY_MS } from "../../src/outbox/backoff";
import type { OutboxEntry, OutboxStore } from "../../src/outbox/outbox-store";
import type { Rig } from "./outbox-store";
import { entry, idsOf, isStoreFailure, QUEUE, result } from "./sample-entries";

const YEAR = 365 * 24 * 3_600_000;

export function claimingContract(rig: Rig): void {
  const addAll = async (...ids: string[]): Promise<void> => {
    for (const id of ids) await rig.store.add(entry(id));
  };

  describe("adding and claiming", () => {
    it("hands out an entry whole, as it was added", async () => {
      const added = entry("a", { dedupeKey: "k", dedupeUntil: 5000, origin: "node1", linksUntil: 7000 });
      assert.deepEqual(await rig.store.add(added), { added: true });
      const { mime, ...rest } = added;
      const kept: OutboxEntry = {
        ...rest,
        state: "queued",
        sizeBytes: mime.byteLength,
        nextAttemptAt: 1000,
        updatedAt: 1000,
        attempts: [],
        unconfirmed: 0,
        bodyStarted: false,
      };
      assert.deepEqual(await rig.store.get("a"), kept);
      const [claimed] = await rig.store.claim(QUEUE, 1, 1500);
      assert.ok(Buffer.isBuffer(claimed?.mime));
      assert.deepEqual(claimed, { ...kept, state: "sending", updatedAt: 1500, mime });
      assert.deepEqual(await rig.store.get("a"), { ...kept, state: "sending", updatedAt: 1500 });
    });

    it("has no fields for what an entry does not have", async () => {
      await rig.store.add(entry("a", { dedupeKey: undefined, dedupeUntil: undefined, origin: undefined }));
      const kept = Object.keys((await rig.store.get("a")) ?? {});
      for (const field of ["dedupeKey", "dedupeUntil", "origin", "mime"]) assert.ok(!kept.includes(field), field);
    });

    for (const bytes of [0, 1, 2048, 256 << 10, (256 << 10) + 1, 600 << 10]) {
      it(`gives back a body of ${bytes} bytes byte for byte`, async () => {
        const mime = Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => (at * 31) ^ (at >> 8)));
        await rig.store.add(entry("a", { mime: Buffer.concat([Buffer.alloc(3), mime]).subarray(3) }));
        const [claimed] = await rig.store.claim(QUEUE, 1, 1000);
        assert.equal(claimed?.sizeBytes, bytes);
        assert.equal(Buffer.compare(claimed?.mime ?? Buffer.alloc(1), mime), 0);
      });
    }

    it("keeps every kind of text", async () => {
      const subject = "Grüße 🚀 '; DROP TABLE entries; -- \u0000 \ud800 \u2028 日本語";
      const dedupeKey = "Bestellung/äöü 🚀";
      await rig.store.add(entry("a", { subject, dedupeKey, queue: "Schlange ß" }));
      const [claimed] = await rig.store.claim("Schlange ß", 1, 1000);
      assert.equal(claimed?.subject, subject);
      assert.equal(claimed?.dedupeKey, dedupeKey);
    });

    it("hands out what has been due longest first, then what was added first", async () => {
      await rig.store.add(entry("late", { queuedAt: 1002 }));
      await addAll("a", "b");
      await rig.store.add(entry("early", { queuedAt: 999 }));
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 2, 2000)), ["early", "a"]);
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 10, 2000)), ["b", "late"]);
    });

    it("hands out what a clock that was set back since has put off for years, and no other", async () => {
      await rig.store.add(entry("ahead", { queuedAt: YEAR }));
      await addAll("a", "b");
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 1, 2000)), ["a"]);
      await rig.store.defer("a", { ...result(2000), nextAttemptAt: 2000 + LONGEST_DELAY_MS });
      assert.equal(await rig.store.nextDueAt(QUEUE, 2000), 1000);
      const handedOut = await rig.store.claim(QUEUE, 5, 2000);
      assert.deepEqual(idsOf(handedOut), ["b", "ahead"]);
      assert.deepEqual([handedOut[0]?.agesFrom, handedOut[1]?.agesFrom], [undefined, 2000]);
      assert.equal(await rig.store.nextDueAt(QUEUE, 2000), 2000 + LONGEST_DELAY_MS);
      assert.equal(await rig.store.nextDueAt(QUEUE, 1999), 1999);
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 5, 1999)), ["a"]);
    });

    it("hands out at once what became due while the clock was set ahead", async () => {
      await addAll("a");
      await rig.store.claim(QUEUE, 1, 1000);
      await rig.store.defer("a", { ...result(1000), nextAttemptAt: 61_000 });
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 5, YEAR)), ["a"]);
    });

    for (const claimed of [1, 8, 9, 10, 17, 25])
      it(`hands out first what was added with an earlier time, with ${claimed} of many handed out`, async () => {
        const ids = Array.from({ length: 40 }, (_, at) => `m${at}`);
        await addAll(...ids);
        const before: string[] = [];
        for (let at = 0; at < claimed; at++) before.push(...idsOf(await rig.store.claim(QUEUE, 1, 1000)));
        await rig.store.add(entry("early", { queuedAt: 500 }));
        const next = await rig.store.claim(QUEUE, 3, 1000);
        const rest = await rig.store.claim(QUEUE, 50, 1000);
        assert.deepEqual([...before, "early", ...ids.slice(claimed)], [...before, ...idsOf(next), ...idsOf(rest)]);
      });

    it("hands out nothing before it is due", async () => {
      await addAll("a");
      assert.deepEqual(await rig.store.claim(QUEUE, 1, 999), []);
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 1, 1000)), ["a"]);
    });

    it("keeps queues apart", async () => {
      await rig.store.add(entry("a"));
      await rig.store.add(entry("b", { queue: "q2" }));
      assert.deepEqual(idsOf(await rig.store.claim("q2", 10, 1000)), ["b"]);
      assert.deepEqual(await rig.store.claim("q3", 10, 1000), []);
    });

    it("keeps the order of entries that are added at once", async () => {
      const ids = Array.from({ length: 50 }, (_, at) => `m${at}`);
      await Promise.all(ids.map((id) => rig.store.add(entry(id))));
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 50, 1000)), ids);
    });

    it("hands out nothing when empty, and never more than asked for", async () => {
      assert.deepEqual(await rig.store.claim(QUEUE, 5, 1000), []);
      await addAll("a", "b", "c");
      assert.equal((await rig.store.claim(QUEUE, 2, 1000)).length, 2);
      assert.equal((await rig.store.claim(QUEUE, 0, 1000)).length, 0);
    });

    it("gives an entry to one claim only, also when several come at once", async () => {
      const ids = Array.from({ length: 20 }, (_, at) => `m${at}`);
      await addAll(...ids);
      const claims = await Promise.all(Array.from({ length: 30 }, () => rig.store.claim(QUEUE, 1, 1000)));
      assert.deepEqual(claims.flatMap(idsOf).sort(), [...ids].sort());
    });

    it("refuses a second entry with the same id, whatever became of the first", async () => {
      await addAll("a", "b", "c");
      await rig.store.claim(QUEUE, 2, 1000);
      await rig.store.complete("a", result(2000));
      for (const id of ["a", "b", "c"]) await assert.rejects(rig.store.add(entry(id)), isStoreFailure);
      assert.equal((await rig.store.list({ limit: 10 })).length, 3);
    });

    it("refuses one of several that are added at once, and takes the others", async () => {
      const outcomes = await Promise.allSettled(["a", "b", "a", "c"].map((id) => rig.store.add(entry(id))));
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ["fulfilled", "fulfilled", "rejected", "fulfilled"],
      );
      assert.equal((await rig.store.counts()).queued, 3);
    });

    it("refuses everything before it is opened and after it is closed, and can be closed twice", async () => {
      const other = await rig.makeStore();
      await assert.rejects(other.add(entry("a")), isStoreFailure);
      await rig.store.close();
      await rig.store.close();
      for (const call of everyCall(rig.store)) await assert.rejects(call(), isStoreFailure);
    });
  });

  describe("a dedupe key", () => {
    const keyed = (id: string, change: object = {}) => entry(id, { dedupeKey: "k", dedupeUntil: 5000, ...change });

    it("lets nothing in while an entry of the queue carries it, and hands out that one", async () => {
      await rig.store.add(keyed("a"));
      const second = await rig.store.add(keyed("b", { queuedAt: 4999 }));
      assert.deepEqual(second, { added: false, duplicate: await rig.store.get("a") });
      assert.equal(await rig.store.get("b"), undefined);
      assert.deepEqual(await rig.store.claim(QUEUE, 10, 9000).then(idsOf), ["a"]);
    });

    it("is found without adding anything", async () => {
      await rig.store.add(keyed("a"));
      assert.deepEqual(await rig.store.holderOf(QUEUE, "k", 4999), await rig.store.get("a"));
      const holders = [
        await rig.store.holderOf(QUEUE, "k", 5000),
        await rig.store.holderOf(QUEUE, "other", 4999),
        await rig.store.holderOf("q2", "k", 4999),
      ];
      assert.deepEqual(holders, [undefined, undefined, undefined]);
    });

    it("counts also when both are added at once", async () => {
      const both = await Promise.all([rig.store.add(keyed("a")), rig.store.add(keyed("b"))]);
      assert.deepEqual(
        both.map(({ added }) => added),
        [true, false],
      );
    });

    it("still counts when the mail was sent or is held; one that was given up may be sent anew", async () => {
      for (const [end, added] of [
        ["complete", false],
        ["hold", false],
        ["bury", true],
      ] as const) {
        await rig.store.add(keyed(end, { dedupeKey: end }));
        await rig.store.claim(QUEUE, 1, 1000);
        await rig.store[end](end, result(1500));
        const again = await rig.store.add(keyed(`${end}2`, { dedupeKey: end, queuedAt: 2000 }));
        assert.equal(again.added, added, end);
      }
    });

    it("lives until its time, until a person throws the mail away, and in its queue only", async () => {
      await rig.store.add(keyed("a"));
      assert.equal((await rig.store.add(keyed("other", { queue: "q2" }))).added, true);
      assert.equal((await rig.store.add(keyed("later", { queuedAt: 5000, dedupeUntil: 9000 }))).added, true);
      assert.equal((await rig.store.add(keyed("again", { queuedAt: 5001 }))).added, false);
      await rig.store.cancel(["later"], 5002);
      assert.equal((await rig.store.add(keyed("anew", { queuedAt: 5003, dedupeUntil: 9000 }))).added, true);
    });

    it("without a time lives as long as its entry", async () => {
      await rig.store.add(keyed("a", { dedupeUntil: undefined }));
      assert.equal((await rig.store.add(keyed("b", { queuedAt: 1e12 }))).added, false);
    });
  });

  it("hands out in order of due times, whatever the order of calls", async () => {
    const times = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 25 });
    await fc.assert(fc.asyncProperty(times, fc.nat({ max: 6 }), handsOutInOrder), { numRuns: 25 });
  });

  let run = 0;
  async function handsOutInOrder(times: readonly number[], now: number): Promise<void> {
    const queue = `property${run++}`;
    const added = times.map((queuedAt, at) => entry(`${queue}-${at}`, { queue, queuedAt }));
    await Promise.all(added.map((one) => rig.store.add(one)));
    const byTime = [...added].sort((a, b) => a.queuedAt - b.queuedAt);
    const [due, waiting] = [byTime.filter((one) => one.queuedAt <= now), byTime.filter((one) => one.queuedAt > now)];
    const claims = await Promise.all(due.map(() => rig.store.claim(queue, 2, now)));
    assert.deepEqual(claims.flatMap(idsOf), idsOf(due));
    assert.equal(await rig.store.nextDueAt(queue, now), waiting[0]?.queuedAt);
    const { queued, sending } = await rig.store.counts(queue);
    assert.deepEqual([queued, sending], [waiting.length, due.length]);
  }
}

function everyCall(store: OutboxStore): (() => Promise<unknown>)[] {
  const retention = { now: 1, sentBefore: 0, deadBefore: 0, maxSent: 0, maxDead: 0 };
  return [
    () => store.add(entry("z")),
    () => store.claim(QUEUE, 1, 1),
    () => store.startBody("z"),
    () => store.complete("z", result(1)),
    () => store.defer("z", { ...result(1), nextAttemptAt: 2 }),
    () => store.bury("z", result(1)),
    () => store.hold("z", result(1)),
    () => store.release(["z"], 1),
    () => store.park(["z"], 1),
    () => store.cancel(["z"], 1),
    () => store.get("z"),
    () => store.list({ limit: 1 }),
    () => store.counts(),
    () => store.nextDueAt(QUEUE, 1),
    () => store.recover(1),
    () => store.prune(retention),
  ];
}
