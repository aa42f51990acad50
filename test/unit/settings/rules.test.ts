import assert from "node:assert/strict";
import { type Fields, isUsed } from "../../../src/settings/field-use";
import { CONFIGURATION_DEFAULTS, type RawConfiguration, type RawCredentials } from "../../../src/settings/raw";
import { checkConfiguration, checkField, isEnvReference } from "../../../src/settings/rules";

const VALID: RawConfiguration = { ...CONFIGURATION_DEFAULTS, name: "Orders", host: "mail.example.com" };
const LOGIN: RawCredentials = { username: "orders", password: "s3cret-of-the-test" };

type Field = keyof RawConfiguration | keyof RawCredentials;

/** The rules that one value of one field breaks, the rest of the configuration being valid. */
function broken(field: Field, value: unknown, rest: object = {}): string[] {
  const all = { ...VALID, ...LOGIN, ...rest, [field]: value };
  const { username, password, ...raw } = all as RawConfiguration & RawCredentials;
  return checkConfiguration(raw, { username, password }).map((problem) => `${problem.field}: ${problem.rule}`);
}

const long = (length: number): string => "x".repeat(length);

const PASS: readonly [Field, readonly unknown[]][] = [
  ["name", ["A", "Orders_2", long(50)]],
  ["from", ["", "orders@example.com", " orders@example.com "]],
  ["fromName", ["", "Müller & Söhne", long(200), "🎂".repeat(200)]],
  ["replyTo", ["", "help@example.com"]],
  ["signature", ["", "Line one\nLine two\r\n\tthree", long(250), "🎂".repeat(250)]],
  ["description", ["", long(1000), "a\nb"]],
  [
    "host",
    [
      "localhost",
      "mail.example.com",
      "192.0.2.1",
      "2001:db8::1",
      "[2001:db8::1]",
      " mail.example.com ",
      "bücher.example",
    ],
  ],
  ["port", [1, 25, "587", 65_535]],
  ["security", ["none", "starttls-if-offered", "starttls", "tls"]],
  ["connectTimeout", [1, "10", 600]],
  ["timeout", [1, "30", 3600]],
  ["maxConnections", [1, "5", 100]],
  ["perMinute", ["", 1, "30", 100_000]],
  ["kind", ["generic"]],
  ["auth", ["password", "none"]],
  ["outbox", ["disk", "memory"]],
  ["giveUpAfter", [0, "48", 720]],
  ["onUnconfirmed", ["resend", "hold"]],
  ["safeMode", ["send", "dry-run"]],
  ["allowedDomains", ["", "example.com", "example.com, *.example.org ,bücher.example", "[192.0.2.1]"]],
  ["attachmentFolders", ["", "/data/reports", " /data/a \n\n/data/b\r\n", "C:\\Reports", "\\\\server\\share", "/"]],
  [
    "attachmentHosts",
    [
      ...["", "files.example.com", "*.example.com:8443 , bücher.example", "localhost", "10.0.0.5", "10.0.0.5:8080"],
      ...["10.0.0.0/8", "10.0.0.0/8:8080", "::1", "fd00::/8", "[fd00::1]:8080", "[fd00::/8]:8080", "[::1]"],
    ],
  ],
  ["maxSize", [1, "50", 150]],
  ["attachmentLinks", ["never"]],
  ["maxAttachmentSize", ["", 1, "10", 150]],
  ["keepSent", [0, "7", 365]],
  ["keepFailed", [1, "30", 365]],
  ["password", ['anything: with spaces, quotes " and ümlauts']],
];

const FAIL: readonly [Field, string, readonly unknown[]][] = [
  ["name", "required", [""]],
  ["name", "too-long", [long(51)]],
  ["name", "name-letters", ["Orders 2", "orders-2", "Müller", "a.b"]],
  ["name", "line-break", ["Or\nders", "Orders\r"]],
  ["kind", "unknown-choice", ["", "Generic", "smtp"]],
  [
    "from",
    "address",
    ["orders", "orders@", "@example.com", "a@b@c", "Orders <orders@example.com>", "a@x.com, b@x.com"],
  ],
  ["from", "line-break", ["orders@example.com\r\nBcc: x@example.com", "a\u0000@example.com"]],
  ["fromName", "too-long", [long(201), "🎂".repeat(201)]],
  ["fromName", "line-break", ["Orders\r\nBcc: x@example.com", "a\u2028b"]],
  ["replyTo", "address", ["help", "a@x.com b@x.com"]],
  ["replyTo", "line-break", ["help@example.com\n"]],
  ["signature", "too-long", [long(251)]],
  ["signature", "line-break", ["a\u0000b", "a\u001bb"]],
  ["description", "too-long", [long(1001)]],
  ["host", "required", ["", "  "]],
  ["host", "host-url", ["smtp://mail.example.com", "mail.example.com/path"]],
  ["host", "host-port", ["mail.example.com:587"]],
  ["host", "host", ["mail example.com", "-mail.example.com", "mail..example.com", "mail_1.example.com!", long(254)]],
  ["host", "line-break", ["mail.example.com\r\nQUIT"]],
  ["port", "number-range", [0, 65_536, -1, "", "abc", "25.5", "0x19", "1e3", " 25"]],
  ["security", "unknown-choice", ["", "ssl", "STARTTLS"]],
  ["auth", "unknown-choice", ["", "Password"]],
  ["connectTimeout", "number-range", [0, 601, "", "10s"]],
  ["timeout", "number-range", [0, 3601, ""]],
  ["maxConnections", "number-range", [0, 101, ""]],
  ["perMinute", "number-range", [0, 100_001, "-5", "many"]],
  ["outbox", "unknown-choice", ["", "Disk", "redis"]],
  ["giveUpAfter", "number-range", [-1, 721, "", "2d"]],
  ["onUnconfirmed", "unknown-choice", ["", "drop"]],
  ["safeMode", "unknown-choice", ["", "off", "Send", "dry run", " send"]],
  [
    "allowedDomains",
    "domains",
    ["@example.com", "a@example.com", "example.com example.org", "*", "*example.com", "a.*.b"],
  ],
  ["allowedDomains", "line-break", ["example.com\nexample.org"]],
  ["allowedDomains", "too-long", [long(2001)]],
  [
    "attachmentFolders",
    "folders",
    ["reports", "./reports", "~/reports", "/data\nreports", "file:///data", "C:Reports"],
  ],
  ["attachmentFolders", "line-break", ["/data\u0000", "/data\u001b"]],
  ["attachmentFolders", "too-long", [`/${long(4000)}`]],
  [
    "attachmentHosts",
    "hosts",
    [
      ...["https://files.example.com", "files.example.com/a", "*", "*files.example.com", "a.*.b", "a b"],
      ...["files.example.com:0", "files.example.com:65536", "files.example.com:http", "ann@example.com"],
      ...["10.0.0.0/33", "10.0.0.256", "10.0.0", "010.0.0.1", "2130706433", "0x7f.1", "fd00::/129", "fe80::1%eth0"],
      ...["[10.0.0.5]:80", "[fd00::1", "[]", "*:443", "1.2.3.4/8/8"],
    ],
  ],
  ["attachmentHosts", "line-break", ["a.example.com\nb.example.com"]],
  ["attachmentHosts", "too-long", [long(4001)]],
  ["maxSize", "number-range", [0, 151, "", "50 MB", 1.5]],
  ["attachmentLinks", "unknown-choice", ["", "Always", "no"]],
  ["maxAttachmentSize", "number-range", [0, 151, "1.5", "10 MB"]],
  ["keepSent", "number-range", [-1, 366, ""]],
  ["keepFailed", "number-range", [0, 366, ""]],
  ["username", "required", ["", undefined]],
  ["username", "line-break", ["orders\r\nQUIT"]],
  ["password", "required", ["", undefined]],
  ["password", "line-break", ["a\nb"]],
];

describe("The rules of a configuration", () => {
  it("find nothing wrong with a valid one", () => assert.deepEqual(checkConfiguration(VALID, LOGIN), []));

  for (const [field, values] of PASS) {
    it(`pass ${field}: ${values.map(shown).join(" ")}`, () => {
      for (const value of values) assert.deepEqual(broken(field, value), [], shown(value));
    });
  }
  for (const [field, rule, values] of FAIL) {
    it(`refuse ${field} as ${rule}: ${values.map(shown).join(" ")}`, () => {
      for (const value of values) assert.deepEqual(broken(field, value), [`${field}: ${rule}`], shown(value));
    });
  }

  it("refuse to override the sender without a From address", () => {
    assert.deepEqual(broken("overrideFrom", true), ["overrideFrom: override-without-from"]);
    assert.deepEqual(broken("overrideFrom", true, { from: "orders@example.com" }), []);
  });
  it("let odd addresses pass where they are lenient", () => {
    const odd = "first..last@example.com";
    assert.deepEqual(broken("from", odd), ["from: address"]);
    for (const strictAddresses of [false, "false"]) assert.deepEqual(broken("from", odd, { strictAddresses }), []);
  });
  it("ask for one address where mails are redirected, and for none elsewhere", () => {
    const redirecting = { safeMode: "redirect" };
    assert.deepEqual(broken("redirectTo", "tests@example.com", redirecting), []);
    for (const [value, rule] of [
      ["", "required"],
      ["a@example.com, b@example.com", "address"],
      ["a@example.com\r\nBcc: x@example.com", "line-break"],
    ])
      assert.deepEqual(broken("redirectTo", value, redirecting), [`redirectTo: ${rule}`]);
    for (const safeMode of ["send", "dry-run"]) assert.deepEqual(broken("redirectTo", "nobody", { safeMode }), []);
  });
  it("keep what is redirected in the allowed domains, too", () => {
    const redirecting = { safeMode: "redirect", redirectTo: "tests@example.com" };
    assert.deepEqual(broken("allowedDomains", "example.com", redirecting), []);
    assert.deepEqual(broken("allowedDomains", "example.org", redirecting), ["redirectTo: redirect-not-allowed"]);
  });
  it("ask for the size from which on attachments go as links, and for none where all of them do", () => {
    const links = { attachmentLinks: "above-limit", linkBaseUrl: "https://flows.example.com" };
    assert.deepEqual(broken("maxAttachmentSize", "", links), ["maxAttachmentSize: required"]);
    assert.deepEqual(broken("maxAttachmentSize", "10", links), []);
    assert.deepEqual(broken("maxAttachmentSize", "0", { ...links, attachmentLinks: "always" }), []);
  });
  it("ask for the address that links begin with, which is one of the web, and plain", () => {
    const links = { attachmentLinks: "always", linkBaseUrl: "https://flows.example.com" };
    const fine = [
      "https://flows.example.com",
      " http://192.0.2.1:1880/ ",
      "https://[2001:db8::1]/a/b",
      "HTTPS://Bücher.example",
    ];
    for (const value of fine) assert.deepEqual(broken("linkBaseUrl", value, links), [], value);
    const wrong: [string, readonly string[]][] = [
      ["required", ["", " "]],
      ["line-break", ["https://flows.example.com\r\n"]],
      ["too-long", [`https://flows.example.com/${long(500)}`]],
      [
        "link-base-url",
        [
          ...[
            "flows.example.com",
            "ftp://flows.example.com",
            "javascript:alert(1)",
            "https:flows.example.com",
            "https://",
          ],
          ...["https://flows.example.com?", "https://flows.example.com/#a", "https://a:b@flows.example.com"],
          ...["https://flows.example.com/a b", "https://flows.example.com\\a", "//flows.example.com", "https:///a"],
        ],
      ],
    ];
    for (const [rule, values] of wrong)
      for (const value of values)
        assert.deepEqual(broken("linkBaseUrl", value, links), [`linkBaseUrl: ${rule}`], value);
    for (const value of [0, 366, "", "1.5"])
      assert.deepEqual(broken("linkDays", value, links), ["linkDays: number-range"]);
    for (const field of ["linkBaseUrl", "linkDays"] as const) assert.deepEqual(broken(field, "?"), []);
  });
  it("ask for no user name and password where nobody signs in", () => {
    assert.deepEqual(broken("password", "", { auth: "none", username: "" }), []);
  });
  it("tell the limit that was passed, for translations", () => {
    const { limit, message } = checkField("name", { ...VALID, name: long(51) }) ?? {};
    assert.equal(limit, 50);
    assert.match(message ?? "", /50/);
  });
  it("name every field that is wrong", () => {
    const wrong = { ...VALID, name: "", port: 0, host: "" };
    const fields = checkConfiguration(wrong, LOGIN).map(({ field }) => field);
    assert.deepEqual(fields.sort(), ["host", "name", "port"]);
  });
});

describe("References to environment variables", () => {
  it("are only those that are the whole value", () => {
    assert.deepEqual(["${HOST}", "x${HOST}", "$HOST", "${}", 5].map(isEnvReference), [
      true,
      false,
      false,
      false,
      false,
    ]);
  });
  for (const field of ["name", "from", "host", "port", "security", "maxConnections", "username", "password"] as const) {
    it(`are no problem in the editor, but one at run time when they are not set: ${field}`, () => {
      assert.equal(checkField(field, { ...VALID, ...LOGIN, [field]: "${UNSET}" }), undefined);
      assert.deepEqual(broken(field, "${UNSET}"), [`${field}: env-unset`]);
    });
  }
  it("name the variable that is not set, except the password's", () => {
    const [host] = checkConfiguration({ ...VALID, host: "${MAIL_HOST}" }, LOGIN);
    assert.match(host?.message ?? "", /MAIL_HOST/);
    const [password] = checkConfiguration(VALID, { ...LOGIN, password: "${MAIL_PASSWORD}" });
    assert.doesNotMatch(JSON.stringify(password), /MAIL_PASSWORD/);
  });
  it("need a name", () => {
    for (const field of ["host", "security", "isDefault", "signature"] as const)
      assert.deepEqual(broken(field, "${}"), [`${field}: env-name`]);
  });
  it("for a switch are the only other thing than true and false", () => {
    for (const field of ["isDefault", "overrideFrom", "strictAddresses"] as const) {
      assert.deepEqual(broken(field, "yes"), [`${field}: unknown-choice`]);
      assert.equal(checkField(field, { ...VALID, ...LOGIN, [field]: "${UNSET}" }), undefined);
    }
  });
  it("of a login that is not used do not matter", () => {
    assert.deepEqual(broken("password", "${UNSET}", { auth: "none", username: "${UNSET}" }), []);
  });
});

describe("A choice that an environment variable makes", () => {
  const check = (field: Field, fields: Fields) => checkField(field, { ...VALID, ...fields })?.rule;

  it("gives every field a meaning that one of its values would", () => {
    const sides = {
      kind: "${KIND}",
      auth: "${AUTH}",
      oauthFlow: "${FLOW}",
      graphAuth: "${GRAPH}",
      safeMode: "${MODE}",
      dkimDomain: "${DOMAIN}",
      attachmentLinks: "${LINKS}",
    };
    const unused = (Object.keys({ ...VALID, ...LOGIN }) as Field[]).filter((field) => !isUsed(field, sides));
    assert.deepEqual(unused, []);
    assert.equal(isUsed("serviceAccountKey", { auth: "oauth2", oauthFlow: "${FLOW}" }), true);
    assert.equal(isUsed("serviceAccountKey", { auth: "password", oauthFlow: "${FLOW}" }), false);
    assert.equal(isUsed("mailbox", { kind: "generic", auth: "${AUTH}" }), false);
  });
  it("requires only what every value requires", () => {
    assert.equal(check("host", { kind: "${KIND}", host: "" }), undefined);
    assert.equal(check("password", { auth: "${AUTH}" }), undefined);
    assert.equal(check("username", { auth: "${AUTH}" }), undefined);
    assert.equal(check("username", { auth: "oauth2", oauthFlow: "${FLOW}" }), "required");
    assert.equal(check("host", { auth: "${AUTH}", host: "" }), "required");
    assert.equal(check("redirectTo", { safeMode: "${MODE}" }), undefined);
  });
  it("lets pass what is right for one of its values, and nothing else", () => {
    assert.equal(check("host", { kind: "${KIND}", host: "smtp://a" }), "host-url");
    assert.equal(check("maxConnections", { kind: "${KIND}", maxConnections: 50 }), undefined);
    assert.equal(check("maxConnections", { kind: "${KIND}", maxConnections: 101 }), "number-range");
    assert.equal(check("security", { auth: "${AUTH}", security: "none" }), undefined);
    assert.equal(check("clientId", { auth: "oauth2", oauthFlow: "${FLOW}", clientId: "a@google" }), undefined);
    assert.equal(check("redirectTo", { safeMode: "${MODE}", redirectTo: "nobody" }), "address");
    const unknown = { safeMode: "redirect", redirectTo: "a@example.com", allowedDomains: "${DOMAINS}" };
    assert.equal(check("redirectTo", unknown), undefined);
    assert.equal(check("from", { strictAddresses: "${STRICT}" as never, from: "a..b@example.com" }), undefined);
  });
});

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 40 ? `${text.slice(0, 20)}… (${[...String(value)].length})` : text;
}
