import { strict as assert } from "node:assert";
import { postOfficeOf } from "../../nodes/runtime/post-office";
import { SendError } from "../../src/model/send-error";
import {
  adminRequest,
  configurationNode,
  describeOnEachVersion,
  loadFlow,
  redeploy,
  stepNode,
  unload,
  userDirectory,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

describeOnEachVersion("a step that goes on when the mail is queued", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer({ onRcpt: (address) => (address.startsWith("no") ? "550 5.1.1 no" : undefined) });
  });
  afterEach(() => server.close());

  const step = (): ReturnType<typeof stepNode> =>
    stepNode({ finishWhen: "queued", wires: [["output"], ["caught"]] } as never);

  it("goes on at once, and tells the outcome at the second output", async () => {
    const flow = await loadFlow([configurationNode(server.port), step()]);
    flow.send({ _msgid: "m1", to: "a@example.com", topic: "Order", payload: "x", big: "not kept" });
    const queued = await flow.next();
    assert.equal(queued.email?.["state"], "queued");
    assert.equal(queued["big"], "not kept");
    const outcome = await flow.nextError();
    assert.equal(outcome.email?.["state"], "accepted");
    assert.equal(outcome.email?.["id"], queued.email?.["id"]);
    assert.deepEqual([outcome["_msgid"], outcome["topic"], outcome["big"]], ["m1", "Order", undefined]);
    await flow.untilStatus(/status\.accepted/);
  });

  it("tells a failure there, with code and cause", async () => {
    const flow = await loadFlow([configurationNode(server.port), step()]);
    flow.send({ to: "no@example.com", payload: "x" });
    assert.equal((await flow.next()).email?.["state"], "queued");
    const { email } = await flow.nextError();
    assert.equal(email?.["state"], "failed");
    assert.match(JSON.stringify(email?.["error"]), /"code":"ERR_MAIL_RECIPIENTS_REJECTED"/);
  });

  it("tells the outcome through the step that runs then, where all was deployed anew meanwhile", async () => {
    const away = await startMailServer();
    await away.close();
    const waiting = (port: number) => configurationNode(port, { giveUpAfter: 48 }, "redeployed");
    const flow = await loadFlow([waiting(away.port), step()]);
    flow.send({ _msgid: "m1", to: "a@example.com", topic: "Order", payload: "x" });
    await flow.next();
    await flow.untilStatus(/status\.retry/);
    const after = await redeploy([waiting(server.port), step()], "full");
    await server.waitFor(() => server.mails.length === 1);
    const outcome = await after.nextError();
    assert.equal(outcome.email?.["state"], "accepted");
    assert.deepEqual([outcome["_msgid"], outcome["topic"]], ["m1", "Order"]);
    await after.untilStatus(/status\.accepted/);
  });

  it("goes on where Node-RED cannot copy what is left of the message for two wires", async () => {
    const topic = {
      get broken(): never {
        throw new Error("a getter that throws");
      },
    };
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown): void => void rejections.push(reason);
    process.on("unhandledRejection", onRejection);
    const wires = [["output"], ["caught", "output"]];
    const flow = await loadFlow([configurationNode(server.port), { ...step(), subjectType: "str", wires }]);
    flow.send({ to: "a@example.com", topic, payload: "x" });
    await flow.next();
    await flow.nextError();
    flow.send({ to: "a@example.com", topic: "plain", payload: "x" });
    assert.equal((await flow.nextError())["topic"], "plain");
    process.removeListener("unhandledRejection", onRejection);
    assert.deepEqual(rejections, []);
    assert.match(flow.warnings().join(), /outcome/);
  });

  it("sends a dedupe key once, and tells the second message the first one's id", async () => {
    const flow = await loadFlow([
      configurationNode(server.port),
      stepNode({ dedupeKey: "order", dedupeKeyType: "msg" }),
    ]);
    flow.send({ to: "a@example.com", payload: "x", order: 4711 });
    const first = await flow.next();
    flow.send({ to: "a@example.com", payload: "x", order: 4711 });
    const second = await flow.next();
    assert.equal(second.email?.["state"], "duplicate");
    assert.equal(second.email?.["id"], first.email?.["id"]);
    flow.send({ to: "a@example.com", payload: "x", order: 4712 });
    assert.equal((await flow.next()).email?.["state"], "accepted");
    assert.equal(server.mails.length, 2);
  });

  it("tells long dedupe keys apart that only end differently", async () => {
    const flow = await loadFlow([
      configurationNode(server.port),
      stepNode({ dedupeKey: "order", dedupeKeyType: "msg" }),
    ]);
    const states: unknown[] = [];
    for (const end of ["one", "two", "two"]) {
      flow.send({ to: "a@example.com", payload: "x", order: `${"long ".repeat(200)}${end}` });
      states.push((await flow.next()).email?.["state"]);
    }
    assert.deepEqual(states, ["accepted", "accepted", "duplicate"]);
  });
});

describeOnEachVersion("a step that goes on when the mail is accepted", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer({ onRcpt: (address) => (address.startsWith("no") ? "550 5.1.1 no" : undefined) });
  });
  afterEach(() => server.close());

  it("goes on, or fails, through the step that runs then, where all was deployed anew meanwhile", async () => {
    const away = await startMailServer();
    await away.close();
    const waiting = (port: number) => configurationNode(port, { giveUpAfter: 48 }, "outlasted");
    const flow = await loadFlow([waiting(away.port), stepNode()]);
    flow.send({ to: "a@example.com", payload: "kept" });
    flow.send({ to: "no@example.com", payload: "refused" });
    await flow.untilStatus(/status\.retry/);
    const after = await redeploy([waiting(server.port), stepNode()], "full");
    const [sent, failed] = await Promise.all([after.next(), after.nextError()]);
    assert.deepEqual([sent["payload"], sent.email?.["state"]], ["kept", "accepted"]);
    assert.deepEqual([failed["payload"], failed.error?.["code"]], ["refused", "ERR_MAIL_RECIPIENTS_REJECTED"]);
    await after.untilStatus(/status\.accepted/);
  });

  it("tells Catch once and Complete nothing of one that fails, where its nodes were deployed anew meanwhile", async () => {
    const away = await startMailServer();
    await away.close();
    const at = { z: "tab", x: 100, y: 300 };
    const complete = { id: "complete", type: "complete", ...at, scope: ["step"], wires: [["output"]] };
    const waiting = (port: number) => configurationNode(port, { giveUpAfter: 48 }, "replaced");
    const flow = await loadFlow([waiting(away.port), stepNode(), complete]);
    flow.send({ to: "no@example.com", payload: "refused" });
    await flow.untilStatus(/status\.retry/);
    const after = await redeploy([waiting(server.port), stepNode({ name: "Anew" }), complete]);
    assert.equal((await after.nextError())["payload"], "refused");
    after.send({ to: "no@example.com", payload: "refused, too" });
    assert.equal((await after.nextError())["payload"], "refused, too");
    after.send({ to: "a@example.com", payload: "kept" });
    assert.deepEqual([(await after.next())["payload"], (await after.next())["payload"]], ["kept", "kept"]);
  });

  it("tells Catch of a mail of an earlier process that was given up", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    const error = new SendError("expired", { phase: "connect", facts: { seconds: 48, value: "away" } });
    const recipients = [{ address: "a@example.com", state: "unknown" as const }];
    const outcome = { id: "1", queue: "config", messageId: "<1@example.com>", from: "o@example.com", recipients };
    const ended = { ...outcome, response: "", attempts: [], durationMs: 1, origin: "step" };
    const { outcomes } = postOfficeOf({ settings: { userDir: userDirectory() } } as never);
    outcomes.settle({ ...ended, state: "sent", recipients: [{ address: "a@example.com", state: "accepted" }] });
    outcomes.settle({ ...ended, state: "dead", error });
    const told = await flow.nextError();
    assert.equal(told.error?.["code"], "ERR_MAIL_EXPIRED");
    assert.deepEqual(told.email, { state: "failed", id: "1", messageId: "<1@example.com>" });
  });
});

describeOnEachVersion("mails that wait", () => {
  let server: ScriptedSmtpServer;

  afterEach(() => server.close());

  it("are held where the login is refused: Catch is told, and a mended deploy sends them", async () => {
    server = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
    const configuration = configurationNode(server.port, { giveUpAfter: 48, auth: "password" }, "held");
    const flow = await loadFlow([configuration, stepNode()], { held: { username: "u", password: "wrong-pass" } });
    flow.send({ to: "a@example.com", payload: "x" });
    const { error } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_AUTH");
    await flow.untilStatus(/status\.held/);
    const { queued = 0, deferred = 0 } = await countsOf("held");
    assert.equal(queued + deferred, 1, "kept, not lost");
    await redeploy([{ ...configuration, auth: "none" }, stepNode()]);
    assert.equal((await flow.next()).email?.["state"], "accepted");
    assert.equal(server.mails.length, 1);
  });

  it("tell Catch at a start that they are held, before any message comes", async () => {
    server = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
    const flow = [configurationNode(server.port, { giveUpAfter: 48, auth: "password" }, "started"), stepNode()];
    const credentials = { started: { username: "u", password: "wrong-pass" } };
    const first = await loadFlow(flow, credentials);
    first.send({ to: "a@example.com", payload: "x" });
    await first.nextError();
    await unload();
    const second = await loadFlow(flow, credentials);
    assert.equal((await second.nextError()).error?.["code"], "ERR_MAIL_AUTH");
    const { body } = (await adminRequest().get("/smtp-config/outbox/entries?queue=started&limit=9")) as unknown as {
      body: { entries: { id: string }[] };
    };
    await adminRequest()
      .post("/smtp-config/outbox/discard")
      .send({ ids: body.entries.map(({ id }) => id) });
  });

  it("are listed, shown without their body, and discarded through the admin endpoint", async () => {
    server = await startScriptedSmtpServer({ rcpt: "451 4.7.1 greylisted" });
    const flow = await loadFlow([configurationNode(server.port, { giveUpAfter: 48 }, "listed"), stepNode()]);
    flow.send({ to: "a@example.com", topic: "Waits for greylisting", payload: "body-of-the-mail" });
    await flow.untilStatus(/status\.retry/);
    const list = await get("entries?queue=listed&states=deferred&search=greylisting&limit=10");
    const [entry] = (list as { entries: { id: string; attempts: unknown[] }[] }).entries;
    assert.equal(entry?.attempts.length, 1);
    const shown = await get(`entries/${entry?.id}`);
    assert.doesNotMatch(JSON.stringify(shown), /body-of-the-mail/);
    const answer = await adminRequest()
      .post("/smtp-config/outbox/discard")
      .send({ ids: [entry?.id, "unknown"] });
    assert.deepEqual(answer.body, { count: 1 });
    assert.equal((await flow.nextError()).error?.["code"], "ERR_MAIL_CANCELLED");
    assert.equal((await countsOf("listed"))["cancelled"], 1);
  });

  it("are held, and go on only when they are released", async () => {
    let greylisted = true;
    server = await startScriptedSmtpServer({ rcpt: () => (greylisted ? "451 4.7.1 greylisted" : undefined) });
    const flow = await loadFlow([configurationNode(server.port, { giveUpAfter: 48 }, "parked"), stepNode()]);
    flow.send({ to: "a@example.com", payload: "Text" });
    await flow.untilStatus(/status\.retry/);
    const { entries } = (await get("entries?queue=parked")) as { entries: { id: string }[] };
    const ids = entries.map(({ id }) => id);
    const post = async (action: string): Promise<unknown> =>
      ((await adminRequest().post(`/smtp-config/outbox/${action}`).send({ ids })) as { body: unknown }).body;
    assert.deepEqual(await post("release"), { count: 0 }, "what only waits is left alone");
    assert.deepEqual(await post("hold"), { count: 1 });
    await flow.untilStatus(/status\.held/);
    assert.equal((await countsOf("parked"))["held"], 1);
    greylisted = false;
    assert.deepEqual(await post("release"), { count: 1 });
    assert.equal((await flow.next()).email?.["state"], "accepted");
  });

  it("are asked for properly or not at all", async () => {
    server = await startScriptedSmtpServer();
    await loadFlow([configurationNode(server.port)]);
    for (const query of ["limit=0", "limit=201", "limit=x", "states=gone", "beforeId=x", "beforeQueuedAt=1"]) {
      const { status } = (await adminRequest().get(`/smtp-config/outbox/entries?${query}`)) as { status: number };
      assert.equal(status, 400, query);
    }
    assert.equal(((await adminRequest().get("/smtp-config/outbox/entries/unknown")) as { status: number }).status, 404);
    for (const action of ["hold", "release", "retry", "discard"])
      assert.equal((await adminRequest().post(`/smtp-config/outbox/${action}`).send({ ids: "all" })).status, 400);
  });
});

async function get(path: string): Promise<unknown> {
  const { status, body } = (await adminRequest().get(`/smtp-config/outbox/${path}`)) as {
    status: number;
    body: unknown;
  };
  assert.equal(status, 200);
  return body;
}

async function countsOf(queue: string): Promise<Record<string, number>> {
  const { queues } = (await get("counts")) as { queues: { queue: string; counts: Record<string, number> }[] };
  return queues.find((each) => each.queue === queue)?.counts ?? {};
}
