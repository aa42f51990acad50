import assert from "node:assert/strict";
import type { FailureReason } from "../../src/model/catalogue";
import type { ErrorCode } from "../../src/model/codes";
import type { ProbeStepName } from "../../src/model/probe";
import type { SmtpScript } from "../support/scripted-smtp-server";
import { account, type FailureRow, itTells, observe } from "./probing";

type Stage = "mail" | "rcpt" | "data" | "dot";
type Answer = [stage: Stage, answer: string, reason: FailureReason];

const STEP: Record<Stage, ProbeStepName> = { mail: "sender", rcpt: "recipient", data: "data", dot: "data" };
const PIPELINED = ["PIPELINING", "SIZE 10485760", "8BITMIME"];
const ONE_BY_ONE = ["SIZE 10485760", "8BITMIME"];

const answers: Record<string, Answer[]> = {
  ERR_MAIL_SENDER_REJECTED: [
    ["mail", "550 5.1.0 <orders@example.com>: Sender refused", "sender-refused"],
    ["dot", "554 5.2.2 mailbox full", "sender-mailbox-full"],
    ["mail", "553 5.7.1 <orders@example.com>: Sender address rejected: not owned by user sales", "sender-not-allowed"],
    ["mail", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "sender-not-allowed"],
    ["rcpt", "553 5.7.1 <orders@example.com>: Sender address rejected: not owned by user sales", "sender-not-allowed"],
    [
      "dot",
      "554 5.2.252 SendAsDenied; orders@example.com not allowed to send as sales@example.com",
      "sender-not-allowed",
    ],
    ["dot", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "sender-not-allowed"],
  ],
  ERR_MAIL_RECIPIENTS_REJECTED: [
    ["rcpt", "550 5.1.1 <customer@example.org>: User unknown", "recipient-refused"],
    ["rcpt", "553 5.1.3 Bad recipient address syntax", "recipient-refused"],
    ["rcpt", "450 4.2.0 <customer@example.org>: Greylisted, see https://greylist.example.com", "recipient-deferred"],
    ["rcpt", "450 4.2.0 Greylisted, see https://relay.example.com/greylist", "recipient-deferred"],
    ["rcpt", "451 4.7.1 Please try again later", "recipient-deferred"],
    ["rcpt", "452 4.2.2 The email account is over quota", "recipient-deferred"],
    ["rcpt", "554 5.7.1 <customer@example.org>: Relay access denied", "relay-denied"],
    ["rcpt", "550 5.7.1 Unable to relay", "relay-denied"],
    ["rcpt", "550 relaying to customer@example.org prohibited by administrator", "relay-denied"],
    ["rcpt", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "relay-denied"],
    ["rcpt", "454 4.7.1 <customer@example.org>: Relay access denied", "relay-deferred"],
    ["rcpt", "554 5.7.1 <customer@example.org>: Recipient address rejected: Access denied", "relay-denied"],
    ["rcpt", "552 5.2.2 Mailbox full", "mailbox-full"],
    ["rcpt", "552 Too many recipients", "recipient-deferred"],
    ["rcpt", "550 5.1.1 <bob@relay.example>: Recipient address rejected: User unknown", "recipient-refused"],
    ["rcpt", "550 The customer's quota exceeded", "mailbox-full"],
  ],
  ERR_MAIL_TOO_LARGE: [
    ["mail", "552 5.3.4 Message size exceeds fixed limit", "message-too-large"],
    ["mail", "552 Message size exceeds maximum permitted", "message-too-large"],
    ["dot", "552 5.3.4 Error: message file too big", "message-too-large"],
    ["dot", "554 5.3.4 Message too large", "message-too-large"],
  ],
  ERR_MAIL_CONTENT_REJECTED: [
    ["dot", "554 5.7.1 Message rejected as spam", "content-refused"],
    ["dot", "550 5.7.1 Attachment type .exe is not allowed here", "content-refused"],
    ["data", "554 5.5.1 No valid recipients", "content-refused"],
  ],
  ERR_MAIL_THROTTLED: [
    ["mail", "421 4.7.0 Too many messages, closing connection", "throttled"],
    ["rcpt", "421 4.7.0 Try again later, closing connection", "throttled"],
    ["data", "421 4.3.2 Service shutting down", "throttled"],
    ["dot", "421 4.7.0 IP busy, try again later", "throttled"],
    ["mail", "432 4.3.2 Concurrent connections limit exceeded", "throttled"],
    ["dot", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", "throttled"],
    ["mail", "451 4.7.1 Rate limit exceeded", "throttled"],
    ["mail", "450 4.7.1 Error: too much mail from 192.0.2.1", "throttled"],
    ["rcpt", "450 4.7.28 Unusual rate of mail", "throttled"],
    ["mail", "451 4.3.0 Temporary lookup failure", "sender-deferred"],
    ["mail", "452 4.3.1 Insufficient system storage", "sender-deferred"],
    ["data", "451 4.3.0 Queue file write error", "content-deferred"],
    ["dot", "451 4.3.0 Error: queue file write error", "content-deferred"],
    ["dot", "452 4.3.1 Insufficient system storage", "content-deferred"],
    ["dot", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", "sender-limit"],
    ["mail", "550 5.4.5 Daily user sending limit exceeded", "sender-limit"],
  ],
};

const rows = Object.entries(answers).flatMap(([code, list]) =>
  list.flatMap(([stage, answer, reason]) =>
    [PIPELINED, ONE_BY_ONE].map((capabilities): FailureRow => {
      const closes = answer.startsWith("421");
      const how = capabilities === PIPELINED ? "pipelined" : "one by one";
      const script: SmtpScript = { capabilities, [stage]: closes ? { say: answer, close: "end" } : answer };
      const row = { code: code as ErrorCode, reason, headline: "failed" as const, step: STEP[stage], words: answer };
      return { title: `“${answer}” to ${stage} (${how})`, script, ...row };
    }),
  ),
);

describe("the test tells what the server says of sender, recipient and content", () => {
  itTells(rows);

  itTells([
    {
      title: "a mail above the announced size",
      script: { size: 100 },
      code: "ERR_MAIL_TOO_LARGE",
      reason: "message-too-large",
      headline: "failed",
      step: "sender",
    },
    {
      title: "421 to EHLO",
      script: { ehlo: { say: "421 4.3.2 Shutting down", close: "end" } },
      code: "ERR_MAIL_THROTTLED",
      reason: "throttled",
      headline: "failed",
      step: "capabilities",
      words: "421 4.3.2 Shutting down",
    },
    {
      title: "4xx to EHLO, after which HELO would find no login,",
      script: { ehlo: "451 4.3.0 Try again later", helo: "250 mail.example.com" },
      code: "ERR_MAIL_THROTTLED",
      reason: "throttled",
      headline: "failed",
      step: "capabilities",
      words: "451 4.3.0 Try again later",
    },
    {
      title: "421 to EHLO of a server that wants to see a client certificate",
      script: { ehlo: { say: "421 4.7.1 Error: No client certificate presented", close: "end" } },
      code: "ERR_MAIL_TLS",
      reason: "tls-client-certificate",
      headline: "connection",
      step: "capabilities",
      words: "421 4.7.1 Error: No client certificate presented",
    },
    {
      title: "an address on a block list, which Postfix says only at the recipient",
      script: { rcpt: "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.example.net" },
      code: "ERR_MAIL_CONNECT",
      reason: "greeting-refused",
      headline: "connection",
      step: "recipient",
      words: "blocked using bl.example.net",
    },
    {
      title: "421 to STARTTLS",
      script: { capabilities: ["STARTTLS"], starttls: { say: "421 4.3.2 Shutting down", close: "end" } },
      raw: { security: "starttls" },
      code: "ERR_MAIL_THROTTLED",
      reason: "throttled",
      headline: "failed",
      step: "tls",
      words: "421 4.3.2 Shutting down",
    },
    {
      title: "421 to AUTH",
      script: { accounts: [account], auth: { say: "421 4.7.0 Too many failed logins", close: "end" } },
      login: true,
      code: "ERR_MAIL_THROTTLED",
      reason: "throttled",
      headline: "failed",
      step: "auth",
      words: "421 4.7.0 Too many failed logins",
    },
    {
      title: "432 to AUTH",
      script: { accounts: [account], auth: "432 4.3.2 Concurrent connections limit exceeded" },
      login: true,
      code: "ERR_MAIL_THROTTLED",
      reason: "throttled",
      headline: "failed",
      step: "auth",
      words: "432 4.3.2",
    },
    {
      title: "a sender refused by a server that asks for the content all the same",
      script: { capabilities: PIPELINED, mail: "550 5.1.0 Sender refused", data: "354 Go ahead" },
      code: "ERR_MAIL_SENDER_REJECTED",
      reason: "sender-refused",
      headline: "failed",
      step: "sender",
      words: "550 5.1.0 Sender refused",
    },
    {
      title: "a recipient refused by a server that asks for the content all the same",
      script: { capabilities: PIPELINED, rcpt: "550 5.1.1 User unknown", data: "354 Go ahead" },
      code: "ERR_MAIL_RECIPIENTS_REJECTED",
      reason: "recipient-refused",
      headline: "failed",
      step: "recipient",
      words: "550 5.1.1 User unknown",
    },
    {
      title: "a reply that is no reply",
      script: { mail: "Sender is fine, I think" },
      code: "ERR_MAIL_PROTOCOL",
      reason: "protocol-error",
      headline: "failed",
      step: "sender",
      words: "Sender is fine",
    },
  ]);

  it("marks what may work later as transient and what will not as permanent, for every answer", async () => {
    for (const { title, script, ...row } of rows) {
      const { sendError } = await observe({ title, script, ...row });
      // A limit of the day is over tomorrow, one of recipients with the next mail, whatever the code says.
      const passes = row.words?.startsWith("4") || ["sender-limit", "recipient-deferred"].includes(row.reason);
      const expected = passes ? "transient" : "permanent";
      assert.equal(sendError?.disposition, expected, title);
    }
  });

  it("shows the server's words on one line, its code once, and not more than a person reads", async () => {
    const refusal = ["550-5.7.1 First line", "550-5.7.1 Second line", `550 5.7.1 ${"long ".repeat(1000)}`].join("\n");
    const { report } = await observe({ ...rows[0]!, script: { mail: refusal } });
    const { response = "" } = report.steps.find(({ name }) => name === "sender")?.finding ?? {};
    assert.ok(response.startsWith("550 5.7.1 First line Second line long long"), response);
    assert.ok(response.length <= 1000);
  });
});
