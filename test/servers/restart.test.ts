import assert from "node:assert/strict";
import type { Ended } from "../faults/post-office-rig";
import { createSignal } from "../support/signal";
import { ACCOUNT, type MailHouse, TO, useMailHouse } from "./mail-house";

const MAILS = 500;
const CONNECTIONS = 5;
const CONFIGURED = { account: ACCOUNT, raw: { security: "starttls", maxConnections: CONNECTIONS } };

describe("500 mails that wait on disk, and a Postfix that is restarted", () => {
  const house = useMailHouse();

  it("between two mails of each connection: each arrives, once", async () => {
    const { postfix, policies } = house();
    const changed = createSignal();
    let asked = 0;
    let waiting = 0;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Whoever has named a recipient waits for the answer, and has not begun with a content.
    policies.policy = async () => {
      if (++asked > MAILS / 5) {
        waiting++;
        changed.emit();
        await released;
      }
      return "DUNNO";
    };
    const { ended } = await house()
      .rig("by-policy", CONFIGURED)
      .keepAll(MAILS, { to: () => TO });
    await changed.waitFor(() => waiting === CONNECTIONS, 20_000);
    await postfix.stop();
    release();
    await postfix.start();
    const doubts = await assertAllThere(house(), await ended);
    assert.equal(doubts, 0);
  });

  it("in the middle of everything: each arrives, and what came twice had no answer and is marked", async () => {
    const { postfix } = house();
    const { inbox } = postfix;
    const before = inbox.messageIds.size;
    const { ended } = await house()
      .rig("submission", CONFIGURED)
      .keepAll(MAILS, { to: () => TO });
    await inbox.waitForMails(before + MAILS / 5);
    await postfix.stop();
    await postfix.start();
    await assertAllThere(house(), await ended);
  });
});

/**
 * Each mail arrived, and was taken in by Postfix once, or once more for each answer that is told to be missing.
 * Returns how many are missing. Postfix may deliver twice what it took in once, when it is cut off there.
 */
async function assertAllThere({ postfix }: MailHouse, ended: readonly Ended[]): Promise<number> {
  const failed = ended.flatMap((each) => ("error" in each ? [String(each.error)] : []));
  assert.deepEqual(failed, [], "given up");
  let doubts = 0;
  const twice: string[] = [];
  for (const each of ended) {
    if ("error" in each) continue;
    const { messageId, unconfirmed } = each.sent;
    const mails = await postfix.inbox.waitFor(messageId);
    const takenIn = new Set(mails.map(({ queueId }) => queueId)).size;
    if (takenIn > 1 + unconfirmed) twice.push(`${messageId}: ${takenIn} times, ${unconfirmed} unconfirmed`);
    doubts += unconfirmed;
  }
  assert.deepEqual(twice, [], "twice, and not marked");
  return doubts;
}
