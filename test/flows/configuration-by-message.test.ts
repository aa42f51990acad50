import { strict as assert } from "node:assert";
import type { RawSendEmail } from "../../src/settings/send-email-raw";
import {
  adminRequest,
  configurationNode,
  describeOnEachVersion,
  detailsOf,
  type Flow,
  type FlowNode,
  loadFlow,
  stepNode,
  unload,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";

describeOnEachVersion("a configuration named by the message", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server.close());

  const mail = { to: "a@example.com", payload: "x" };
  const chooses = { chooseByMessage: true, allowedConfigurations: ["sales", "alerts"] };

  const configurations = (): FlowNode[] => [
    configurationNode(server.port, { name: "Main" }, "main"),
    configurationNode(server.port, { name: "Sales", isDefault: false }, "sales"),
    configurationNode(server.port, { name: "Alerts", isDefault: false }, "alerts"),
    configurationNode(server.port, { name: "Private", isDefault: false }, "private"),
  ];
  const load = (raw: Partial<RawSendEmail> = chooses): Promise<Flow> => loadFlow([...configurations(), stepNode(raw)]);
  async function used(flow: Flow, more: object): Promise<unknown> {
    flow.send({ ...mail, ...more });
    return (await flow.next()).email?.["configuration"];
  }
  async function refused(flow: Flow, smtpConfig: unknown): Promise<Record<string, unknown>> {
    flow.send({ ...mail, smtpConfig });
    const { error } = await flow.nextError();
    return { code: error?.["code"], message: error?.["message"], ...detailsOf(error) };
  }

  it("sends the mail, and msg.email tells which one it was", async () => {
    const flow = await load();
    assert.equal(await used(flow, { smtpConfig: "Sales" }), "Sales");
    assert.equal(await used(flow, { smtpConfig: "Alerts" }), "Alerts");
  });

  it("is ignored as long as the node does not let messages choose, whatever they bring", async () => {
    const flow = await load({ allowedConfigurations: ["sales"] });
    const claims = { chooseByMessage: true, allowedConfigurations: ["private"], configurationName: "Private" };
    assert.equal(await used(flow, { smtpConfig: "Sales", ...claims }), "Main");
  });

  it("leaves a message that names none to the default, or to the node's own", async () => {
    const flow = await load();
    for (const smtpConfig of [undefined, null, ""]) assert.equal(await used(flow, { smtpConfig }), "Main");
    await unload();
    const own = await load({ ...chooses, smtpConfig: "private" });
    assert.equal(await used(own, {}), "Private");
  });

  it("may come from any kind of value that the node asks for", async () => {
    const flow = await load({
      ...chooses,
      configurationName: '$uppercase("s") & "ales"',
      configurationNameType: "jsonata",
    });
    assert.equal(await used(flow, {}), "Sales");
  });

  it("is refused before anything is queued where the node does not allow it, with the names that it allows", async () => {
    const flow = await load();
    const before = await entries();
    const error = await refused(flow, "Private");
    assert.equal(error["code"], "ERR_MAIL_CONFIG");
    assert.equal(error["reason"], "config-not-allowed");
    assert.equal(error["field"], "configurationName");
    assert.equal(error["disposition"], "permanent");
    assert.match(String(error["message"]), /“Private”.*only Alerts, Sales/);
    assert.equal(server.connectionsTotal, 0);
    assert.deepEqual(await entries(), before);
  });

  it("is matched letter by letter, never by an id or by what every object has", async () => {
    const flow = await load();
    const names = ["sales", "SALES", " Sales", "Sales\n", "alerts", "main", "__proto__", "constructor", "toString"];
    for (const name of names) assert.equal((await refused(flow, name))["reason"], "config-not-allowed", name);
  });

  it("is a text and nothing else", async () => {
    const flow = await load();
    for (const value of [["Sales"], { name: "Sales" }, 4711, true, Buffer.from("Sales")]) {
      const { code, field } = await refused(flow, value);
      assert.deepEqual([code, field], ["ERR_MAIL_FIELD", "configurationName"]);
    }
  });

  it("is refused with a reason of its own where it is allowed and disabled", async () => {
    const [main, sales] = configurations() as [FlowNode, FlowNode];
    const flow = await loadFlow([main, { ...sales, d: true }, stepNode(chooses)]);
    const error = await refused(flow, "Sales");
    assert.deepEqual([error["code"], error["reason"]], ["ERR_MAIL_CONFIG", "config-not-running"]);
    assert.match(String(error["remedy"]), /Enable/);
  });

  it("is refused where two of those that are allowed have the name", async () => {
    const [main, sales, alerts] = configurations() as [FlowNode, FlowNode, FlowNode];
    const flow = await loadFlow([main, sales, { ...alerts, name: "Sales" }, stepNode(chooses)]);
    assert.equal((await refused(flow, "Sales"))["reason"], "config-name-twice");
  });

  it("finds none where none is allowed, as when the only one was deleted in the editor", async () => {
    const flow = await load({ chooseByMessage: true, allowedConfigurations: "" });
    assert.match(String((await refused(flow, "Sales"))["message"]), /allows none/);
    await unload();
    const undone = await load({ chooseByMessage: true, allowedConfigurations: "sales" });
    assert.equal(await used(undone, { smtpConfig: "Sales" }), "Sales");
  });

  it("reaches the Catch node of the step with each configuration's own errors", async () => {
    const refusing = await startMailServer({ accounts: [{ user: "u", pass: "right" }] });
    try {
      const held = { isDefault: false, auth: "password", giveUpAfter: 48 } as const;
      const [main] = configurations() as [FlowNode];
      const locked = configurationNode(refusing.port, { ...held, name: "Locked" }, "sales");
      const flow = await loadFlow([main, locked, stepNode({ ...chooses, finishWhen: "queued" })], {
        sales: { username: "u", password: "wrong" },
      });
      flow.send({ ...mail, smtpConfig: "Locked" });
      flow.send(mail);
      assert.equal((await flow.nextError()).error?.["code"], "ERR_MAIL_AUTH");
    } finally {
      await unload();
      await refusing.close();
    }
  });

  it("works in each instance of a subflow with the configurations inside of it", async () => {
    const inside = (id: string, name: string) => ({
      ...configurationNode(server.port, { name, isDefault: false }, id),
      z: "sub",
    });
    const step = { ...stepNode({ ...chooses, allowedConfigurations: ["in1", "in2"] }, "inner"), z: "sub", wires: [[]] };
    const flow = await loadFlow([
      ...configurations(),
      { id: "sub", type: "subflow", name: "Sub", in: [{ x: 1, y: 1, wires: [{ id: "inner" }] }], out: [out] },
      inside("in1", "First"),
      inside("in2", "Second"),
      step,
      { id: "step", type: "subflow:sub", z: "tab", x: 100, y: 100, wires: [["output"]] },
      { id: "other", type: "subflow:sub", z: "tab", x: 100, y: 100, wires: [["output"]] },
    ]);
    assert.equal(await used(flow, { smtpConfig: "Second" }), "Second");
  });
});

const out = { x: 2, y: 1, wires: [{ id: "inner", port: 0 }] };

async function entries(): Promise<unknown> {
  return ((await adminRequest().get("/smtp-config/outbox/entries?limit=100")) as unknown as { body: unknown }).body;
}
