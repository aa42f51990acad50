import assert from "node:assert/strict";
import { resultOf } from "../../../src/mailer";
import type { SendError } from "../../../src/model/send-error";
import { discard, park, retry } from "../../../src/outbox/by-hand";
import { MemoryOutboxStore } from "../../../src/outbox/stores/memory-outbox-store";
import { QUEUE } from "../../contract/sample-entries";
import { settled } from "../../support/fake-clock";
import { failure, HOUR, recipient } from "./failures";
import { startRig } from "./rig";

describe("What a person does to mails", () => {
  it("parks those that wait, in whichever store, and tells who waits for them", async () => {
    const rig = await startRig();
    const other = new MemoryOutboxStore();
    await other.open();
    const [running, waiting] = [await rig.enqueue("a"), await rig.enqueue("b")];
    await settled();
    const ids = [running.id, waiting.id, "nobody"];
    assert.equal(await park([other, rig.store], rig.outcomes, ids, rig.clock.now()), 1);
    assert.deepEqual(waiting.progress.at(-1), { state: "held" });
    assert.deepEqual(running.progress.at(-1), { state: "sending" });
    rig.handovers[0]?.accept();
    await rig.clock.advance(HOUR);
    assert.deepEqual([rig.handovers.length, await rig.stateOf(waiting)], [1, "held"]);
    await retry([other, rig.store], [waiting.id], rig.clock.now());
    rig.outbox.wake();
    await settled();
    rig.handovers[1]?.accept();
    await settled();
    assert.equal(waiting.outcome?.state, "sent");
  });

  it("throws a parked one away, and settles it", async () => {
    const rig = await startRig();
    const [, waiting] = [await rig.enqueue("a"), await rig.enqueue("b")];
    await settled();
    await park([rig.store], rig.outcomes, [waiting.id], rig.clock.now());
    assert.equal(await discard([rig.store], rig.outcomes, [waiting.id], rig.clock.now()), 1);
    await settled();
    assert.equal(waiting.outcome?.state, "cancelled");
  });

  it("throws a given-up one away without telling a second time how it ended", async () => {
    const rig = await startRig();
    const watched = await rig.enqueue("a", ["a@example.com"]);
    await settled();
    const recipients = [recipient("a@example.com", "rejected")];
    rig.handovers[0]?.refuse(Object.assign(failure("recipient-refused", "rcpt", 550), { recipients }));
    await settled();
    assert.equal(watched.outcome?.state, "dead");
    const told: unknown[] = [];
    rig.outcomes.watch((outcome) => told.push(outcome));
    assert.equal(await discard([rig.store], rig.outcomes, [watched.id], rig.clock.now()), 1);
    assert.deepEqual([await rig.stateOf(watched), told], ["cancelled", []]);
  });

  it("tells whom a mail had reached when it was thrown away, and says nothing of recipients where that was nobody", async () => {
    const rig = await startRig({ maxConnections: 2 });
    const to = ["a@example.com", "b@example.com"];
    const [partly, nowhere] = [await rig.enqueue("partly", to), await rig.enqueue("nowhere", to)];
    await settled();
    rig.handovers[0]?.accept({ "b@example.com": "deferred" });
    rig.handovers[1]?.refuse(failure("content-deferred", "dot", 451));
    await settled();
    assert.equal(await discard([rig.store], rig.outcomes, [partly.id, nowhere.id], rig.clock.now()), 2);
    await settled();
    const told = [partly, nowhere].map(({ outcome }) => {
      assert.ok(outcome);
      try {
        return assert.fail(JSON.stringify(resultOf(outcome)));
      } catch (error) {
        return error as SendError;
      }
    });
    assert.deepEqual([told[0]?.code, told[1]?.code], ["ERR_MAIL_CANCELLED", "ERR_MAIL_CANCELLED"]);
    const states = told.map(({ recipients }) => recipients?.map(({ address, state }) => [address, state]));
    const reached = [
      ["a@example.com", "accepted"],
      ["b@example.com", "deferred"],
    ];
    assert.deepEqual(states, [reached, undefined]);
  });

  it("has a mail that was refused tried again with all who refused it, long after it would have been given up", async () => {
    const rig = await startRig({ maxConnections: 1 });
    const to = ["a@example.com", "b@example.com"];
    const watched = await rig.enqueue("m", to);
    await settled();
    const recipients = to.map((address) => recipient(address, "rejected"));
    rig.handovers[0]?.refuse(Object.assign(failure("recipient-refused", "rcpt", 550), { recipients }));
    await settled();
    assert.equal(watched.outcome?.state, "dead");
    await rig.clock.advance(100 * HOUR);
    const { count, queues } = await retry([rig.store], [watched.id], rig.clock.now());
    assert.deepEqual([count, queues], [1, [QUEUE]]);
    rig.outbox.wake();
    await settled();
    assert.deepEqual(rig.handovers[1]?.to, to);
    rig.handovers[1]?.refuse(failure("content-deferred", "dot", 451));
    await rig.clock.advance(30_000);
    assert.equal(rig.handovers.length, 3);
  });
});
