import assert from "node:assert/strict";
import type { FailureReason } from "../../src/model/catalogue";
import { createTestCa, issueCertificate, type KeyAndCertificate } from "../support/certificates";
import type { SmtpScript } from "../support/scripted-smtp-server";
import { account, assertReadable, type FailureRow, itTells, observe } from "./probing";

const accounts = [account];
const failed = { code: "ERR_MAIL_AUTH", headline: "login", step: "auth", login: true } as const;

/** What providers really answer to a login, and what it means. */
const refusals: [title: string, answer: string, reason: FailureReason][] = [
  ["535 of any server", "535 5.7.8 Error: authentication failed", "auth-refused"],
  ["535 without an enhanced code", "535 Incorrect authentication data", "auth-refused"],
  [
    "Google's demand for an app password",
    "534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor x-y.1 - gsmtp",
    "auth-google-app-password",
  ],
  [
    "Google's wrong password",
    "535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials x-y.1 - gsmtp",
    "auth-google-refused",
  ],
  [
    "Microsoft's switched off SMTP sign-in (tenant)",
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [X.PROD.OUTLOOK.COM]",
    "auth-microsoft-disabled",
  ],
  [
    "Microsoft's security defaults",
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator. [X.PROD.OUTLOOK.COM]",
    "auth-microsoft-disabled",
  ],
  [
    "Microsoft's wrong password",
    "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. [X.PROD.OUTLOOK.COM]",
    "auth-microsoft-refused",
  ],
  ["Microsoft's 535 5.7.3", "535 5.7.3 Authentication unsuccessful [X.PROD.OUTLOOK.COM]", "auth-microsoft-refused"],
  [
    "Microsoft's retirement of basic authentication",
    "550 5.7.30 Basic authentication is not supported for Client Submission.",
    "auth-microsoft-retired",
  ],
  [
    "Microsoft's retirement of basic authentication for Outlook.com",
    "535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [X.PROD.OUTLOOK.COM]",
    "auth-microsoft-retired",
  ],
  ["a server that takes passwords only encrypted", "538 5.7.11 Encryption required", "auth-encryption-required"],
  ["a server that wants STARTTLS first", "530 5.7.0 Must issue a STARTTLS command first", "auth-encryption-required"],
];

describe("the test tells why the login is refused", () => {
  itTells(
    refusals.map(([title, answer, reason]) => ({
      title,
      script: { accounts, auth: answer },
      ...failed,
      reason,
      words: answer.slice(answer.lastIndexOf(" ") + 1),
    })),
  );

  itTells([
    {
      title: "a login that cannot be checked now",
      script: { accounts, auth: "454 4.7.0 Temporary authentication failure" },
      ...failed,
      code: "ERR_MAIL_THROTTLED",
      reason: "auth-temporary",
      words: "454 4.7.0",
    },
    {
      title: "only mechanisms without a password",
      script: { capabilities: ["AUTH XOAUTH2 NTLM"] },
      ...failed,
      reason: "auth-no-mechanism",
    },
    ...required("mail", "530 5.7.57 Client not authenticated to send mail", "sender"),
    ...required("mail", "530 5.7.0 Authentication Required", "sender"),
    ...required("rcpt", "550 5.7.1 authentication required", "recipient"),
    ...required("rcpt", "554 5.7.1 <customer@example.org>: Recipient address rejected: not authenticated", "recipient"),
    ...required("rcpt", "554 5.7.1 <client[192.0.2.1]>: Client host rejected: Access denied", "recipient"),
    ...required("rcpt", "553 5.7.1 <orders@example.com>: Sender address rejected: not logged in", "recipient"),
    ...required("mail", "553 5.7.1 <orders@example.com>: Sender address rejected: not logged in", "sender"),
    {
      title: "a plain connection to a server that wants STARTTLS before MAIL",
      script: { mail: "530 5.7.0 Must issue a STARTTLS command first" },
      ...failed,
      login: false,
      step: "sender",
      reason: "auth-encryption-required",
      words: "STARTTLS",
    },
  ]);
});

function required(stage: "mail" | "rcpt", answer: string, step: FailureRow["step"]): FailureRow[] {
  const row: FailureRow = {
    title: `“${answer}”`,
    script: { [stage]: answer },
    ...failed,
    reason: "auth-required",
    step,
  };
  return [{ ...row, login: false, words: answer.slice(0, 9) }];
}

describe("the test passes with a warning where the login proves nothing", () => {
  let tls: KeyAndCertificate;
  before(async () => {
    tls = await issueCertificate(await createTestCa(), { hosts: ["localhost"] });
  });

  const cases: [title: string, script: () => SmtpScript, security?: string][] = [
    ["a server that offers no login", () => ({})],
    ["a server that offers a login only after STARTTLS, with security none", () => ({ tls, accounts })],
    ["a server that knows only HELO", () => ({ ehlo: "502 5.5.1 Not implemented" })],
    [
      "a server that breaks off STARTTLS",
      () => ({ tls, starttls: "454 4.7.0 Not now", capabilities: ["STARTTLS", "AUTH PLAIN LOGIN"] }),
      "starttls-if-offered",
    ],
  ];
  for (const [title, script, security = "none"] of cases) {
    it(title, async () => {
      const { report, sendError, server } = await observe({
        title,
        script,
        raw: { security },
        ...failed,
        reason: "auth-not-checked",
      });
      const step = report.steps.find(({ name }) => name === "auth");
      assert.deepEqual([report.outcome, report.headline], ["warned", "complete-with-warning"], JSON.stringify(report));
      assert.deepEqual([step?.outcome, step?.finding?.reason], ["warned", "auth-not-checked"]);
      assertReadable(step!.finding!);
      assert.equal(sendError, undefined, "the same server takes the mail without login");
      for (const { receivedInClear, logins } of server.sessions) {
        assert.doesNotMatch(receivedInClear, /^AUTH/im);
        assert.deepEqual(logins, []);
      }
    });
  }

  it("says that a password went over the wire in clear", async () => {
    const { report } = await observe({ title: "clear", script: { accounts }, ...failed, reason: "password-in-clear" });
    const step = report.steps.find(({ name }) => name === "auth");
    assert.deepEqual([report.headline, step?.finding?.reason], ["complete-with-warning", "password-in-clear"]);
    assertReadable(step!.finding!);
  });
});
