import { strict as assert } from "node:assert";
import { machine } from "../../nodes/runtime/machine";
import { FakeClock, settled } from "../support/fake-clock";
import {
  configurationNode,
  describeOnEachVersion,
  detailsOf,
  loadFlow,
  nodeById,
  redeploy,
  stepNode,
  unload,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";
import { startScriptedSmtpServer } from "../support/scripted-smtp-server";

describeOnEachVersion("limits and redeploys", () => {
  let server: MailServer;

  afterEach(() => server.close());

  it("keeps the limit of connections across all steps that share the configuration", async () => {
    server = await startMailServer();
    const configuration = configurationNode(server.port, { maxConnections: 3 });
    const other = stepNode({ smtpConfig: "config" }, "other");
    const flow = await loadFlow([configuration, stepNode(), other]);
    for (let i = 0; i < 30; i++) {
      flow.send({ to: "a@example.com", payload: `step ${i}` });
      nodeById("other").receive({ to: "a@example.com", payload: `other ${i}` });
    }
    await server.waitFor(() => server.mails.length === 60, 15_000);
    assert.ok(server.peakConnections <= 3, `${server.peakConnections} connections at once`);
    assert.ok(server.connectionsTotal <= 6, `${server.connectionsTotal} connections for 60 mails`);
  });

  it("shows how many mails are sent and wait, and that the limit is waited for", async () => {
    let release: () => void = () => {};
    const held = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    server = await startMailServer({ onMail: () => held });
    // Its second mail goes on waiting in this process, under an id that no other test has.
    const configuration = configurationNode(server.port, { maxConnections: 1, perMinute: 1 }, "limited");
    const flow = await loadFlow([configuration, stepNode()]);
    flow.send({ to: "a@example.com", payload: "1" });
    flow.send({ to: "a@example.com", payload: "2" });
    await flow.untilStatus(/status\.sending-queued/);
    release();
    await flow.next();
    await flow.untilStatus(/status\.limited/);
  });

  it("lets the mail that is being sent finish when its configuration is redeployed, and goes on with those that wait", async () => {
    let release: () => void = () => {};
    const held = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    server = await startMailServer({ onMail: () => held });
    const configuration = configurationNode(server.port, { maxConnections: 1 });
    const flow = await loadFlow([configuration, stepNode()]);
    flow.send({ to: "a@example.com", payload: "running" });
    flow.send({ to: "a@example.com", payload: "waiting" });
    await flow.untilStatus(/status\.sending/);
    await server.waitFor(() => server.connectionsNow === 1);
    const deployed = redeploy([{ ...configuration, description: "changed" }, stepNode()]);
    release();
    await deployed;
    const states = [await flow.next(), await flow.next()].map(({ email }) => email?.state);
    assert.deepEqual(states, ["accepted", "accepted"]);
    assert.equal(server.mails.length, 2, "each of them once");
  });

  it("counts what was sent before a redeploy against the limit per minute", async () => {
    server = await startMailServer();
    const configuration = configurationNode(server.port, { perMinute: 2 }, "counted");
    const flow = await loadFlow([configuration, stepNode()]);
    for (let i = 0; i < 2; i++) {
      flow.send({ to: "a@example.com", payload: `before ${i}` });
      await flow.next();
    }
    const after = await redeploy([
      { ...configuration, description: "changed" },
      { ...stepNode(), name: "anew" },
    ]);
    for (let i = 0; i < 2; i++) after.send({ to: "a@example.com", payload: `after ${i}` });
    await after.untilStatus(/status\.limited/);
    assert.equal(server.mails.length, 2);
  });

  it("gives a mail that is being sent ten seconds at a redeploy, and no longer", async () => {
    const clock = new FakeClock(Date.now());
    const silent = await startScriptedSmtpServer({ dot: "silence" });
    server = await startMailServer();
    const realClock = machine.clock;
    machine.clock = clock;
    try {
      const configuration = configurationNode(silent.port, {}, "patient");
      const flow = await loadFlow([configuration, stepNode()]);
      flow.send({ to: "a@example.com", payload: "x" });
      await silent.waitFor(() => silent.sessions[0]?.received.endsWith("\r\n.\r\n") === true);
      const timers = clock.timers;
      const deployed = redeploy([{ ...configuration, description: "changed" }, stepNode()]);
      while (clock.timers <= timers) await settled();
      await clock.advance(9_999);
      assert.equal(silent.connectionsNow, 1);
      await clock.advance(1);
      await silent.waitFor(() => silent.connectionsNow === 0);
      await deployed;
      const { error } = await flow.nextError();
      assert.equal(detailsOf(error)["disposition"], "ambiguous");
    } finally {
      machine.clock = realClock;
      await unload();
      await silent.close();
    }
  });

  it("leaves no connection behind when Node-RED stops", async () => {
    server = await startMailServer();
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.next();
    assert.equal(server.connectionsNow, 1, "kept for the next mail");
    await unload();
    await server.waitFor(() => server.connectionsNow === 0);
  });
});
