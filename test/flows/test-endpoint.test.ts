import { strict as assert } from "node:assert";
import type { ProbeReport } from "../../src/model/probe";
import type { Problem } from "../../src/settings/rules";
import {
  adminRequest,
  configurationNode,
  describeOnEachVersion,
  type FlowNode,
  listenAdmin,
  loadFlow,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

type Answer = { status: number; body: ProbeReport & { problems?: Problem[]; busy?: boolean } };

const PASSWORD = "stored-Passw0rd";

async function test(config: FlowNode, rest: Record<string, unknown> = {}): Promise<Answer> {
  const body = {
    id: "config",
    config,
    credentials: { username: "", password: "" },
    to: "me@example.com",
    send: true,
    ...rest,
  };
  return (await adminRequest().post("/smtp-config/test").send(body)) as unknown as Answer;
}

describeOnEachVersion("POST smtp-config/test", () => {
  let server: MailServer;
  /** Wants no login. */
  let open: MailServer;

  beforeEach(async () => {
    open = await startMailServer();
    server = await startMailServer({ accounts: [{ user: "user", pass: PASSWORD }] });
  });
  afterEach(async () => {
    await server.close();
    await open.close();
  });

  const withLogin = (raw = {}): FlowNode => configurationNode(server.port, { auth: "password", ...raw });
  const deployed = (): Promise<unknown> =>
    loadFlow([withLogin()], { config: { username: "user", password: PASSWORD } });
  const untouched = { credentials: { username: "user", password: "__PWRD__" } };

  for (const safe of [{ safeMode: "redirect", redirectTo: "tests@example.com" }, { safeMode: "dry-run" }])
    it(`sends the test mail to whom it is asked for in safe mode “${safe.safeMode}” too`, async () => {
      await loadFlow([]);
      const { body } = await test(configurationNode(open.port, safe));
      assert.equal(body.outcome, "passed");
      assert.deepEqual(open.mails[0]?.envelope.to, ["me@example.com"]);
      assert.match(open.mails[0]?.parsed.text ?? "", new RegExp(`Safe mode: +${safe.safeMode}`));
    });

  it("sends no test mail to a domain that is not allowed", async () => {
    await loadFlow([]);
    const { status, body } = await test(configurationNode(open.port, { allowedDomains: "example.org" }));
    assert.deepEqual(
      [status, body.problems?.map(({ field, rule }) => [field, rule])],
      [400, [["to", "domain-not-allowed"]]],
    );
    assert.equal(open.connectionsTotal, 0);
  });

  it("tests a form that was never deployed, and the mail names host, port, type and user", async () => {
    await loadFlow([]);
    const { status, body } = await test(withLogin(), {
      id: "new",
      credentials: { username: "user", password: PASSWORD },
    });
    assert.equal(status, 200);
    assert.equal(body.outcome, "warned", "the password went in clear");
    assert.equal(body.headline, "complete-with-warning");
    assert.deepEqual(body.sent?.to, "me@example.com");
    const { text } = (await server.waitForMail()).parsed;
    for (const fact of ["localhost", String(server.port), "Generic SMTP", "user"])
      assert.ok(text?.includes(fact), fact);
  });

  it("checks without sending", async () => {
    await deployed();
    const { body } = await test(withLogin(), { ...untouched, send: false, to: "" });
    assert.equal(body.headline, "checked");
    assert.equal(server.mails.length, 0);
    assert.ok(!body.steps.some(({ name }) => name === "data"));
  });

  it("uses the stored password for an untouched field", async () => {
    await deployed();
    const { body } = await test(withLogin(), untouched);
    assert.equal(body.steps.find(({ name }) => name === "auth")?.outcome, "warned");
    assert.equal(server.mails[0]?.user, "user");
  });

  const elsewhere: [string, (port: number) => { raw?: Record<string, unknown>; username?: string }][] = [
    ["host", () => ({ raw: { host: "127.0.0.1" } })],
    ["port", (port) => ({ raw: { port: port + 1 } })],
    ["security", () => ({ raw: { security: "starttls-if-offered" } })],
    ["user", () => ({ username: "other" })],
  ];
  for (const [what, change] of elsewhere) {
    it(`asks for the password again instead of sending the stored one where the ${what} changed`, async () => {
      await deployed();
      const { raw = {}, username = "user" } = change(server.port);
      const { status, body } = await test(withLogin(raw), { credentials: { username, password: "__PWRD__" } });
      assert.equal(status, 400);
      assert.deepEqual(
        body.problems?.map(({ field, rule }) => [field, rule]),
        [["password", "ask-again"]],
      );
      assert.equal(server.connectionsTotal, 0);
    });
  }

  it("never sends a stored password to a server that a request names for another configuration's id", async () => {
    await deployed();
    const thief = await startScriptedSmtpServer({ accounts: [{ user: "user", pass: PASSWORD }] });
    const { status } = await test(withLogin({ port: thief.port }), untouched);
    assert.equal(status, 400);
    assert.equal(thief.sessions.length, 0);
    await thief.close();
  });

  it("names a variable that is not set before it asks for a password again", async () => {
    await deployed();
    const form = withLogin({ security: "${MAIL_SECURITY_UNSET}" });
    const { status, body } = await test(form, untouched);
    assert.equal(status, 400);
    assert.deepEqual(
      body.problems?.map(({ field, rule, limit }) => [field, rule, limit]),
      [["security", "env-unset", "${MAIL_SECURITY_UNSET}"]],
    );
  });

  it("takes a variable that is set to nothing for an empty field, as the runtime does", async () => {
    process.env["MAIL_NOTHING"] = "";
    try {
      await loadFlow([]);
      const credentials = { username: "user", password: PASSWORD };
      const fine = await test(withLogin({ replyTo: "${MAIL_NOTHING}" }), { id: "new", credentials });
      assert.equal(fine.status, 200);
      const { body } = await test(withLogin({ host: "${MAIL_NOTHING}" }), { id: "new", credentials });
      assert.deepEqual(
        body.problems?.map(({ field, rule }) => [field, rule]),
        [["host", "required"]],
      );
    } finally {
      delete process.env["MAIL_NOTHING"];
    }
  });

  it("resolves environment variables of the form", async () => {
    await loadFlow([]);
    Object.assign(process.env, { MAIL_TEST_PORT: String(server.port), MAIL_TEST_PASSWORD: PASSWORD });
    const credentials = { username: "user", password: "${MAIL_TEST_PASSWORD}" };
    const { body } = await test(withLogin({ port: "${MAIL_TEST_PORT}" }), { id: "new", credentials });
    assert.equal(body.headline, "complete-with-warning");
    assert.ok(!JSON.stringify(body).includes(PASSWORD));
  });

  const invalid: [string, Record<string, unknown>, Record<string, unknown>, string][] = [
    ["an invalid recipient", {}, { to: "nobody" }, "to"],
    ["several recipients", {}, { to: "a@example.com, b@example.com" }, "to"],
    ["a recipient with a line break", {}, { to: "a@example.com\r\nRCPT TO:<x@y>" }, "to"],
    ["no recipient", {}, { to: "" }, "to"],
    ["an invalid sender", {}, { from: "x" }, "testFrom"],
    ["no sender at all", { from: "" }, {}, "from"],
    ["an invalid host", { host: "smtp://x" }, {}, "host"],
    ["an invalid port", { port: 99999 }, {}, "port"],
    ["TLS settings that are not deployed", { tls: "nowhere" }, {}, "tls"],
  ];
  for (const [what, raw, rest, field] of invalid) {
    it(`fails with ${what} at that field, before anything is sent`, async () => {
      await loadFlow([]);
      const { status, body } = await test(withLogin(raw), { credentials: { username: "u", password: "p" }, ...rest });
      assert.equal(status, 400);
      assert.equal(body.problems?.[0]?.field, field);
      assert.ok((body.problems?.[0]?.message.length ?? 0) > 5);
      assert.equal(server.connectionsTotal, 0);
    });
  }

  for (const body of [{}, { id: 5 }, { id: "x", config: [] }, { id: "x", config: {}, credentials: "no" }, []]) {
    it(`refuses a body that is no test request: ${JSON.stringify(body)}`, async () => {
      await loadFlow([]);
      const response = await adminRequest().post("/smtp-config/test").send(body);
      assert.equal(response.status, 400);
    });
  }

  it("says that the wrong password was refused, without repeating it", async () => {
    await loadFlow([]);
    const { body } = await test(withLogin(), { credentials: { username: "user", password: "wrong-Passw0rd" } });
    assert.equal(body.headline, "login");
    assert.equal(body.steps.find(({ outcome }) => outcome === "failed")?.finding?.code, "ERR_MAIL_AUTH");
    const wire = Buffer.from("\0user\0wrong-Passw0rd").toString("base64");
    for (const form of ["wrong-Passw0rd", wire]) assert.ok(!JSON.stringify(body).includes(form));
  });
});

describeOnEachVersion("a test that is running", () => {
  let silent: ScriptedSmtpServer;

  beforeEach(async () => {
    silent = await startScriptedSmtpServer({ ehlo: "silence" });
    await loadFlow([]);
  });
  afterEach(() => silent.close());

  it("is the only one of its configuration, and ends at the server when it is cancelled", async () => {
    const admin = await listenAdmin();
    const cancel = new AbortController();
    const body = {
      id: "config",
      config: configurationNode(silent.port),
      credentials: {},
      to: "me@example.com",
      send: true,
    };
    const running = fetch(`${admin.url}/smtp-config/test`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: cancel.signal,
    });
    await silent.waitFor(() => silent.connectionsNow === 1);
    const second = await test(configurationNode(silent.port));
    assert.equal(second.status, 409);
    assert.equal(second.body.busy, true);
    cancel.abort();
    await assert.rejects(running, { name: "AbortError" });
    await silent.waitFor(() => silent.connectionsNow === 0);
    await admin.close();
  });
});
