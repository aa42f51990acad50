import assert from "node:assert/strict";
import { type SignIn, signInOf } from "../../../src/settings/field-use";
import { CONFIGURATION_DEFAULTS, GRAPH_SIGN_INS, OAUTH_FLOWS, type RawConfiguration } from "../../../src/settings/raw";
import { checkConfiguration, checkField, type Field, type Fields } from "../../../src/settings/rules";
import { CERTIFICATE, COMPLETE, GUID, OTHER_GUID, PRIVATE_KEY, SERVICE_ACCOUNT, smtpThat } from "./sign-ins";

/** The rules that one value of one field breaks, the rest of the configuration being valid. */
function broken(complete: Fields, field: Field, value: unknown): string[] {
  const all = { ...complete, [field]: value };
  const { username, password, clientSecret, certificateKey, refreshToken, serviceAccountKey, ...raw } = all;
  const credentials = { username, password, clientSecret, certificateKey, refreshToken, serviceAccountKey };
  const problems = checkConfiguration({ ...CONFIGURATION_DEFAULTS, ...raw } as RawConfiguration, credentials);
  return problems.map((problem) => `${problem.field}: ${problem.rule}`);
}

type Names = keyof typeof COMPLETE;
const graph = ["graph client-secret", "graph certificate", "graph password"] as const;
const azure = ["smtp azure-client-secret", "smtp azure-certificate", "smtp azure-password", ...graph] as const;
const google = ["smtp google-service-account", "smtp google-refresh-token"] as const;
const all = Object.keys(COMPLETE) as Names[];

type Row = readonly [field: Field, where: readonly Names[], passing: readonly unknown[], failing: Failing];
type Failing = Readonly<Record<string, readonly unknown[]>>;

const ROWS: readonly Row[] = [
  [
    "tenantId",
    azure,
    [GUID, ` ${GUID.toUpperCase()} `, "contoso.onmicrosoft.com", "example.com"],
    {
      required: ["", "  "],
      "tenant-common": ["common", "organizations", "consumers", " Common "],
      tenant: ["contoso", "https://login.microsoftonline.com/contoso", `${GUID}0`, "a b.example"],
      "line-break": ["example.com\nx"],
    },
  ],
  [
    "clientId",
    azure,
    [GUID, ` ${OTHER_GUID} `],
    { required: [""], "client-id": ["my-app", `${GUID}0`, "api://x"], "line-break": [`${GUID}\n`] },
  ],
  [
    "clientId",
    ["smtp google-refresh-token"],
    ["1234-abc.apps.googleusercontent.com"],
    { required: [""], "line-break": ["a\u0000b"] },
  ],
  ["cloud", azure, ["global", "us-gcc-high", "us-dod", "china"], { "unknown-choice": ["", "germany", "Global"] }],
  [
    "clientSecret",
    ["smtp azure-client-secret", "graph client-secret"],
    ["abc~DEF.ghi_0123456789", "__PWRD__"],
    { required: [""], "secret-id": [GUID], "line-break": ["a\nb"] },
  ],
  ["clientSecret", ["graph password"], ["", "abc~DEF.ghi"], { "secret-id": [GUID], "line-break": ["a\nb"] }],
  ["clientSecret", ["smtp google-refresh-token"], ["GOCSPX-0123", GUID], { required: [""], "line-break": ["a\nb"] }],
  [
    "certificate",
    ["smtp azure-certificate", "graph certificate"],
    [CERTIFICATE, ` ${CERTIFICATE.replaceAll("\n", "\r\n")}\n`],
    {
      required: ["", "\n"],
      certificate: ["MIIC", "-----BEGIN CERTIFICATE-----"],
      "certificate-with-key": [PRIVATE_KEY, `${CERTIFICATE}\n${PRIVATE_KEY}`],
    },
  ],
  [
    "certificateKey",
    ["smtp azure-certificate", "graph certificate"],
    [PRIVATE_KEY, PRIVATE_KEY.replaceAll("PRIVATE", "RSA PRIVATE"), "__PWRD__"],
    {
      required: [""],
      "key-encrypted": [
        PRIVATE_KEY.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"),
        PRIVATE_KEY.replace("MIIE", "Proc-Type: 4,ENCRYPTED\nMIIE"),
      ],
      "private-key": ["MIIE", CERTIFICATE, "-----BEGIN PRIVATE KEY-----"],
    },
  ],
  [
    "serviceAccountKey",
    ["smtp google-service-account"],
    [SERVICE_ACCOUNT, "__PWRD__"],
    {
      required: [""],
      "service-account": [
        "no json",
        "null",
        "{}",
        "[]",
        JSON.stringify({ client_email: "a@example.com" }),
        JSON.stringify({ client_email: "a@example.com", private_key: "none" }),
        JSON.stringify({ client_email: 5, private_key: PRIVATE_KEY }),
      ],
    },
  ],
  ["refreshToken", ["smtp google-refresh-token"], ["1//0abc-def"], { required: ["", " "], "line-break": ["a\nb"] }],
  [
    "mailbox",
    ["graph client-secret", "graph certificate"],
    ["orders@example.com", ` ${GUID} `],
    { required: ["", " "], mailbox: ["orders", "a@x.com, b@x.com", "Orders <a@x.com>"], "line-break": ["a@x.com\n"] },
  ],
  ["mailbox", ["graph password"], ["", "shared@example.com", GUID], { mailbox: ["shared"] }],
  ["graphAuth", graph, [], { "unknown-choice": ["", "secret"] }],
  ["maxConnections", graph, [1, "4"], { "number-range": [0, 5, ""] }],
  ["username", [...google, "smtp message", "graph password"], ["orders@example.com"], { required: [""] }],
  ["password", ["smtp azure-password", "graph password"], ["s3cret pass"], { required: [""], "line-break": ["a\nb"] }],
  [
    "security",
    ["smtp azure-client-secret", ...google, "smtp message"],
    ["starttls", "tls"],
    { "oauth-in-clear": ["none", "starttls-if-offered"], "unknown-choice": ["", "ssl"] },
  ],
  [
    "host",
    ["smtp azure-client-secret", "smtp azure-certificate", "smtp azure-password"],
    ["smtp.office365.com", "localhost"],
    { "host-address": ["192.0.2.1", "[2001:db8::1]"], required: [""] },
  ],
  ["host", [...google, "smtp message"], ["smtp.gmail.com", "192.0.2.1", "2001:db8::1"], { required: [""] }],
];

describe("The rules of Graph and OAuth", () => {
  for (const name of all)
    it(`find nothing wrong with a complete ${name}`, () =>
      assert.deepEqual(broken(COMPLETE[name], "description", ""), []));

  for (const [field, where, passing, failing] of ROWS) {
    for (const name of where) {
      it(`pass ${field} with ${name}`, () => {
        for (const value of passing) assert.deepEqual(broken(COMPLETE[name], field, value), [], String(value));
      });
      for (const [rule, values] of Object.entries(failing)) {
        it(`refuse ${field} with ${name} as ${rule}`, () => {
          for (const value of values) {
            const told = broken(COMPLETE[name], field, value);
            // A way to sign in that nobody knows may leave others of its fields without a meaning.
            assert.deepEqual(field === "graphAuth" ? told.slice(0, 1) : told, [`${field}: ${rule}`], String(value));
          }
        });
      }
    }
  }

  it("refuse a way to sign in that they do not know", () => {
    assert.ok(broken(smtpThat("azure-client-secret"), "oauthFlow", "github").includes("oauthFlow: unknown-choice"));
  });

  it("never quote a secret", () => {
    const secrets = ["clientSecret", "certificateKey", "refreshToken", "serviceAccountKey", "password"] as const;
    for (const name of all) {
      for (const field of secrets) {
        const verdict = checkField(field, { ...COMPLETE[name], [field]: "s3cret-of-the-test\n" });
        assert.doesNotMatch(JSON.stringify(verdict) ?? "", /s3cret/, `${name} ${field}`);
      }
    }
  });
});

describe("Fields that a way to sign in does not use", () => {
  const fields = ["tenantId", "clientId", "clientSecret", "certificate", "certificateKey", "refreshToken"] as const;
  const further = ["serviceAccountKey", "mailbox", "host", "username", "password", "security"] as const;
  const needed: Record<Names, readonly Field[]> = {
    "smtp azure-client-secret": ["tenantId", "clientId", "clientSecret", "host", "username", "security"],
    "smtp azure-certificate": ["tenantId", "clientId", "certificate", "certificateKey", "host", "username", "security"],
    "smtp azure-password": ["tenantId", "clientId", "host", "username", "password", "security"],
    "smtp google-service-account": ["serviceAccountKey", "host", "username", "security"],
    "smtp google-refresh-token": ["clientId", "clientSecret", "refreshToken", "host", "username", "security"],
    "smtp message": ["host", "username", "security"],
    "graph client-secret": ["tenantId", "clientId", "clientSecret", "mailbox"],
    "graph certificate": ["tenantId", "clientId", "certificate", "certificateKey", "mailbox"],
    "graph password": ["tenantId", "clientId", "username", "password"],
  };
  for (const name of all) {
    it(`may be empty, or refer to a variable that is not set: ${name}`, () => {
      const without = [...fields, ...further].filter((field) => broken(COMPLETE[name], field, "").length > 0);
      assert.deepEqual(without.sort(), [...needed[name]].sort());
      const optional = name === "graph password" ? ["clientSecret", "mailbox"] : [];
      for (const field of [...fields, ...further].filter((each) => !needed[name].includes(each))) {
        const expected = optional.includes(field) ? [`${field}: env-unset`] : [];
        assert.deepEqual(broken(COMPLETE[name], field, "${UNSET}"), expected, field);
      }
    });
  }

  it("are told by the choices alone", () => {
    const ways: [Fields, SignIn | undefined][] = [
      [{ kind: "generic", auth: "none" }, undefined],
      [{ kind: "generic", auth: "password", oauthFlow: "message" }, "password"],
      ...OAUTH_FLOWS.map((flow): [Fields, SignIn] => [{ kind: "generic", auth: "oauth2", oauthFlow: flow }, flow]),
      ...GRAPH_SIGN_INS.map((way): [Fields, SignIn] => [
        { kind: "graph", auth: "none", graphAuth: way },
        `azure-${way}`,
      ]),
    ];
    for (const [choices, expected] of ways) assert.equal(signInOf(choices), expected);
  });
});
