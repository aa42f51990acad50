import assert from "node:assert/strict";
import { ENTRY_STATES } from "../../src/model/entry-state";

import type { Rig } from "./outbox-store";
import { addOneOfEach, attempt, entry, idsOf, isStoreFailure, QUEUE, result } from "./sample-entries";

export function attemptsContract(rig: Rig): void {
  const claimOne = async (id = "a") => {
    await rig.store.add(entry(id));
    const [claimed] = await rig.store.claim(QUEUE, 1, 1000);
    assert.equal(claimed?.id, id);
    const { mime: _, ...rest } = claimed ?? entry(id);
    return rest;
  };

  describe("the end of an attempt", () => {
    const endings = {
      complete: ["sent", {}],
      bury: ["dead", {}],
      hold: ["held", { unconfirmed: 1 }],
      defer: ["deferred", { nextAttemptAt: 9000, unconfirmed: 2 }],
    } as const;
    for (const [name, [state, extra]] of Object.entries(endings) as ["defer", (typeof endings)["defer"]][]) {
      it(`${name} keeps what it changed, as ${state}`, async () => {
        const claimed = await claimOne();
        await rig.store.startBody("a");
        const ended = result(2000);
        await rig.store[name]("a", { ...ended, ...extra });
        assert.deepEqual(await rig.store.get("a"), {
          ...claimed,
          ...extra,
          state,
          recipients: ended.recipients,
          attempts: [ended.attempt],
          updatedAt: 2000,
        });
      });

      it(`${name} changes nothing of an entry that is not being sent, or not known`, async () => {
        await addOneOfEach(rig.store);
        await rig.store.complete("sending", result(2000));
        const before = await rig.store.list({ limit: 20 });
        for (const id of [...ENTRY_STATES, "nobody"]) await rig.store[name](id, { ...result(3000), ...extra });
        assert.deepEqual(await rig.store.list({ limit: 20 }), before);
      });
    }

    it("hands a deferred one out again when it is due, in its turn and with its history", async () => {
      await claimOne();
      await rig.store.add(entry("b", { queuedAt: 8999 }));
      await rig.store.defer("a", { ...result(2000), nextAttemptAt: 9000 });
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 5, 8998)), []);
      const claimed = await rig.store.claim(QUEUE, 5, 9000);
      assert.deepEqual(idsOf(claimed), ["b", "a"]);
      assert.deepEqual(claimed[1]?.attempts, [result(2000).attempt]);
      assert.deepEqual(claimed[1]?.mime, entry("a").mime);
      assert.deepEqual(claimed[1]?.recipients, result(2000).recipients);
    });

    it("never hands out again what was sent, buried or held", async () => {
      await addOneOfEach(rig.store);
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 10, 8999)), ["queued"]);
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 10, 1e12)), ["deferred"]);
    });

    it("keeps the latest fifty attempts, oldest first", async () => {
      await claimOne();
      for (let at = 1; at <= 53; at++) {
        await rig.store.defer("a", { ...result(1000), attempt: attempt(at, "deferred"), nextAttemptAt: 1000 });
        await rig.store.claim(QUEUE, 1, 1000);
      }
      const times = (await rig.store.get("a"))?.attempts.map(({ at }) => at);
      assert.deepEqual(
        times,
        Array.from({ length: 50 }, (_, at) => at + 4),
      );
    });

    it("keeps how many were unconfirmed until it is told anew", async () => {
      await claimOne();
      await rig.store.defer("a", { ...result(2000), nextAttemptAt: 1000, unconfirmed: 1 });
      await rig.store.claim(QUEUE, 1, 2000);
      await rig.store.defer("a", { ...result(3000), nextAttemptAt: 1000 });
      assert.equal((await rig.store.get("a"))?.unconfirmed, 1);
    });
  });

  describe("the marker of the body", () => {
    it("is kept until the attempt ends, and gone at the next", async () => {
      await claimOne();
      await rig.store.startBody("a");
      assert.equal((await rig.store.get("a"))?.bodyStarted, true);
      await rig.store.defer("a", { ...result(2000), nextAttemptAt: 3000 });
      assert.equal((await rig.store.get("a"))?.bodyStarted, false);
      assert.equal((await rig.store.claim(QUEUE, 1, 3000))[0]?.bodyStarted, false);
    });

    it("is refused for an entry that is not being sent, so that its body stays here", async () => {
      await addOneOfEach(rig.store);
      await rig.store.complete("sending", result(2000));
      for (const id of [...ENTRY_STATES, "nobody"]) await assert.rejects(rig.store.startBody(id), isStoreFailure);
    });
  });

  describe("recovering", () => {
    it("queues again what had no marker, due as it was, with nothing recorded", async () => {
      const claimed = await claimOne();
      assert.deepEqual(await rig.store.recover(5000), []);
      assert.deepEqual(await rig.store.get("a"), { ...claimed, state: "queued", updatedAt: 5000 });
      const [again] = await rig.store.claim(QUEUE, 1, 5000);
      assert.deepEqual(again?.mime, entry("a").mime);
    });

    it("leaves what had one to the caller, with an interrupted attempt", async () => {
      const claimed = await claimOne();
      await rig.store.startBody("a");
      const interrupted = { at: 5000, ms: 0, outcome: "interrupted" } as const;
      const expected = { ...claimed, bodyStarted: true, unconfirmed: 1, updatedAt: 5000, attempts: [interrupted] };
      assert.deepEqual(await rig.store.recover(5000), [expected]);
      assert.deepEqual(await rig.store.get("a"), expected);
      assert.deepEqual(await rig.store.claim(QUEUE, 1, 9000), []);
      await rig.store.defer("a", { ...result(6000, "unconfirmed"), nextAttemptAt: 7000, unconfirmed: 1 });
      assert.deepEqual(idsOf(await rig.store.claim(QUEUE, 1, 7000)), ["a"]);
    });

    it("counts an interruption once, also when nobody decided before the next start", async () => {
      await claimOne();
      await rig.store.startBody("a");
      const first = await rig.store.recover(5000);
      assert.deepEqual(await rig.store.recover(6000), first);
      const ended = { ...result(6000), attempt: { at: 6000, ms: 0, outcome: "interrupted" as const } };
      await rig.store.defer("a", { ...ended, nextAttemptAt: 7000 });
      await rig.store.claim(QUEUE, 1, 7000);
      await rig.store.startBody("a");
      assert.equal((await rig.store.recover(8000))[0]?.unconfirmed, 2);
    });

    it("goes through all queues, and touches nothing that was not being sent", async () => {
      await addOneOfEach(rig.store);
      const before = (await rig.store.list({ limit: 20 })).filter(({ id }) => id !== "sending");
      await rig.store.add(entry("b", { queue: "q2" }));
      await rig.store.claim("q2", 1, 1000);
      for (const id of ["sending", "b"]) await rig.store.startBody(id);
      assert.deepEqual(idsOf(await rig.store.recover(5000)).sort(), ["b", "sending"]);
      const after = (await rig.store.list({ limit: 20 })).filter(({ id }) => id !== "sending" && id !== "b");
      assert.deepEqual(after, before);
    });
  });
}
