import { strict as assert } from "node:assert";
import { inspect } from "node:util";
import type { ProbeReport } from "../../src/model/probe";
import { type KeyAndCertificate, selfSigned } from "../support/certificates";
import {
  adminRequest,
  configurationNode,
  detailsOf,
  type FlowNode,
  loadFlow,
  logEntries,
  stepNode,
  unload,
  withServer,
} from "../support/flow";
import type { Credentials } from "../support/scripted-smtp-auth";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

type Answer<Body = unknown> = { status: number; body: Body };

const USER = "orders@example.com";
const TOKEN = "ya29.first-token-of-the-flow-test";
const ANOTHER = "ya29.second-token-of-the-flow-test";

describe("a configuration whose token comes with the message", () => {
  let server: ScriptedSmtpServer;
  let accounts: Credentials[];
  let tls: KeyAndCertificate;

  withServer();
  beforeEach(async () => {
    tls = await selfSigned({ hosts: ["localhost"] });
    accounts = [{ user: USER, pass: TOKEN }];
    server = await startScriptedSmtpServer({
      implicitTls: tls,
      accounts,
      mechanisms: "XOAUTH2",
    });
  });
  afterEach(() => server.close());

  const tlsNode: FlowNode = {
    id: "tls",
    type: "tls-config",
    verifyservercert: true,
    name: "",
    cert: "",
    key: "",
    ca: "",
  };
  const configuration = (raw = {}): FlowNode =>
    configurationNode(server.port, {
      security: "tls",
      auth: "oauth2",
      oauthFlow: "message",
      tls: "tls",
      giveUpAfter: 48,
      ...raw,
    });
  const load = (raw = {}) =>
    loadFlow([tlsNode, configuration(raw), stepNode()], {
      config: { username: USER },
      tls: { cadata: tls.ca },
    } as never);

  it("signs in with it, and shows it nowhere", async () => {
    const flow = await load();
    flow.send({ to: "a@example.com", payload: "x", accessToken: TOKEN });
    const { email } = await flow.next();
    assert.equal(email?.["state"], "accepted");
    assert.deepEqual(server.sessions[0]?.logins, [{ user: USER, pass: TOKEN }]);
    const outbox = (await adminRequest().get("/smtp-config/outbox/entries?limit=10")) as unknown as Answer;
    const shown = inspect([email, outbox.body, logEntries()], { depth: 12 });
    assert.ok(!shown.includes(TOKEN));
  });

  it("uses the latest one for messages that bring none", async () => {
    const flow = await load();
    flow.send({ to: "a@example.com", payload: "x", accessToken: TOKEN });
    await flow.next();
    flow.send({ to: "a@example.com", payload: "x" });
    assert.equal((await flow.next()).email?.["state"], "accepted");
  });

  it("refuses a message without one where there is none yet, by the field's name", async () => {
    const flow = await load();
    flow.send({ to: "a@example.com", payload: "x" });
    const { error } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_TOKEN");
    assert.equal(detailsOf(error)["field"], "accessToken");
    assert.equal(server.sessions.length, 0);
  });

  it("refuses what cannot be a token without quoting it", async () => {
    const flow = await load();
    const tooLong = `${"x".repeat(65_536)}-secret`;
    for (const accessToken of [{ token: "object-secret" }, "two words-secret", "line\r\nbreak-secret", tooLong]) {
      flow.send({ to: "a@example.com", payload: "x", accessToken });
      const { error } = await flow.nextError();
      assert.equal(error?.["code"], "ERR_MAIL_FIELD");
      assert.ok(!JSON.stringify(error).includes("secret"));
    }
  });

  it("is held while the token is refused, loses nothing, and goes on with the next one", async () => {
    accounts[0] = { user: USER, pass: ANOTHER };
    const flow = await load();
    flow.send({ to: "a@example.com", topic: "first", payload: "x", accessToken: TOKEN });
    await flow.untilStatus(/status\.held/);
    assert.equal(server.mails.length, 0);
    flow.send({ to: "a@example.com", topic: "second", payload: "x", accessToken: ANOTHER });
    const states = [await flow.next(), await flow.next()].map(({ email }) => email?.["state"]);
    assert.deepEqual(states, ["accepted", "accepted"]);
    assert.equal(server.mails.length, 2);
  });

  it("goes on with the next token also where the message that brought it is refused itself", async () => {
    accounts[0] = { user: USER, pass: ANOTHER };
    const flow = await load();
    flow.send({ to: "a@example.com", topic: "first", payload: "x", accessToken: TOKEN });
    await flow.untilStatus(/status\.held/);
    flow.send({ to: "nobody", payload: "x", accessToken: ANOTHER });
    // The first one is the configuration's own: that it is held.
    const codes = [await flow.nextError(), await flow.nextError()].map(({ error }) => error?.["code"]);
    assert.deepEqual(codes, ["ERR_MAIL_AUTH", "ERR_MAIL_ADDRESS"]);
    assert.equal((await flow.next()).email?.["state"], "accepted");
  });

  it("is not looked at by a configuration that signs in otherwise", async () => {
    const plain = await startScriptedSmtpServer();
    try {
      const flow = await loadFlow([configurationNode(plain.port), stepNode()]);
      flow.send({ to: "a@example.com", payload: "x", accessToken: { token: "of another node" } });
      assert.equal((await flow.next()).email?.["state"], "accepted");
    } finally {
      await unload();
      await plain.close();
    }
  });

  it("is tested with a token of its own, which the report does not show", async () => {
    await load();
    const body = {
      id: "config",
      config: configuration(),
      credentials: { username: USER },
      to: "me@example.com",
      accessToken: TOKEN,
    };
    const test = async (sent: object) =>
      (await adminRequest().post("/smtp-config/test").send(sent)) as unknown as Answer<ProbeReport>;
    const passed = await test(body);
    assert.equal(passed.body.headline, "complete");
    assert.ok(!JSON.stringify(passed.body).includes(TOKEN));
    const without = await test({ ...body, accessToken: "" });
    assert.equal(without.body.steps[0]?.name, "token");
    assert.equal(without.body.steps[0]?.finding?.reason, "token-missing");
  });

  it("says at its step of a test that what was entered cannot be a token, without quoting it", async () => {
    await load();
    const answer = (await adminRequest()
      .post("/smtp-config/test")
      .send({
        id: "config",
        config: configuration(),
        credentials: { username: USER },
        to: "me@example.com",
        accessToken: "two words-secret",
      })) as unknown as Answer<ProbeReport>;
    assert.equal(answer.status, 200);
    const [step] = answer.body.steps;
    assert.deepEqual([step?.name, step?.outcome, step?.finding?.field], ["token", "failed", "accessToken"]);
    assert.ok(!JSON.stringify(answer.body).includes("secret"));
    assert.equal(server.sessions.length, 0);
  });
});
