import assert from "node:assert/strict";
import { readDraft, withoutSources } from "../../src/compose/message";
import { prepareEmail } from "../../src/compose/prepare";
import { type SafeSettings, underSafeMode } from "../../src/compose/safe-mode";
import type { PreparedEmail } from "../../src/model/email";
import type { SendReceipt } from "../../src/model/receipt";
import { sendSafely } from "../../src/safe-sending";
import { draft, sender } from "./compose/composing";

const SEND: SafeSettings = { safeMode: "send", allowedDomains: [] };
const DRY: SafeSettings = { safeMode: "dry-run", allowedDomains: [] };
const REDIRECT: SafeSettings = {
  ...SEND,
  safeMode: "redirect",
  redirectTo: { name: "", address: "tests@bücher.example" },
};
const { signal } = new AbortController();

const madeWith = (settings: SafeSettings): Promise<PreparedEmail> =>
  prepareEmail(withoutSources(underSafeMode(readDraft(draft(), sender), settings)), {
    id: "1",
    date: new Date(0),
    signature: "",
  });

describe("Handing over a mail in safe mode", () => {
  let handedOver: PreparedEmail[];
  let marked: number;

  beforeEach(() => {
    handedOver = [];
    marked = 0;
  });

  function send(email: PreparedEmail, settings: SafeSettings): Promise<SendReceipt> {
    const toServer = async (one: PreparedEmail, _: AbortSignal, beforeBody: () => Promise<void>) => {
      handedOver.push(one);
      await beforeBody();
      return { messageId: one.messageId, recipients: [], response: "250 Ok" };
    };
    const mark = async (): Promise<void> => void marked++;
    return sendSafely(toServer, settings)(email, signal, mark);
  }

  for (const [name, now] of [
    ["dry-run", DRY],
    ["send", SEND],
    ["redirect", REDIRECT],
  ] as const) {
    it(`never hands over what was made as a dry run, in mode “${name}” either`, async () => {
      const email = await madeWith(DRY);
      const receipt = await send(email, now);
      assert.deepEqual([handedOver, marked], [[], 0], "and a crash leaves nothing unconfirmed");
      assert.deepEqual([receipt.safeMode, receipt.response], ["dry-run", "Dry run: not sent"]);
      assert.deepEqual(receipt.recipients, [{ address: "a@example.org", state: "accepted" }]);
    });
  }

  it("hands over what was redirected, also to a domain with letters beyond ASCII, and says so", async () => {
    for (const now of [REDIRECT, SEND]) {
      const email = await madeWith(REDIRECT);
      assert.deepEqual(await send(email, now), {
        messageId: email.messageId,
        recipients: [],
        response: "250 Ok",
        safeMode: "redirect",
      });
    }
    assert.equal(handedOver.length, 2);
  });

  it("says nothing of it where a mail goes to its recipients", async () => {
    assert.equal("safeMode" in (await send(await madeWith(SEND), SEND)), false);
    assert.equal(handedOver.length, 1);
  });

  it("rejects what must wait for a person, before anything is handed over", async () => {
    await assert.rejects(send(await madeWith(SEND), REDIRECT), { code: "ERR_MAIL_SAFE_MODE" });
    assert.deepEqual([handedOver, marked], [[], 0]);
  });
});
