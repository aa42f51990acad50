import assert from "node:assert/strict";
import type { RecipientResult } from "../../src/model/receipt";
import { SendError } from "../../src/model/send-error";
import { errorOf } from "../support/error-of";
import { ACCOUNT, mailOf, TO, useMailHouse } from "./mail-house";
import { greylist } from "./policy-server";

const states = (recipients: readonly RecipientResult[] = []) =>
  recipients.map(({ address, state, answer }) => [address, state, answer?.replyCode, answer?.enhancedCode]);

describe("what Postfix refuses", () => {
  const house = useMailHouse();

  it("is told for each recipient, and reaches the others", async () => {
    const to = `gone@example.org, ${TO}, away@example.net, second@example.org`;
    const { sent, mails } = await house().deliver(house().mailer("open"), { to });
    assert.equal(sent.state, "partial");
    assert.deepEqual(states(sent.recipients), [
      ["gone@example.org", "rejected", 550, "5.1.1"],
      [TO, "accepted", 250, "2.0.0"],
      ["away@example.net", "deferred", 454, "4.7.1"],
      ["second@example.org", "accepted", 250, "2.0.0"],
    ]);
    assert.deepEqual(mails.map(({ deliveredTo }) => deliveredTo).sort(), [TO, "second@example.org"]);
  });

  it("is an error where it is all of them, and one to somewhere else names the missing login", async () => {
    const mailer = house().mailer("open");
    const gone = await errorOf(mailer.send(mailOf({ to: "gone@example.org" })));
    assert.deepEqual([gone.reason, gone.disposition], ["recipient-refused", "permanent"]);
    const elsewhere = await errorOf(mailer.send(mailOf({ to: "away@example.net" })));
    assert.deepEqual([elsewhere.reason, elsewhere.disposition], ["relay-deferred", "transient"]);
    assert.match(elsewhere.remedy, /only for those who signed in/);
  });

  it("does not keep a mail from those whom it knows, where it hangs up after too many whom it does not", async () => {
    const gone = ["1", "2", "3", "4"].map((name) => `gone${name}@example.org`);
    const rig = house().rig("three-errors");
    const [ended] = await rig.sendAll(1, { to: () => [gone[0], TO, ...gone.slice(1)].join(", ") });
    assert.ok(ended && "sent" in ended, JSON.stringify(ended));
    const { state, attempts, recipients, messageId } = ended.sent;
    assert.equal(state, "partial");
    // Not always 2, because the connection may be gone before the last answers are read.
    assert.ok(attempts > 1 && attempts <= gone.length, `${attempts} attempts`);
    assert.deepEqual(
      recipients.map(({ address, answer }) => [address, answer?.replyCode]),
      [[gone[0], 550], [TO, 250], ...gone.slice(1).map((address) => [address, 550])],
    );
    assert.equal((await house().postfix.inbox.waitFor(messageId)).length, 1);
  });

  it("for its size is told before the content where Postfix announces its limit, and after it where not", async () => {
    for (const [service, phase] of [
      ["small", "mail"],
      ["small-and-silent", "body"],
    ] as const) {
      const mailer = house().mailer(service);
      const error = await errorOf(mailer.send(mailOf({ text: "x".repeat(30_000) })));
      assert.deepEqual(
        [error.code, error.reason, error.phase],
        ["ERR_MAIL_TOO_LARGE", "message-too-large", phase],
        error.message,
      );
      assert.equal(error.smtp?.replyCode, phase === "body" ? 552 : undefined);
      assert.equal((await house().deliver(mailer)).mails.length, 1, "a smaller one passes");
    }
  });

  it("for a header field is told in its words, and burdens no later mail", async () => {
    const mailer = house().mailer("open");
    const error = await errorOf(mailer.send(mailOf({ subject: "You won the lottery" })));
    assert.deepEqual(
      [error.code, error.reason, error.disposition, error.smtp?.response],
      ["ERR_MAIL_CONTENT_REJECTED", "content-refused", "permanent", "550 5.7.1 no lotteries here"],
    );
    assert.equal((await house().deliver(mailer)).mails.length, 1);
  });

  it("of addresses with letters outside ASCII is nothing with SMTPUTF8, and told before MAIL without", async () => {
    const { mails } = await house().deliver(house().mailer("open"), { to: `${TO}, jörg@example.org` });
    assert.deepEqual(mails.map(({ deliveredTo }) => deliveredTo).sort(), [TO, "jörg@example.org"]);
    const ascii = house().mailer("ascii-only");
    const error = await errorOf(ascii.send(mailOf({ to: `${TO}, jörg@example.org` })));
    assert.deepEqual([error.code, error.reason], ["ERR_MAIL_ADDRESS", "smtputf8-not-offered"]);
    assert.equal((await house().deliver(ascii)).mails.length, 1, "without him it passes");
  });

  it("at first, as a greylist does, is taken later without anybody's doing, and nobody gets it twice", async () => {
    house().policies.policy = greylist();
    const mailer = house().mailer("by-policy", { account: ACCOUNT, raw: { security: "starttls" } });
    const error = await errorOf(mailer.send(mailOf({ to: "hidden@example.org" })));
    assert.deepEqual(
      [error.reason, error.disposition, error.smtp?.replyCode],
      ["recipient-deferred", "transient", 450],
      error.message,
    );
    // One of them is known by now.
    const [ended] = await house()
      .rig("by-policy", { account: ACCOUNT, raw: { security: "starttls" } })
      .sendAll(1, { to: () => `hidden@example.org, ${TO}, gone@example.org` });
    assert.ok(ended && "sent" in ended, JSON.stringify(ended));
    const { attempts, recipients, messageId } = ended.sent;
    assert.equal(attempts, 2);
    assert.deepEqual(
      recipients.map(({ answer }) => answer?.replyCode),
      [250, 250, 550],
    );
    const mails = await house().postfix.inbox.waitFor(messageId, 2);
    assert.deepEqual(mails.map(({ deliveredTo }) => deliveredTo).sort(), [TO, "hidden@example.org"]);
  });

  it("of more recipients than it takes at once reaches the others later, and nobody twice", async () => {
    const to = Array.from({ length: 7 }, (_, at) => `customer+${at}@example.org`);
    const [ended] = await house()
      .rig("three-recipients")
      .sendAll(1, { to: () => to.join(", ") });
    assert.ok(ended && "sent" in ended, JSON.stringify(ended));
    const { state, attempts, messageId } = ended.sent;
    assert.deepEqual([state, attempts], ["accepted", 3]);
    const mails = await house().postfix.inbox.waitFor(messageId, to.length);
    assert.deepEqual(mails.map(({ deliveredTo }) => deliveredTo).sort(), to);
  });

  it("for now, at one of a mail's recipients with letters outside ASCII, is taken later for the others", async () => {
    house().policies.policy = greylist();
    const unsure = house().rig("by-policy", { account: ACCOUNT, raw: { security: "starttls" } });
    await unsure.sendAll(1, { to: () => "jörg@example.org" });
    const [ended] = await unsure.sendAll(1, { to: () => `jörg@example.org, ${TO}` });
    assert.ok(ended && "sent" in ended, JSON.stringify(ended));
    assert.deepEqual([ended.sent.state, ended.sent.attempts], ["accepted", 2]);
    const mails = await house().postfix.inbox.waitFor(ended.sent.messageId, 2);
    assert.deepEqual(mails.map(({ deliveredTo }) => deliveredTo).sort(), [TO, "jörg@example.org"]);
  });

  it("for too many mails or logins in a while is told as that", async () => {
    const refusals = async (sending: Promise<unknown>[]) =>
      (await Promise.allSettled(sending)).flatMap((each) =>
        each.status === "rejected" && each.reason instanceof SendError ? [each.reason] : [],
      );
    const mailer = house().mailer("three-mails-a-minute");
    const mails = await refusals(Array.from({ length: 5 }, () => mailer.send(mailOf())));
    assert.deepEqual(
      mails.map(({ reason }) => reason),
      ["throttled", "throttled"],
    );
    const login = { account: ACCOUNT };
    const logins = await refusals([1, 2, 3].map(() => house().mailer("one-login-a-minute", login).send(mailOf())));
    assert.deepEqual(
      logins.map(({ reason }) => reason),
      ["auth-temporary", "auth-temporary"],
    );
    for (const { disposition } of [...mails, ...logins]) assert.equal(disposition, "transient");
  });

  it("for too many connections is told as that, and no mail is lost by it", async () => {
    const raw = { maxConnections: 1 };
    const [first, second, third] = [1, 2, 3].map(() => house().mailer("two-connections", { raw }));
    await first!.send(mailOf());
    await second!.send(mailOf());
    const error = await errorOf(third!.send(mailOf()));
    assert.deepEqual(
      [error.code, error.reason, error.disposition, error.smtp?.replyCode],
      ["ERR_MAIL_THROTTLED", "greeting-busy", "transient", 421],
    );
    await house().closeMailers();
    const ended = await house()
      .rig("two-connections", { raw: { maxConnections: 8 } })
      .sendAll(40, { to: () => TO });
    const failed = ended.filter((each) => "error" in each);
    assert.deepEqual(failed, []);
    for (const each of ended)
      if ("sent" in each) assert.equal((await house().postfix.inbox.waitFor(each.sent.messageId)).length, 1);
  });
});
