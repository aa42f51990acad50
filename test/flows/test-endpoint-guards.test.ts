import { strict as assert } from "node:assert";
import type { ProbeReport } from "../../src/model/probe";
import type { Problem } from "../../src/settings/rules";
import { adminRequest, configurationNode, type FlowNode, loadFlow, stepNode, withServer } from "../support/flow";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

type Answer = { status: number; body: ProbeReport & { queues: { counts: Record<string, number> }[] } };

const RIGHT = "right-Passw0rd";
const WRONG = "wrong-Passw0rd";

describe("a test while the configuration is held", () => {
  let server: ScriptedSmtpServer;
  let accepts: string;

  withServer();
  beforeEach(async () => {
    accepts = RIGHT;
    const accounts = [{ user: "user", pass: RIGHT }];
    Object.defineProperty(accounts[0], "pass", { get: () => accepts });
    server = await startScriptedSmtpServer({ accounts });
  });
  afterEach(async () => {
    // What is held in memory outlives its configuration, and the next test's has the same id.
    const { body } = (await adminRequest().get(
      "/smtp-config/outbox/entries?states=held,deferred,queued&limit=200",
    )) as unknown as Answer;
    const ids = (body as unknown as { entries: { id: string }[] }).entries.map(({ id }) => id);
    await adminRequest().post("/smtp-config/outbox/discard").send({ ids });
    await server.close();
  });

  const configuration = (raw = {}): FlowNode =>
    configurationNode(server.port, { auth: "password", giveUpAfter: 48, ...raw });

  async function holdWithWrongPassword(): Promise<Awaited<ReturnType<typeof loadFlow>>> {
    const flow = await loadFlow([configuration(), stepNode()], { config: { username: "user", password: WRONG } });
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.untilStatus(/status\.held/);
    return flow;
  }

  async function test(password: string): Promise<ProbeReport> {
    const body = { id: "config", config: configuration(), credentials: { username: "user", password }, send: false };
    return (await adminRequest().post("/smtp-config/test").send(body)).body as ProbeReport;
  }

  const triedWith = (password: string): number =>
    server.sessions.flatMap(({ logins }) => logins).filter(({ pass }) => pass === password).length;

  it("of a form that is not deployed leaves it held: what is deployed is not tried once more", async () => {
    const flow = await holdWithWrongPassword();
    assert.equal(triedWith(WRONG), 1);
    assert.notEqual((await test(RIGHT)).outcome, "failed");
    flow.send({ to: "b@example.com", payload: "x" });
    await flow.untilStatus(/status\.held/);
    const { body } = (await adminRequest().get("/smtp-config/outbox/counts")) as unknown as Answer;
    assert.equal(body.queues[0]?.counts["sent"], 0);
    assert.equal(triedWith(WRONG), 1);
  });

  it("of what is deployed lets it go on when it passes", async () => {
    const flow = await holdWithWrongPassword();
    accepts = WRONG;
    assert.notEqual((await test("__PWRD__")).outcome, "failed");
    assert.equal((await flow.next()).email?.["state"], "accepted");
  });

  it("that could not check the login leaves it held", async () => {
    const flow = await holdWithWrongPassword();
    const other = await startScriptedSmtpServer({ capabilities: [] });
    try {
      const config = configuration({ port: other.port });
      const body = { id: "config", config, credentials: { username: "user", password: WRONG }, send: false };
      const { body: report } = (await adminRequest().post("/smtp-config/test").send(body)) as unknown as Answer;
      assert.equal(report.outcome, "warned");
      flow.send({ to: "b@example.com", payload: "x" });
      await flow.untilStatus(/status\.held/);
      assert.equal(triedWith(WRONG), 1);
    } finally {
      await other.close();
    }
  });
});

describe("a stored secret in a test", () => {
  let server: ScriptedSmtpServer;

  withServer();
  beforeEach(async () => {
    server = await startScriptedSmtpServer({ accounts: [{ user: "user", pass: RIGHT }] });
  });
  afterEach(() => server.close());

  const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
  const application = "00001111-aaaa-2222-bbbb-3333cccc4444";
  const graph = (raw = {}): FlowNode => ({
    id: "config",
    type: "smtp-config",
    version: 1,
    name: "Graph",
    kind: "graph",
    graphAuth: "client-secret",
    tenantId: tenant,
    clientId: application,
    cloud: "global",
    mailbox: "orders@example.com",
    maxConnections: 4,
    outbox: "memory",
    ...raw,
  });

  for (const [field, value] of [
    ["tenantId", "0f0f0f0f-86f1-41af-91ab-2d7cd011db47"],
    ["clientId", "0f0f0f0f-aaaa-2222-bbbb-3333cccc4444"],
    ["cloud", "china"],
  ] as const) {
    it(`is asked for again when ${field} is another one`, async () => {
      await loadFlow([graph()], { config: { clientSecret: "secret-Value-0f-the-test" } } as never);
      const body = {
        id: "config",
        config: graph({ [field]: value }),
        credentials: { clientSecret: "__PWRD__" },
        send: false,
      };
      const { status, body: answer } = await adminRequest().post("/smtp-config/test").send(body);
      assert.equal(status, 400);
      const [problem] = (answer as { problems: Problem[] }).problems;
      assert.deepEqual([problem?.field, problem?.rule], ["clientSecret", "ask-again"]);
      assert.ok(!JSON.stringify(answer).includes("secret-Value"));
    });
  }

  it("of a way to sign in that is no longer chosen is not needed", async () => {
    await loadFlow([configurationNode(server.port, { auth: "password" }, "plain")], {
      plain: { username: "user", password: RIGHT },
    });
    const config = configurationNode(server.port, { auth: "none" }, "plain");
    const body = { id: "plain", config, credentials: { username: "user", password: "__PWRD__" }, send: false };
    const { status, body: report } = (await adminRequest().post("/smtp-config/test").send(body)) as unknown as Answer;
    assert.deepEqual([status, report.headline], [200, "checked"]);
    assert.deepEqual(server.sessions[0]?.logins, []);
  });
});
