import { strict as assert } from "node:assert";
import { CONFIGURATION_DEFAULTS, type RawConfiguration } from "../../src/settings/raw";
import { createTestCa, issueCertificate } from "../support/certificates";
import { configurationNode, describeOnEachVersion, type FlowNode, loadFlow, stepNode, unload } from "../support/flow";
import { startMailServer } from "../support/mail-server";
import { graphThat } from "../unit/settings/sign-ins";

type Field = keyof RawConfiguration;

const graph = { ...graphThat("client-secret"), clientSecret: undefined } as Partial<RawConfiguration>;

/** A value that the field does not take, so that the error tells that it arrived; and what gives the field a meaning. */
const REFUSED: Partial<Record<Field, readonly [value: string, rest?: Partial<RawConfiguration>]>> = {
  version: ["99"],
  name: ["two words"],
  kind: ["pigeon"],
  isDefault: ["maybe"],
  from: ["nobody"],
  fromName: ["x".repeat(201)],
  overrideFrom: ["yes"],
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
  saveToSentItems: ["1", graph],
  tls: ["nowhere"],
  connectTimeout: ["0"],
  timeout: ["0"],
  strictAddresses: ["off"],
  maxConnections: ["0"],
  perMinute: ["0"],
  safeMode: ["off"],
  redirectTo: ["nobody", { safeMode: "redirect" }],
  allowedDomains: ["everywhere!"],
  attachmentFolders: ["reports"],
  attachmentHosts: ["https://files.example.com"],
  outbox: ["paper"],
  giveUpAfter: ["-1"],
  onUnconfirmed: ["drop"],
  maxSize: ["0"],
  attachmentLinks: ["sometimes"],
  maxAttachmentSize: ["0"],
  linkBaseUrl: ["flows.example.com", { attachmentLinks: "always" }],
  linkDays: ["0", { attachmentLinks: "always", linkBaseUrl: "https://flows.example.com" }],
  keepSent: ["-1"],
  keepFailed: ["0"],
  dkimDomain: ["example"],
  dkimSelector: ["a b", { dkimDomain: "example.com" }],
};

describeOnEachVersion("an environment variable in a configuration", () => {
  afterEach(async () => {
    delete process.env["MAIL_FIELD"];
  });

  async function errorWith(
    raw: Partial<RawConfiguration>,
    value: string,
    smtpConfig = "config",
  ): Promise<Record<string, unknown>> {
    process.env["MAIL_FIELD"] = value;
    const configuration: FlowNode = configurationNode(1, raw);
    const flow = await loadFlow([configuration, stepNode({ smtpConfig })]);
    flow.send({ to: "a@example.com", payload: "x" });
    return (await flow.nextError()).error ?? {};
  }

  it("is tried in every field", () => {
    assert.deepEqual(Object.keys(REFUSED).sort(), Object.keys(CONFIGURATION_DEFAULTS).sort());
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
    const refused = await errorWith({ isDefault, host: "localhost", port: 1 }, "true", "");
    assert.equal(refused["code"], "ERR_MAIL_CONNECT");
    await unload();
    assert.equal((await errorWith({ isDefault }, "false", ""))["code"], "ERR_MAIL_NO_DEFAULT");
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

  it("that is not set is named where it makes a choice, too", async () => {
    const reference = "${MAIL_FIELD_UNSET}" as never;
    const choices = ["kind", "isDefault", "security", "auth", "tls", "strictAddresses", "outbox", "overrideFrom"];
    const { message } = await errorWith(Object.fromEntries(choices.map((field) => [field, reference])), "x");
    for (const field of choices)
      assert.match(String(message), new RegExp(`(?:: |; )${field} refers to \\$\\{MAIL_FIELD_UNSET\\}`));
  });

  it("makes every choice, and chooses TLS settings that come later in the flow file", async () => {
    const ca = await createTestCa("Example Root CA");
    const { cert, key } = await issueCertificate(ca, { hosts: ["localhost"] });
    const account = { user: "orders", pass: "s3cret-of-the-test" };
    const mail = await startMailServer({ tls: { cert, key }, accounts: [account] });
    const values: Partial<Record<Field, string>> = {
      kind: "generic",
      isDefault: "true",
      overrideFrom: "true",
      security: "starttls",
      auth: "password",
      tls: "ours",
      strictAddresses: "false",
      outbox: "memory",
      onUnconfirmed: "hold",
      maxConnections: "2",
    };
    const nameOf = (field: string) => `MAIL_TEST_${field.toUpperCase()}`;
    for (const [field, value] of Object.entries(values)) process.env[nameOf(field)] = value;
    const references = Object.fromEntries(Object.keys(values).map((field) => [field, `\${${nameOf(field)}}`]));
    try {
      const configuration = configurationNode(mail.port, references);
      const trusting = { id: "ours", type: "tls-config", name: "", cert: "", key: "", ca: "", verifyservercert: true };
      const secrets = { config: { username: account.user, password: account.pass }, ours: { cadata: ca.cert } };
      const flow = await loadFlow([configuration, trusting, stepNode()], secrets);
      flow.send({ to: "a@example.com", payload: "x", from: "somebody@example.com" });
      await flow.next();
      const [sent] = mail.mails;
      assert.deepEqual([sent?.secure, sent?.user, sent?.envelope.from], [true, "orders", "orders@example.com"]);
    } finally {
      for (const field of Object.keys(values)) delete process.env[nameOf(field)];
      await mail.close();
    }
  });

  it("that is set to nothing leaves its field empty", async () => {
    const { message } = await errorWith({ host: "${MAIL_FIELD}" }, "");
    assert.match(String(message), /: host is required/);
  });
});
