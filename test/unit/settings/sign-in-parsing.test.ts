import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Secret } from "../../../src/model/secret";
import type { Fields } from "../../../src/settings/field-use";
import type { GenericSettings } from "../../../src/settings/generic";
import type { GraphSettings } from "../../../src/settings/graph";
import { type MailSettings, parseSettings } from "../../../src/settings/parse";
import { CERTIFICATE, COMPLETE, GUID, graphThat, OTHER_GUID, PRIVATE_KEY, smtpThat } from "./sign-ins";

function settingsOf(complete: Fields): MailSettings {
  const { username, password, clientSecret, certificateKey, refreshToken, serviceAccountKey, ...saved } = complete;
  const credentials = { username, password, clientSecret, certificateKey, refreshToken, serviceAccountKey };
  const parsed = parseSettings({ version: 1, ...saved }, credentials);
  assert.ok("settings" in parsed, JSON.stringify(parsed));
  return parsed.settings;
}

function graphOf(complete: Fields): GraphSettings {
  const settings = settingsOf(complete);
  assert.ok(settings.kind === "graph");
  return settings;
}

function genericOf(complete: Fields): GenericSettings {
  const settings = settingsOf(complete);
  assert.ok(settings.kind === "generic");
  return settings;
}

/** The same with every secret as the text that it keeps. */
function revealed(value: object): Record<string, unknown> {
  const shown = Object.entries(value).map(([name, each]) => [name, each instanceof Secret ? each.reveal() : each]);
  return Object.fromEntries(shown);
}

const AZURE = { provider: "azure", tenantId: GUID, clientId: OTHER_GUID, cloud: "global" };

describe("A parsed configuration for Graph", () => {
  it("has the mailbox, the application, and what every configuration has", () => {
    const { signIn, ...rest } = graphOf({ ...graphThat("client-secret"), mailbox: " orders@example.com " });
    assert.deepEqual(revealed(signIn), { ...AZURE, way: "client-secret", clientSecret: "abc~DEF.ghi" });
    assert.deepEqual(rest, {
      kind: "graph",
      name: "Orders",
      isDefault: false,
      fromName: "",
      overrideFrom: false,
      signature: "",
      account: "orders@example.com",
      connectTimeoutMs: 10_000,
      timeoutMs: 30_000,
      strictAddresses: true,
      maxConnections: 4,
      safeMode: "send",
      allowedDomains: [],
      attachmentFolders: [],
      attachmentHosts: [],
      outbox: "disk",
      giveUpAfterMs: 48 * 3_600_000,
      onUnconfirmed: "resend",
      maxBytes: 50_000_000,
      attachmentLinks: "never",
      keepSentDays: 7,
      keepFailedDays: 30,
      mailbox: "orders@example.com",
      saveToSentItems: true,
    });
  });

  it("signs in with a certificate, whose ends are free of blanks", () => {
    const padded = { certificate: `\n${CERTIFICATE}\n`, certificateKey: ` ${PRIVATE_KEY}\n` };
    const { signIn } = graphOf({ ...graphThat("certificate"), ...padded, tenantId: ` ${GUID} `, cloud: "china" });
    const expected = {
      ...AZURE,
      cloud: "china",
      way: "certificate",
      certificate: CERTIFICATE,
      privateKey: PRIVATE_KEY,
    };
    assert.deepEqual(revealed(signIn), expected);
  });

  it("signs in with a user's password, whose mailbox it then is unless another one is named", () => {
    const own = graphOf(graphThat("password"));
    const expected = { ...AZURE, way: "password", username: "orders@example.com", password: "s3cret-of-the-test" };
    assert.deepEqual(revealed(own.signIn), expected);
    assert.deepEqual([own.mailbox, own.account], ["orders@example.com", "orders@example.com"]);
    const shared = graphOf({ ...graphThat("password"), mailbox: "shared@example.com", clientSecret: "abc~DEF.ghi" });
    assert.deepEqual(revealed(shared.signIn), { ...expected, clientSecret: "abc~DEF.ghi" });
    assert.equal(shared.mailbox, "shared@example.com");
  });

  it("saves to Sent Items unless told otherwise, also by the environment", () => {
    const saves = (saveToSentItems: unknown): boolean =>
      graphOf({ ...graphThat("client-secret"), saveToSentItems } as Fields).saveToSentItems;
    assert.deepEqual([true, "true", false, "false"].map(saves), [true, true, false, false]);
  });

  it("has nothing of a server, whatever stands in the fields for one", () => {
    const settings = graphOf({ ...graphThat("client-secret"), host: "smtp://x", port: 0, tls: "t", security: "none" });
    for (const name of ["host", "port", "security", "tls", "login", "oauth"]) assert.ok(!(name in settings), name);
  });
});

describe("A parsed configuration for SMTP with OAuth", () => {
  const google = { provider: "google" };
  const cases: [name: Parameters<typeof smtpThat>[0], expected: Record<string, unknown>][] = [
    ["azure-client-secret", { ...AZURE, way: "client-secret", clientSecret: "abc~DEF.ghi" }],
    ["azure-certificate", { ...AZURE, way: "certificate", certificate: CERTIFICATE, privateKey: PRIVATE_KEY }],
    ["azure-password", { ...AZURE, way: "password", username: "orders@example.com", password: "s3cret-of-the-test" }],
    [
      "google-service-account",
      {
        ...google,
        way: "service-account",
        clientEmail: "mailer@project.iam.gserviceaccount.com",
        privateKey: `${PRIVATE_KEY}\n`,
      },
    ],
    [
      "google-refresh-token",
      {
        ...google,
        way: "refresh-token",
        clientId: "1234.apps.googleusercontent.com",
        clientSecret: "GOCSPX",
        refreshToken: "1//0a",
      },
    ],
    ["message", { provider: "message" }],
  ];
  for (const [flow, expected] of cases) {
    it(`signs in by ${flow}, for the mailbox of the user name`, () => {
      const { oauth, login, account } = genericOf(smtpThat(flow));
      assert.deepEqual(revealed(oauth?.signIn ?? {}), expected);
      assert.deepEqual(
        [oauth?.username, account, login],
        ["orders@example.com", "orders@example.com", undefined],
        "and not with a password",
      );
    });
  }

  it("takes no secret for the application of a user's password: SMTP's is a public one", () => {
    const { oauth } = genericOf({ ...smtpThat("azure-password"), clientSecret: "abc~DEF.ghi" });
    assert.ok(oauth && !("clientSecret" in oauth.signIn));
  });

  it("has no OAuth where it signs in with a password, whatever else is stored", () => {
    const { oauth, login } = genericOf({
      ...smtpThat("azure-client-secret"),
      auth: "password",
      password: "pw-of-test",
    });
    assert.deepEqual([oauth, login?.password.reveal()], [undefined, "pw-of-test"]);
  });
});

describe("Secrets of every way to sign in", () => {
  for (const [name, complete] of Object.entries(COMPLETE)) {
    it(`are not shown by printing or serialising the settings, which are frozen: ${name}`, () => {
      const settings = settingsOf(complete);
      const shown = inspect(settings, { depth: 9, showHidden: true, getters: true }) + JSON.stringify(settings);
      for (const secret of ["abc~DEF", "MIIE0123456789", "s3cret-of-the-test", "GOCSPX", "1//0a"])
        assert.ok(!shown.includes(secret), secret);
      const signIn = settings.kind === "graph" ? settings.signIn : settings.oauth?.signIn;
      for (const part of [settings, signIn]) assert.ok(Object.isFrozen(part));
    });
  }
});
