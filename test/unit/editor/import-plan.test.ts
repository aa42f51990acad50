import assert from "node:assert/strict";
import { configurationName } from "../../../nodes/editor/import/configuration-name";
import { importedStep } from "../../../nodes/editor/import/imported-step";
import type { Account, OldNode } from "../../../nodes/editor/import/old-node";
import { type KnownConfiguration, planImport, type Surroundings } from "../../../nodes/editor/import/plan";
import { wantedServer } from "../../../nodes/editor/import/wanted-server";
import { CONFIGURATION_DEFAULTS, type RawConfiguration } from "../../../src/settings/raw";
import { checkConfiguration } from "../../../src/settings/rules";

const shop: Account = { username: "shop@example.com", hasPassword: true };

function old(properties: Partial<OldNode> = {}): OldNode {
  return { id: "n1", z: "tab1", server: "smtp.example.com", port: "465", secure: true, tls: true, ...properties };
}

function around(known: Partial<Surroundings> = {}): Surroundings {
  let count = 0;
  return { configurations: [], names: [], uncheckedTls: undefined, newId: () => `new${++count}`, ...known };
}

function known(fields: Partial<RawConfiguration>, rest: Partial<KnownConfiguration> = {}): KnownConfiguration {
  const base = { name: "Sales_SMTP", host: "smtp.example.com", port: 465, security: "tls" };
  return {
    id: "sales",
    z: "",
    fields: { ...CONFIGURATION_DEFAULTS, ...base, ...fields },
    username: "shop@example.com",
    checksCertificate: true,
    ...rest,
  };
}

describe("the server that an imported e-mail node wants", () => {
  const secured: [string, Partial<OldNode>, string, string | number][] = [
    ["TLS from the first byte is implicit TLS", { secure: true, port: "465" }, "tls", 465],
    ["it is on any port", { secure: true, port: "4650" }, "tls", 4650],
    ["port 465 is implicit TLS whatever the box says", { secure: false, port: 465 }, "tls", 465],
    ["a node of before the box, on port 465, too", { secure: undefined, port: "465" }, "tls", 465],
    ["port 587 with a login requires STARTTLS", { secure: false, port: "587" }, "starttls", 587],
    ["any other port takes STARTTLS where offered", { secure: false, port: "25" }, "starttls-if-offered", 25],
    ["without a login so does port 587", { secure: false, port: "587", authtype: "NONE" }, "starttls-if-offered", 587],
    ["a token never leaves in clear", { secure: false, port: "25", authtype: "XOAUTH2" }, "starttls", 25],
    ["without a port it is the usual one", { secure: false, port: "" }, "starttls", 587],
    ["a port from an environment variable is kept", { port: "${PORT}" }, "tls", "${PORT}"],
  ];
  for (const [title, properties, security, port] of secured) {
    it(title, () => {
      const wanted = wantedServer(old(properties), shop);
      assert.deepEqual([wanted.security, wanted.port], [security, port]);
    });
  }

  const signIns: [string, Partial<OldNode>, Account | undefined, string][] = [
    ["user name and password sign in", {}, shop, "password"],
    ["a user name alone did not", {}, { username: "shop", hasPassword: false }, "none"],
    ["an account that nobody can read is expected to", {}, undefined, "password"],
    ["NONE never did", { authtype: "NONE" }, shop, "none"],
    ["XOAUTH2 does with the message's token", { authtype: "XOAUTH2" }, shop, "oauth2"],
  ];
  for (const [title, properties, account, auth] of signIns) {
    it(title, () => assert.equal(wantedServer(old(properties), account).auth, auth));
  }

  it("sends as its user where that is an address, and leaves the sender open where it is not", () => {
    assert.equal(wantedServer(old(), shop).from, "shop@example.com");
    assert.equal(wantedServer(old(), { username: "apikey", hasPassword: true }).from, "");
  });

  it("stays in its flow only where it refers to that flow's environment variables", () => {
    const inFlow = { server: "${HOST}", hasFlowEnvironment: true };
    assert.equal(wantedServer(old(inFlow), shop).scope, "tab1");
    assert.equal(wantedServer(old({ ...inFlow, hasFlowEnvironment: false }), shop).scope, "");
    assert.equal(wantedServer(old({ hasFlowEnvironment: true }), shop).scope, "");
  });
});

describe("the step that is made of an e-mail node", () => {
  it("has the node's label as its name, and its recipient fixed, with nobody else's from the message", () => {
    const step = importedStep(old({ name: "a@example.com, b@example.com", dname: "alert" }), "c1");
    assert.deepEqual(
      [step.name, step.smtpConfig, step.to, step.toType, step.cc, step.bcc, step.replyTo],
      ["alert", "c1", "a@example.com, b@example.com", "str", "", "", ""],
    );
  });

  it("is labelled as the node was: with the recipient where it had no label", () => {
    assert.equal(importedStep(old({ name: "it@example.com", dname: "" }), "c1").name, "it@example.com");
    assert.equal(importedStep(old({ name: "", dname: "" }), "c1").name, "");
  });

  it("reads the message where the node had no recipient", () => {
    const step = importedStep(old({ name: "" }), "c1");
    const fields = ["to", "cc", "bcc", "replyTo", "inReplyTo", "from", "subject", "attachments"] as const;
    assert.deepEqual(
      fields.map((field) => `${step[`${field}Type`]}.${step[field]}`),
      ["msg.to", "msg.cc", "msg.bcc", "msg.replyTo", "msg.inReplyTo", "msg.from", "msg.topic", "msg.attachments"],
    );
  });

  it("signs in with the property of the message that the node took its token from", () => {
    const step = importedStep(old({ authtype: "XOAUTH2", token: "oauth2Response.access_token" }), "c1");
    assert.deepEqual([step.accessTokenType, step.accessToken], ["msg", "oauth2Response.access_token"]);
  });

  it("lacks nothing where the node of an old release lacks fields", () => {
    const step = importedStep({ id: "n1", z: "tab1" }, "c1");
    assert.deepEqual(
      Object.entries(step).filter(([, value]) => value === undefined),
      [],
    );
  });
});

describe("the plan of an import", () => {
  it("makes one configuration for nodes with the same server and user, whatever the capitals of its name", () => {
    const nodes = [old(), old({ id: "n2", server: "SMTP.example.com", port: 465 })];
    const plan = planImport(
      nodes.map((node) => ({ node, account: shop })),
      around(),
    );
    assert.deepEqual(
      plan.configurations.map(({ name, steps }) => [name, steps]),
      [["smtp_example_com", 2]],
    );
    assert.deepEqual(
      plan.steps.map(({ fields }) => fields.smtpConfig),
      [plan.configurations[0]?.id, plan.configurations[0]?.id],
    );
  });

  it("makes one for each user, port and security, under names of their own", () => {
    const plan = planImport(
      [
        { node: old(), account: shop },
        { node: old(), account: { username: "it@example.com", hasPassword: true } },
        { node: old({ port: "587", secure: false }), account: shop },
        { node: old({ tls: false }), account: shop },
      ],
      around(),
    );
    assert.deepEqual(
      plan.configurations.map(({ name }) => name),
      ["smtp_example_com", "smtp_example_com_it", "smtp_example_com_shop", "smtp_example_com_shop_2"],
    );
  });

  it("lacks nothing in a configuration but the password, and makes none the default", () => {
    const { configurations } = planImport([{ node: old(), account: shop }], around());
    const { fields, credentials } = configurations[0]?.make ?? assert.fail();
    assert.deepEqual(
      checkConfiguration(fields, credentials).map(({ field }) => field),
      ["password"],
    );
    assert.equal(fields.isDefault, false);
    assert.deepEqual(credentials, { username: "shop@example.com" });
  });

  it("takes the token from the message for XOAUTH2, and then lacks nothing", () => {
    const { configurations } = planImport([{ node: old({ authtype: "XOAUTH2" }), account: shop }], around());
    const { fields, credentials } = configurations[0]?.make ?? assert.fail();
    assert.deepEqual([checkConfiguration(fields, credentials), fields.oauthFlow], [[], "message"]);
  });

  it("uses a configuration that is there with the same server, user and sender", () => {
    for (const configuration of [known({}), known({ from: "shop@example.com" }), known({ port: "465" })]) {
      const plan = planImport([{ node: old(), account: shop }], around({ configurations: [configuration] }));
      assert.deepEqual([plan.configurations[0]?.id, plan.configurations[0]?.make], ["sales", undefined]);
    }
  });

  it("makes its own where mails would go another way, as somebody else, or less securely", () => {
    const others = [
      known({ host: "mail.example.com" }),
      known({ port: 4650 }),
      known({ security: "starttls-if-offered" }),
      known({ auth: "none" }),
      known({ from: "ceo@example.com" }),
      known({ overrideFrom: true, from: "shop@example.com" }),
      known({ kind: "graph" }),
      known({}, { username: "it@example.com" }),
      known({}, { checksCertificate: false }),
      known({}, { z: "tab2" }),
    ];
    const plan = planImport([{ node: old(), account: shop }], around({ configurations: others }));
    assert.ok(plan.configurations[0]?.make);
  });

  it("does not guess that an account nobody can read is the one of a configuration that is there", () => {
    const there = known({}, { username: "" });
    const plan = planImport([{ node: old(), account: undefined }], around({ configurations: [there] }));
    assert.equal(plan.configurations[0]?.accountUnknown, true);
    assert.deepEqual(plan.configurations[0]?.make?.credentials, {});
  });

  it("has TLS settings made once for servers whose certificate was not checked, or takes those that are there", () => {
    const candidates = [
      { node: old({ tls: false }), account: shop },
      { node: old({ tls: false, server: "mail.example.com" }), account: shop },
      { node: old({ server: "other.example.com" }), account: shop },
    ];
    const made = planImport(candidates, around());
    assert.deepEqual(
      made.configurations.map(({ make }) => make?.fields.tls),
      [made.newTls, made.newTls, ""],
    );
    const taken = planImport(candidates, around({ uncheckedTls: "tls1" }));
    assert.deepEqual([taken.newTls, taken.configurations[0]?.make?.fields.tls], [undefined, "tls1"]);
    assert.equal(planImport(candidates.slice(2), around()).newTls, undefined);
  });
});

describe("the name of an imported configuration", () => {
  it("keeps the rule for names, and is free", () => {
    const taken = new Set(["smtp_example_com", "smtp_example_com_shop"]);
    assert.equal(configurationName("smtp.example.com", "shop@example.com", new Set()), "smtp_example_com");
    assert.equal(configurationName("smtp.example.com", "shop@example.com", taken), "smtp_example_com_shop_2");
    assert.equal(configurationName("", "", new Set()), "Mail_server");
    assert.equal(configurationName("::1", "", new Set()), "1");
  });

  it("fits into fifty characters with its number, too", () => {
    const host = `${"a".repeat(60)}.example.com`;
    const first = configurationName(host, "", new Set());
    const second = configurationName(host, "", new Set([first]));
    assert.deepEqual([first.length, second.length, second.endsWith("_2")], [50, 50, true]);
  });
});
