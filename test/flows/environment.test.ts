import { strict as assert } from "node:assert";
import { CONFIGURATION_DEFAULTS, type RawConfiguration } from "../../src/settings/raw";
import {
  configurationNode,
  describeOnEachVersion,
  type FlowNode,
  loadFlow,
  startServer,
  stepNode,
  stopServer,
  unload,
} from "../support/flow";
import { graphThat } from "../unit/settings/sign-ins";

type Field = keyof RawConfiguration;

const graph = { ...graphThat("client-secret"), clientSecret: undefined } as Partial<RawConfiguration>;

/** A value that the field does not take, so that the error tells that it arrived; and what gives the field a meaning. */
const REFUSED: Partial<Record<Field, readonly [value: string, rest?: Partial<RawConfiguration>]>> = {
  version: ["99"],
  name: ["two words"],
  kind: ["pigeon"],
  from: ["nobody"],
  fromName: ["x".repeat(201)],
  overrideFrom: ["true", { from: "" }],
  replyTo: ["nobody"],
  signature: ["x".repeat(251)],
  description: ["x".repeat(1001)],
  host: ["smtp://localhost"],
  port: ["0"],
  security: ["ssl"],
  auth: ["magic"],
  oauthFlow: ["github", { auth: "oauth2" }],
  graphAuth: ["magic", { kind: "graph" }],
  tenantId: ["common", graph],
  clientId: ["my-app", graph],
  cloud: ["moon", graph],
  certificate: ["MIIC", { ...graph, graphAuth: "certificate" }],
  mailbox: ["nobody", graph],
  tls: ["nowhere"],
  connectTimeout: ["0"],
  timeout: ["0"],
  maxConnections: ["0"],
  perMinute: ["0"],
  outbox: ["paper"],
  giveUpAfter: ["-1"],
  onUnconfirmed: ["drop"],
  maxSize: ["0"],
  keepSent: ["-1"],
  keepFailed: ["0"],
};

/** These take any value; what they do is told below, but for a copy in Sent Items, which needs Microsoft's service. */
const SWITCHES: readonly Field[] = ["isDefault", "strictAddresses", "saveToSentItems"];

describeOnEachVersion("an environment variable in a configuration", () => {
  before(startServer);
  after(stopServer);
  afterEach(async () => {
    await unload();
    delete process.env["MAIL_FIELD"];
  });

  async function errorWith(raw: Partial<RawConfiguration>, value: string): Promise<Record<string, unknown>> {
    process.env["MAIL_FIELD"] = value;
    const configuration: FlowNode = configurationNode(1, raw);
    const flow = await loadFlow([configuration, stepNode()]);
    flow.send({ to: "a@example.com", payload: "x" });
    return (await flow.nextError()).error ?? {};
  }

  it("is tried in every field", () => {
    assert.deepEqual([...Object.keys(REFUSED), ...SWITCHES].sort(), Object.keys(CONFIGURATION_DEFAULTS).sort());
  });

  for (const [field, [value, rest = {}]] of Object.entries(REFUSED)) {
    it(`is put in place before ${field} is checked`, async () => {
      const { code, message } = await errorWith({ ...rest, [field]: "${MAIL_FIELD}" }, value);
      assert.equal(code, "ERR_MAIL_CONFIG");
      assert.match(String(message), new RegExp(`(?:: |; )${field} `));
      assert.doesNotMatch(String(message), /MAIL_FIELD/);
    });
  }

  it("says whether the configuration is the default", async () => {
    const isDefault = "${MAIL_FIELD}" as unknown as boolean;
    assert.equal((await errorWith({ isDefault, host: "localhost", port: 1 }, "true"))["code"], "ERR_MAIL_CONNECT");
    await unload();
    assert.equal((await errorWith({ isDefault }, "false"))["code"], "ERR_MAIL_NO_DEFAULT");
  });

  it("says whether odd addresses pass", async () => {
    const raw = { strictAddresses: "${MAIL_FIELD}" as unknown as boolean, from: "a..b@example.com" };
    assert.equal((await errorWith(raw, "true"))["code"], "ERR_MAIL_CONFIG");
    await unload();
    assert.equal((await errorWith(raw, "false"))["code"], "ERR_MAIL_CONNECT");
  });

  it("that is not set is named, whatever the field", async () => {
    const text = "${MAIL_FIELD_UNSET}";
    const { message } = await errorWith({ ...graph, tenantId: text, mailbox: text, keepSent: text }, "x");
    assert.equal(String(message).match(/MAIL_FIELD_UNSET/g)?.length, 3);
  });
});
