import assert from "node:assert/strict";
import type { SendError } from "../../src/model/send-error";
import type { Security } from "../../src/settings/raw";
import { createTestCa, issueCertificate, type KeyAndCertificate } from "../support/certificates";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { dependencies, settingsFor } from "../support/settings";
import { TestMailer } from "../support/test-mailer";

const account = { user: "orders@example.com", pass: "correct-horse-Battery9" };
let certificate: KeyAndCertificate;

/** What an attacker between client and server, or a broken server, does to STARTTLS. */
const attacks: [title: string, script: () => SmtpScript][] = [
  ["stripped from EHLO", () => ({ capabilities: ["AUTH PLAIN LOGIN", "PIPELINING"] })],
  ["stripped, and refused", () => ({ capabilities: ["AUTH PLAIN LOGIN"], starttls: "502 5.5.1 Unknown command" })],
  ["refused for now", () => ({ capabilities: ["STARTTLS", "AUTH PLAIN LOGIN"], starttls: "454 4.7.0 Not now" })],
  ["lost with EHLO itself", () => ({ ehlo: "502 5.5.1 Unknown command" })],
  ["answered with nonsense", () => ({ capabilities: ["STARTTLS", "AUTH PLAIN LOGIN"], starttls: "hello" })],
  ["answered by hanging up", () => ({ capabilities: ["STARTTLS", "AUTH PLAIN LOGIN"], starttls: "drop" })],
];

async function send(
  script: SmtpScript,
  security: Security,
  trust = true,
): Promise<{ server: ScriptedSmtpServer; error: SendError | undefined }> {
  const server = await startScriptedSmtpServer({ accounts: [account], ...script });
  const credentials = { username: account.user, password: account.pass };
  const material = trust ? { ca: certificate.ca } : {};
  const mailer = new TestMailer(
    settingsFor(server.port, { security, auth: "password" }, credentials, material),
    dependencies,
  );
  try {
    const error = await mailer.send({ to: "customer@example.org", text: "confidential" }).then(
      () => undefined,
      (reason: SendError) => reason,
    );
    return { server, error };
  } finally {
    await mailer.close(0);
    await server.close();
  }
}

const inClear = ({ sessions }: ScriptedSmtpServer): string =>
  sessions.map(({ receivedInClear }) => receivedInClear).join();

describe("encryption that is required", () => {
  before(async () => {
    certificate = await issueCertificate(await createTestCa(), { hosts: ["localhost"] });
  });

  for (const [title, script] of attacks) {
    it(`never falls back with STARTTLS ${title}`, async () => {
      const { server, error } = await send(script(), "starttls");
      assert.ok(error, "the mail does not go out");
      assert.ok(/^starttls-|^dropped$|^protocol-error$|^ehlo-refused$/.test(error.reason), error.reason);
      assert.doesNotMatch(inClear(server), /AUTH|MAIL FROM|confidential/i);
      assert.deepEqual([server.mails.length, server.sessions.flatMap(({ logins }) => logins).length], [0, 0]);
    });
  }

  it("does not hand the password to a server whose certificate nobody vouches for", async () => {
    for (const security of ["starttls", "tls"] as const) {
      const script = security === "tls" ? { implicitTls: certificate } : { tls: certificate };
      const { server, error } = await send(script, security, false);
      assert.equal(
        error?.reason,
        ("tls-self-signed" satisfies string) === error?.reason ? "tls-self-signed" : "tls-unknown-ca",
      );
      assert.deepEqual(
        server.sessions.flatMap(({ logins }) => logins),
        [],
      );
    }
  });

  it("forgets what was said in clear: an answer smuggled in behind STARTTLS is not one of the server", async () => {
    const injected = "220 Go ahead\r\n250-mail.example.com\r\n250 AUTH PLAIN";
    const { server } = await send({ tls: certificate, starttls: injected }, "starttls");
    assert.doesNotMatch(inClear(server), /AUTH|MAIL FROM|confidential/i);
  });

  it("sends login and mail only encrypted", async () => {
    for (const security of ["starttls", "starttls-if-offered", "tls"] as const) {
      const script = security === "tls" ? { implicitTls: certificate } : { tls: certificate };
      const { server, error } = await send(script, security);
      assert.equal(error, undefined);
      assert.deepEqual(server.sessions[0]?.logins, [account]);
      assert.equal(server.mails[0]?.session.secure, true);
      const expected = security === "tls" ? /^$/ : /^EHLO [^\r\n]+\r\nSTARTTLS\r\n/;
      assert.match(inClear(server), expected);
      assert.doesNotMatch(inClear(server), /AUTH|MAIL FROM|confidential/);
    }
  });
});

describe("encryption if offered", () => {
  it("falls back to a plain connection where STARTTLS is not offered", async () => {
    const { server, error } = await send({ capabilities: ["AUTH PLAIN LOGIN"] }, "starttls-if-offered");
    assert.equal(error, undefined);
    assert.equal(server.mails.length, 1);
    assert.equal(server.mails[0]?.session.secure, false);
  });

  it("does not fall back from a certificate that does not hold", async () => {
    const { server, error } = await send({ tls: certificate }, "starttls-if-offered", false);
    assert.equal(error?.code, "ERR_MAIL_TLS");
    assert.deepEqual([server.sessions.length, server.mails.length], [1, 0]);
  });
});
