import assert from "node:assert/strict";
import { settled } from "../../support/fake-clock";
import { greylisted, HOUR } from "./failures";
import { startRig } from "./rig";

const DAYS = 72 * HOUR;

describe("A clock that is set anew", () => {
  for (const [way, jump] of [
    ["back", -3 * DAYS],
    ["ahead", 40 * HOUR],
  ] as const) {
    it(`${way} keeps no mail waiting: a deferred and a new one are sent`, async () => {
      const rig = await startRig({ maxConnections: 2 });
      const deferred = await rig.enqueue("a");
      await settled();
      rig.handovers[0]?.refuse(greylisted());
      await settled();
      rig.clock.jump(jump);
      const added = await rig.enqueue("b");
      await settled();
      for (const handover of rig.handovers) handover.accept();
      await settled();
      assert.deepEqual([deferred.outcome?.state, added.outcome?.state], ["sent", "sent"]);
    });
  }

  it("back gives a mail up when it is old by the new time, not by the old one", async () => {
    const policy = { giveUpAfterMs: HOUR, onUnconfirmed: "resend" } as const;
    const rig = await startRig({ policy, answer: (handover) => handover.refuse(greylisted()) });
    const deferred = await rig.enqueue("a");
    await settled();
    rig.clock.jump(-3 * DAYS);
    // The timer that waits knows nothing of the jump, as a real one would not.
    rig.outbox.wake();
    await settled();
    assert.equal(rig.handovers.length, 2);
    await rig.clock.advance(2 * HOUR);
    rig.outbox.wake();
    await settled();
    assert.equal(deferred.outcome?.error?.code, "ERR_MAIL_EXPIRED");
  });
});
