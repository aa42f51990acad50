import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { Secret } from "../../../src/model/secret";
import type { GenericSettings } from "../../../src/settings/generic";
import { migrateConfiguration } from "../../../src/settings/migrate";
import { parseSettings } from "../../../src/settings/parse";
import { CONFIGURATION_DEFAULTS, CONFIGURATION_VERSION, CREDENTIAL_NAMES } from "../../../src/settings/raw";

const PASSWORD = "s3cret-of-the-test";
const LOGIN = { username: "orders", password: PASSWORD };
const SAVED = { version: 1, name: "Orders", host: "mail.example.com" };

function settingsOf(saved: object, credentials = LOGIN, tls = {}): GenericSettings {
  const parsed = parseSettings({ ...SAVED, ...saved }, credentials, tls);
  assert.ok("settings" in parsed && parsed.settings.kind === "generic", JSON.stringify(parsed));
  return parsed.settings;
}

function rulesBroken(saved: object, credentials = LOGIN): string[] {
  const parsed = parseSettings({ ...SAVED, ...saved }, credentials);
  return "problems" in parsed ? parsed.problems.map(({ field, rule }) => `${field}: ${rule}`) : [];
}

describe("A parsed configuration", () => {
  it("has the documented defaults", () => {
    const { login, ...rest } = settingsOf({});
    assert.equal(login?.username, "orders");
    assert.equal(login?.password.reveal(), PASSWORD);
    assert.deepEqual(rest, {
      kind: "generic",
      name: "Orders",
      isDefault: false,
      fromName: "",
      overrideFrom: false,
      signature: "",
      account: "orders",
      giveUpAfterMs: 48 * 60 * 60 * 1000,
      outbox: "disk",
      onUnconfirmed: "resend",
      host: "mail.example.com",
      port: 587,
      security: "starttls",
      tls: {},
      connectTimeoutMs: 10_000,
      timeoutMs: 30_000,
      strictAddresses: true,
      maxConnections: 5,
      safeMode: "send",
      allowedDomains: [],
      attachmentFolders: [],
      attachmentHosts: [],
      maxBytes: 50_000_000,
      attachmentLinks: "never",
      keepSentDays: 7,
      keepFailedDays: 30,
    });
  });

  it("reads numbers and switches that came as texts from the environment", () => {
    const texts = { port: "2525", maxConnections: "3", perMinute: "30", timeout: "5", isDefault: "true" };
    const settings = settingsOf({ ...texts, overrideFrom: "true", from: "a@example.com", strictAddresses: "false" });
    const { port, maxConnections, perMinute, timeoutMs, isDefault, overrideFrom, strictAddresses } = settings;
    assert.deepEqual([port, maxConnections, perMinute, timeoutMs], [2525, 3, 30, 5000]);
    assert.deepEqual([isDefault, overrideFrom, strictAddresses], [true, true, false]);
  });

  it("takes the brackets off an IPv6 address, and blanks off addresses", () => {
    const settings = settingsOf({ host: " [2001:db8::1] ", from: " orders@example.com ", replyTo: " a@example.com" });
    assert.equal(settings.host, "2001:db8::1");
    assert.equal(settings.from?.address, "orders@example.com");
    assert.equal(settings.replyTo?.address, "a@example.com");
  });

  it("reads whom mails are redirected to, and the domains, and keeps no such address where none is redirected", () => {
    const saved = { redirectTo: " tests@example.com ", allowedDomains: "example.com,  *.example.org,," };
    const { redirectTo, allowedDomains } = settingsOf({ ...saved, safeMode: "redirect" });
    assert.deepEqual([redirectTo?.address, allowedDomains], ["tests@example.com", ["example.com", "*.example.org"]]);
    assert.ok(Object.isFrozen(allowedDomains) && Object.isFrozen(redirectTo));
    assert.equal(settingsOf({ ...saved, safeMode: "dry-run" }).redirectTo, undefined);
  });

  it("takes the slash off the address of links, and keeps none where nothing goes as a link", () => {
    const saved = { linkBaseUrl: " https://Flows.example.com/red/ ", linkDays: "3", maxAttachmentSize: "2" };
    const { links, maxAttachmentBytes } = settingsOf({ ...saved, attachmentLinks: "above-limit" });
    assert.deepEqual([links, maxAttachmentBytes], [{ baseUrl: "https://flows.example.com/red", days: 3 }, 2_000_000]);
    assert.ok(Object.isFrozen(links));
    const always = settingsOf({ ...saved, attachmentLinks: "always" });
    assert.deepEqual([always.links?.days, always.maxAttachmentBytes], [3, undefined]);
    const never = settingsOf({ ...saved, attachmentLinks: "never" });
    assert.deepEqual([never.links, never.maxAttachmentBytes], [undefined, 2_000_000]);
  });

  it("reads folders line by line, and hosts and networks with their ports", () => {
    const saved = {
      attachmentFolders: "\n /data/reports \r\nC:\\Reports\n",
      attachmentHosts: "*.example.com:8443, 10.0.0.0/8,,",
    };
    const { attachmentFolders, attachmentHosts } = settingsOf(saved);
    assert.deepEqual(attachmentFolders, ["/data/reports", "C:\\Reports"]);
    assert.deepEqual(attachmentHosts, [
      { name: "*.example.com", port: 8443 },
      { network: { address: [10, 0, 0, 0], prefix: 8 } },
    ]);
    assert.ok(Object.isFrozen(attachmentFolders) && Object.isFrozen(attachmentHosts));
  });

  it("refuses a safe mode of another kind than a text instead of sending", () => {
    for (const safeMode of [true, false, 0, {}, ["send"]])
      assert.deepEqual(rulesBroken({ safeMode }), ["safeMode: unknown-choice"]);
  });

  it("has no login where nobody signs in, whatever credentials are stored", () => {
    const { login, oauth, account } = settingsOf({ auth: "none" });
    assert.deepEqual([login, oauth, account], [undefined, undefined, ""]);
  });

  it("is frozen, as is what is in it, and does not follow its source", () => {
    const tls = { ca: "one" };
    const saved = { from: "orders@example.com", replyTo: "help@example.com" };
    const settings = settingsOf(saved, LOGIN, tls);
    tls.ca = "another";
    saved.from = "other@example.com";
    assert.equal(settings.tls.ca, "one");
    assert.equal(settings.from?.address, "orders@example.com");
    for (const part of [settings, settings.from, settings.replyTo, settings.login, settings.tls]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  it("reads values of the wrong kind as texts instead of failing", () => {
    assert.equal(settingsOf({ fromName: 42, signature: 7 }).signature, "7");
    assert.deepEqual(rulesBroken({ from: 5 }), ["from: address"]);
    assert.deepEqual(rulesBroken({ host: { name: "x" } }), ["host: host"]);
    assert.deepEqual(rulesBroken({ replyTo: ["a@example.com"] }), ["replyTo: address"]);
  });

  it("never throws, whatever the flow file says", () => {
    const names = Object.keys(CONFIGURATION_DEFAULTS);
    const saved = fc.dictionary(fc.constantFrom(...names), fc.jsonValue(), { maxKeys: names.length });
    const credentials = fc.dictionary(fc.constantFrom(...CREDENTIAL_NAMES), fc.jsonValue());
    fc.assert(
      fc.property(saved, credentials, (raw, secrets) => {
        const parsed = parseSettings(raw, secrets);
        if ("problems" in parsed) assert.ok(parsed.problems.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe("A password in a configuration", () => {
  const settings = settingsOf({});
  const secret = settings.login?.password ?? new Secret("");
  const ways: readonly [string, () => string][] = [
    ["printing the settings", () => inspect(settings, { depth: 9, showHidden: true, getters: true })],
    ["printing the secret", () => inspect(secret, { showHidden: true })],
    ["JSON", () => JSON.stringify({ settings, secret })],
    ["a template string", () => `${secret}`],
    ["joining", () => ["a", secret].join()],
    ["String()", () => String(secret)],
    ["adding", () => `a${secret as unknown as string}`],
    ["its own properties", () => JSON.stringify(Object.entries(secret)) + Reflect.ownKeys(secret).join()],
    ["copying", () => JSON.stringify({ ...secret })],
  ];
  for (const [way, show] of ways) it(`is not shown by ${way}`, () => assert.ok(!show().includes(PASSWORD)));

  it("is not shown by a problem", () => {
    const parsed = parseSettings({ ...SAVED }, { username: "", password: `${PASSWORD}\n` });
    assert.ok("problems" in parsed);
    assert.ok(!JSON.stringify(parsed).includes(PASSWORD));
  });
  it("is given to whoever asks for it", () => assert.equal(secret.reveal(), PASSWORD));
});

describe("Migration", () => {
  it("fills in what a configuration of version 0 leaves out", () => {
    const raw = migrateConfiguration({ name: "Orders", host: "mail.example.com" });
    assert.deepEqual(raw, { ...CONFIGURATION_DEFAULTS, name: "Orders", host: "mail.example.com" });
  });
  it("gives Graph as many connections as it serves, where nothing else is said", () => {
    assert.equal(migrateConfiguration({ name: "Orders", kind: "graph" }).maxConnections, 4);
    assert.equal(migrateConfiguration({ version: 1, kind: "graph" }).maxConnections, 4);
    assert.equal(migrateConfiguration({ version: 1, kind: "graph", maxConnections: 2 }).maxConnections, 2);
  });
  it("keeps what the configuration says, and never changes it", () => {
    const saved = Object.freeze({ version: 1, name: "Orders", port: 2525, strictAddresses: false, isDefault: true });
    const { version, port, strictAddresses, isDefault } = migrateConfiguration(saved);
    assert.deepEqual([version, port, strictAddresses, isDefault], [1, 2525, false, true]);
  });
  it("leaves out what this release does not know", () => {
    const raw = migrateConfiguration({ ...SAVED, id: "abc", z: "flow", password: PASSWORD });
    assert.deepEqual(Object.keys(raw).sort(), Object.keys(CONFIGURATION_DEFAULTS).sort());
  });
  it("gives the same when it is done twice", () => {
    const once = migrateConfiguration({ name: "Orders" });
    assert.deepEqual(migrateConfiguration({ ...once }), once);
  });
  for (const version of [undefined, null, 0, "0", -3, "abc", 0.5, {}]) {
    it(`takes ${JSON.stringify(version)} as version 0`, () => {
      assert.equal(migrateConfiguration({ ...SAVED, version }).version, CONFIGURATION_VERSION);
      assert.deepEqual(rulesBroken({ version }), []);
    });
  }
  for (const version of [CONFIGURATION_VERSION + 1, String(CONFIGURATION_VERSION + 1), 99]) {
    it(`refuses version ${JSON.stringify(version)} by name, and nothing else`, () => {
      assert.deepEqual(rulesBroken({ version, kind: "graph", host: "" }), ["version: newer-version"]);
    });
  }
});
