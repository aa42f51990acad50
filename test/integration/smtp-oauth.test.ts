import assert from "node:assert/strict";
import type { ProbeReport } from "../../src/model/probe";
import { Secret } from "../../src/model/secret";
import { SendError } from "../../src/model/send-error";
import type { AccessToken, TokenSource } from "../../src/model/token";
import { SmtpTransport } from "../../src/transports/smtp/smtp-transport";
import { type KeyAndCertificate, selfSigned } from "../support/certificates";
import { errorOf } from "../support/error-of";
import type { SmtpScript } from "../support/scripted-smtp-server";
import { dependencies, settingsFor } from "../support/settings";
import { closeAll, scripted } from "./mailing";

const USER = "orders@example.com";
const FIRST = "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.first-token-of-the-test";
const SECOND = "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.second-token-of-the-test";

/** Gives out these tokens one after another; each one counts as good for an hour. */
class FakeTokens implements TokenSource {
  asked = 0;
  renewed = 0;
  constructor(private readonly values: string[]) {}

  async get(): Promise<AccessToken> {
    this.asked++;
    return this.#token();
  }

  async renew(): Promise<AccessToken> {
    this.renewed++;
    if (this.values.length > 1) this.values.shift();
    return this.#token();
  }

  #token(): AccessToken {
    const value = new Secret(this.values[0] ?? "");
    return {
      value,
      expiresAt: dependencies.clock.now() + 3_600_000,
      tenant: "contoso",
      permissions: ["SMTP.SendAsApp"],
    };
  }
}

const email = {
  messageId: "<1@example.com>",
  envelope: { from: USER, to: ["customer@example.org"] },
  mime: Buffer.from("Subject: x\r\n\r\nHello\r\n"),
};
const { signal } = new AbortController();

describe("signing in to SMTP with a token", () => {
  const transports: SmtpTransport[] = [];
  let tls: KeyAndCertificate;

  before(async () => {
    tls = await selfSigned({ hosts: ["localhost"] });
  });
  afterEach(async () => {
    for (const transport of transports.splice(0)) await transport.close();
    await closeAll();
  });

  async function start(
    script: SmtpScript,
    tokens: TokenSource,
  ): Promise<{ transport: SmtpTransport; server: Awaited<ReturnType<typeof scripted>> }> {
    const server = await scripted({ tls, mechanisms: "LOGIN XOAUTH2", ...script });
    const raw = { security: "starttls", auth: "oauth2", oauthFlow: "message" };
    const settings = settingsFor(server.port, raw, { username: USER }, { rejectUnauthorized: false });
    const composeTestMail = async () => email;
    const transport = new SmtpTransport(settings, { clock: dependencies.clock, composeTestMail, tokens });
    transports.push(transport);
    return { transport, server };
  }

  const send = (transport: SmtpTransport) => transport.send(email, signal, async () => {});
  const stepsOf = ({ steps }: ProbeReport) => Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]));

  it("sends the token as XOAUTH2, encrypted, and reuses the connection", async () => {
    const tokens = new FakeTokens([FIRST]);
    const { transport, server } = await start({ accounts: [{ user: USER, pass: FIRST }] }, tokens);
    await send(transport);
    await send(transport);
    assert.equal(server.mails.length, 2);
    assert.equal(server.sessions.length, 1);
    const [session] = server.sessions;
    assert.deepEqual(session?.logins, [{ user: USER, pass: FIRST }]);
    assert.ok(!session?.receivedInClear.includes("AUTH"));
  });

  for (const [who, tokenRefusal] of Object.entries({
    "Exchange Online, which refuses at once": { reply: "535 5.7.3 Authentication unsuccessful [AM0PR]" },
    "Gmail, which explains itself first": {
      reply: "535-5.7.8 Username and Password not accepted.\n535 5.7.8 https://support.google.com/mail gsmtp",
      challenge: '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}',
    },
  })) {
    it(`a token that was revoked is renewed once by ${who}`, async () => {
      const tokens = new FakeTokens([FIRST, SECOND]);
      const { transport, server } = await start({ accounts: [{ user: USER, pass: SECOND }], tokenRefusal }, tokens);
      await send(transport);
      assert.equal(server.mails.length, 1);
      assert.equal(tokens.renewed, 1);
      const tried = server.sessions.flatMap(({ logins }) => logins.map(({ pass }) => pass));
      assert.deepEqual(tried, [FIRST, SECOND]);
    });

    it(`a token that is refused twice by ${who} holds the configuration, and is not asked for again`, async () => {
      const tokens = new FakeTokens([FIRST, SECOND]);
      const { transport } = await start({ accounts: [{ user: USER, pass: "another" }], tokenRefusal }, tokens);
      const error = await errorOf(send(transport));
      const reason = who.startsWith("Gmail") ? "auth-google-token-refused" : "auth-microsoft-token-refused";
      assert.deepEqual([error.code, error.reason, error.disposition], ["ERR_MAIL_AUTH", reason, "configuration"]);
      assert.equal(tokens.renewed, 1);
      assert.ok(error.message.includes(USER));
    });
  }

  it("where no fresh token can be had, that is what is told", async () => {
    const tokens = new FakeTokens([FIRST]);
    tokens.renew = () => Promise.reject(new SendError("token-missing", { phase: "token" }));
    const challenge = '{"status":"400"}';
    for (const tokenRefusal of [{ reply: "535 5.7.3 no" }, { reply: "535 5.7.8 no", challenge }]) {
      const { transport } = await start({ accounts: [], tokenRefusal }, tokens);
      assert.equal((await errorOf(send(transport))).reason, "token-missing");
    }
  });

  it("a server that takes no tokens is told as such", async () => {
    const { transport } = await start({ accounts: [], mechanisms: "PLAIN LOGIN" }, new FakeTokens([FIRST]));
    const error = await errorOf(send(transport));
    assert.equal(error.reason, "auth-no-xoauth2");
    assert.ok(error.message.includes("PLAIN, LOGIN"));
  });

  it("without a token nothing connects", async () => {
    const none: TokenSource = {
      get: () => Promise.reject(new SendError("token-missing", { phase: "token", facts: { field: "accessToken" } })),
      renew: () => Promise.reject(new Error("not asked for")),
    };
    const { transport, server } = await start({ accounts: [] }, none);
    assert.equal((await errorOf(send(transport))).reason, "token-missing");
    assert.equal(server.sessions.length, 0);
    const report = await transport.probe({ from: USER, to: USER }, signal);
    assert.equal(report.headline, "login");
    assert.deepEqual(report.steps[0]?.name, "token");
    assert.equal(stepsOf(report).token, "failed");
    assert.equal(stepsOf(report).dns, "skipped");
  });

  it("the test names the token's tenant and permissions before the SMTP steps, and shows no token", async () => {
    const { transport } = await start({ accounts: [{ user: USER, pass: FIRST }] }, new FakeTokens([FIRST]));
    const report = await transport.probe({ from: USER, to: "me@example.com" }, signal);
    assert.equal(report.headline, "complete");
    const names = report.steps.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 3), ["token", "dns", "connect"]);
    assert.match(report.steps[0]?.detail ?? "", /tenant contoso · allows SMTP\.SendAsApp · valid for 60 min/);
    const shown = JSON.stringify(report);
    for (const form of [FIRST, Buffer.from(FIRST).toString("base64"), "first-token"]) assert.ok(!shown.includes(form));
  });

  it("a server that echoes the token in its refusal does not get it into the error", async () => {
    const tokenRefusal = { reply: `535 5.7.3 bad token ${FIRST}` };
    const { transport } = await start({ accounts: [], tokenRefusal }, new FakeTokens([FIRST]));
    const error = await errorOf(send(transport));
    assert.ok(!JSON.stringify({ ...error, message: error.message, stack: error.stack }).includes("first-token"));
  });
});
