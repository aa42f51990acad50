import assert from "node:assert/strict";
import { errorOf } from "../support/error-of";
import { ACCOUNT, mailOf, OTHER_ACCOUNT, TO, useMailHouse } from "./mail-house";

const STARTTLS = { security: "starttls" };

describe("signing in to Postfix, where Dovecot knows the passwords", () => {
  const house = useMailHouse();

  const MECHANISMS = [
    ["in-clear", "none", "PLAIN"],
    ["login-only", "none", "LOGIN"],
    ["cram-md5-only", "none", "CRAM-MD5"],
    ["submission", "starttls", "PLAIN"],
    ["submissions", "tls", "PLAIN"],
    ["own-sender", "starttls", "PLAIN"],
    ["members-only", "starttls", "PLAIN"],
  ] as const;
  for (const [service, security, mechanism] of MECHANISMS)
    it(`works with ${mechanism} and security ${security}: ${service}`, async () => {
      const { mails } = await house().deliver(house().mailer(service, { account: ACCOUNT, raw: { security } }));
      const { queueId } = mails[0]!;
      assert.match(
        house().postfix.log,
        new RegExp(`${queueId}: client=.*, sasl_method=${mechanism}, sasl_username=${ACCOUNT.username}`),
      );
    });

  it("is refused with a wrong password, and with a user name that nobody has", async () => {
    for (const account of [
      { ...ACCOUNT, password: "wrong" },
      { ...ACCOUNT, username: "nobody@example.com" },
    ]) {
      const error = await errorOf(house().mailer("submission", { account, raw: STARTTLS }).send(mailOf()));
      assert.deepEqual(
        [error.code, error.reason, error.disposition, error.smtp?.replyCode, error.smtp?.enhancedCode],
        ["ERR_MAIL_AUTH", "auth-refused", "configuration", 535, "5.7.8"],
      );
    }
  });

  const WITHOUT = [
    ["submission", "relay-denied", "ERR_MAIL_RECIPIENTS_REJECTED"],
    ["members-only", "auth-required", "ERR_MAIL_AUTH"],
    ["own-sender", "auth-required", "ERR_MAIL_AUTH"],
    ["own-sender-at-once", "auth-required", "ERR_MAIL_AUTH"],
  ] as const;
  for (const [service, reason, code] of WITHOUT)
    it(`is told to be missing where Postfix takes mail of nobody else: ${service} is ${reason}`, async () => {
      const error = await errorOf(house().mailer(service, { raw: STARTTLS }).send(mailOf()));
      assert.deepEqual([error.code, error.reason], [code, reason], error.message);
      assert.match(error.remedy, /set Sign-in to user name and password/i);
    });

  it("keeps the password to itself where Postfix wants it encrypted and the configuration does not encrypt", async () => {
    const error = await errorOf(house().mailer("submission", { account: ACCOUNT }).send(mailOf()));
    assert.deepEqual([error.code, error.reason], ["ERR_MAIL_AUTH", "auth-encryption-required"]);
  });

  for (const service of ["own-sender", "own-sender-at-once"] as const)
    it(`does not let anybody send as somebody else: ${service}`, async () => {
      const mailer = house().mailer(service, { account: OTHER_ACCOUNT, raw: STARTTLS });
      const error = await errorOf(mailer.send(mailOf({ from: ACCOUNT.username })));
      assert.deepEqual([error.code, error.reason], ["ERR_MAIL_SENDER_REJECTED", "sender-not-allowed"]);
      const { mails } = await house().deliver(mailer, { from: OTHER_ACCOUNT.username });
      assert.equal(mails.length, 1);
    });

  it("is tried again where Dovecot is away, until it is back", async () => {
    const { dovecot, postfix } = house();
    await dovecot.kill();
    let failed = (): void => {};
    const failing = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const { ended } = await house()
      .rig("submission", { account: ACCOUNT, raw: STARTTLS })
      .keepAll(1, { to: () => TO, onProgress: ({ state }) => state === "retry" && failed() });
    await failing;
    await dovecot.start();
    const [end] = await ended;
    assert.ok(end && "sent" in end, JSON.stringify(end));
    assert.equal((await postfix.inbox.waitFor(end.sent.messageId)).length, 1);
  });
});
