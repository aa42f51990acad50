import { strict as assert } from "node:assert";
import type { QueueView } from "../../src/model/outbox-view";
import { adminRequest, configurationNode, describeOnEachVersion, loadFlow, stepNode } from "../support/flow";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

describeOnEachVersion("the overview of the outbox", () => {
  let server: ScriptedSmtpServer;

  afterEach(() => server.close());

  it("names every configuration, the default first, and counts what was accepted and what failed", async () => {
    server = await startScriptedSmtpServer({ rcpt: (line) => (/no@/.test(line) ? "550 5.1.1 no" : undefined) });
    const flow = await loadFlow([
      configurationNode(server.port, { name: "Alerts", isDefault: false }, "other"),
      configurationNode(server.port, { name: "Sales" }, "counted"),
      stepNode(),
    ]);
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.next();
    flow.send({ to: "no@example.com", payload: "x" });
    await flow.nextError();
    // Tests before this one left mails of configurations that are gone.
    const queues = (await overview()).filter(({ standing }) => standing.state !== "gone");
    assert.deepEqual(
      queues.map(({ name, isDefault }) => [name, isDefault]),
      [
        ["Sales", true],
        ["Alerts", false],
      ],
    );
    const [sales] = queues;
    assert.deepEqual(sales?.standing, { state: "ok" });
    assert.deepEqual([sales?.counts.sent, sales?.counts.dead, sales?.sentToday], [1, 1, 1]);
    assert.deepEqual([total(sales?.accepted), total(sales?.failed), sales?.accepted.length], [1, 1, 60]);
  });

  it("says that the server is away, since when, and when it is tried again", async () => {
    server = await startScriptedSmtpServer({ greeting: { say: "", close: "reset" } });
    const flow = await loadFlow([configurationNode(server.port, { giveUpAfter: 48 }, "away"), stepNode()]);
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.untilStatus(/status\.retry/);
    const standing = (await overview())[0]?.standing;
    assert.equal(standing?.state, "away");
    assert.ok(standing.since <= Date.now() && standing.until > standing.since);
  });

  it("says that the limit is waited for, only while somebody waits", async () => {
    server = await startScriptedSmtpServer();
    const flow = await loadFlow([
      configurationNode(server.port, { giveUpAfter: 48, perMinute: "1" }, "limited"),
      stepNode(),
    ]);
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.next();
    assert.equal((await overview())[0]?.standing.state, "ok");
    flow.send({ to: "b@example.com", payload: "x" });
    await flow.untilStatus(/status\.limited/);
    assert.equal((await overview())[0]?.standing.state, "limited");
  });

  it("says why a configuration is held, and lets it go on when it is asked to", async () => {
    let refuses = true;
    server = await startScriptedSmtpServer({
      auth: () => (refuses ? "535 5.7.8 not accepted" : undefined),
      accounts: [{ user: "u", pass: "right-pass" }],
    });
    const configuration = configurationNode(server.port, { giveUpAfter: 48, auth: "password" }, "heldone");
    const flow = await loadFlow([configuration, stepNode()], { heldone: { username: "u", password: "right-pass" } });
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.untilStatus(/status\.held/);
    const standing = (await overview())[0]?.standing;
    assert.ok(standing?.state === "held");
    assert.equal(standing.error.code, "ERR_MAIL_AUTH");
    assert.doesNotMatch(JSON.stringify(standing), /right-pass/);
    refuses = false;
    const answer = await adminRequest()
      .post("/smtp-config/outbox/resume")
      .send({ queues: ["heldone", "gone"] });
    assert.deepEqual(answer.body, { count: 1 });
    assert.equal((await flow.next()).email?.["state"], "accepted");
    assert.equal((await overview())[0]?.standing.state, "ok");
  });

  it("says what a configuration lacks", async () => {
    server = await startScriptedSmtpServer();
    await loadFlow([configurationNode(server.port, { host: "" }, "broken"), stepNode()]);
    const standing = (await overview())[0]?.standing;
    assert.ok(standing?.state === "unusable");
    assert.match(standing.error.cause, /host is required/);
    const { names } = standing.error.facts;
    assert.ok(typeof names === "object" && "wrong" in names, "for another language");
    assert.deepEqual(names.wrong, [{ field: "host", rule: "required", message: "is required" }]);
  });

  it("is asked to let go on only by names", async () => {
    server = await startScriptedSmtpServer();
    await loadFlow([configurationNode(server.port)]);
    assert.equal((await adminRequest().post("/smtp-config/outbox/resume").send({ queues: "all" })).status, 400);
  });
});

async function overview(): Promise<QueueView[]> {
  const { status, body } = (await adminRequest().get("/smtp-config/outbox/overview")) as {
    status: number;
    body: { queues: QueueView[] };
  };
  assert.equal(status, 200);
  return body.queues;
}

function total(counts: readonly number[] = []): number {
  return counts.reduce((sum, n) => sum + n, 0);
}
