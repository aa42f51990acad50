import assert from "node:assert/strict";
import fc from "fast-check";
import type { EmailDraft } from "../../../src/compose/draft";
import { SendError } from "../../../src/model/send-error";
import { type ParsedSettings, parseSettings } from "../../../src/settings/parse";
import { CONFIGURATION_DEFAULTS, CREDENTIAL_NAMES } from "../../../src/settings/raw";
import type { Field, Fields } from "../../../src/settings/rules";
import { rsaKey } from "../../support/dkim-keys";
import { graphThat, smtpThat } from "../settings/sign-ins";
import { compose, refusalOf } from "./composing";

const runs = { numRuns: 200 };
const BREAKS = ["\r", "\n", "\r\n", "\0", "\u0085", "\u2028", "\u2029", "\u000b", "\u000c", "\u001b", "\u007f"];
const smuggled = fc.constantFrom("", "Bcc: evil@example.net", "\r\n\r\nbody", ".\r\nMAIL FROM:<evil@example.net>");
const hostile = fc
  .tuple(fc.string({ unit: "binary" }), fc.constantFrom(...BREAKS), smuggled, fc.string())
  .map((parts) => parts.join("").toWellFormed());

/** Every field of a message that ends up in a header or a command. */
const fields: Record<string, (value: string) => EmailDraft> = {
  to: (value) => ({ to: value }),
  cc: (value) => ({ cc: value }),
  bcc: (value) => ({ bcc: value }),
  from: (value) => ({ from: value }),
  replyTo: (value) => ({ replyTo: value }),
  subject: (value) => ({ subject: value }),
  priority: (value) => ({ priority: value }),
  inReplyTo: (value) => ({ inReplyTo: value }),
  references: (value) => ({ references: value }),
  listUnsubscribe: (value) => ({ listUnsubscribe: `https://example.com/${value}` }),
  bounceTo: (value) => ({ bounceTo: value }),
  "headers.X-Own": (value) => ({ headers: { "X-Own": value } }),
  "attachments.filename": (value) => ({ attachments: { content: "x", filename: value } }),
  "attachments.cid": (value) => ({ attachments: { content: "x", cid: value } }),
  "attachments.contentType": (value) => ({ attachments: { content: "x", contentType: `text/plain;${value}` } }),
  "attachments.encoding": (value) => ({ attachments: { content: "x", encoding: value } }),
};

const login: Fields = {
  name: "Test",
  from: "a@example.com",
  host: "mail.example.com",
  username: "u",
  password: "secret",
};

const signed: Fields = { ...login, dkimDomain: "example.com", dkimSelector: "mail2026", dkimKey: rsaKey() };

/** Every field of a configuration that is one line, in a configuration in which it has a meaning. */
const SINGLE_LINES: Readonly<Partial<Record<Field, Fields>>> = {
  ...Object.fromEntries(
    [
      ...["name", "kind", "from", "fromName", "replyTo", "host", "port", "security", "auth", "username", "password"],
      ...["connectTimeout", "timeout", "maxConnections", "perMinute", "outbox", "giveUpAfter", "onUnconfirmed"],
      ...["maxSize", "keepSent", "keepFailed", "safeMode", "allowedDomains", "attachmentHosts"],
      ...["attachmentLinks", "maxAttachmentSize"],
    ].map((field) => [field, login]),
  ),
  oauthFlow: smtpThat("message"),
  refreshToken: smtpThat("google-refresh-token"),
  graphAuth: graphThat("client-secret"),
  tenantId: graphThat("client-secret"),
  clientId: graphThat("client-secret"),
  clientSecret: graphThat("client-secret"),
  cloud: graphThat("client-secret"),
  mailbox: graphThat("client-secret"),
  redirectTo: { ...login, safeMode: "redirect", redirectTo: "tests@example.com" },
  linkBaseUrl: { ...login, attachmentLinks: "always", linkBaseUrl: "https://flows.example.com" },
  linkDays: { ...login, attachmentLinks: "always", linkBaseUrl: "https://flows.example.com" },
  dkimDomain: signed,
  dkimSelector: signed,
};
const MULTI_LINES: readonly Field[] = [
  "signature",
  "description",
  "attachmentFolders",
  "certificate",
  "certificateKey",
  "serviceAccountKey",
  "dkimKey",
];
/** Read as a number, a switch or the id of a node, and never written anywhere. */
const NOT_TEXT: readonly Field[] = [
  "version",
  "isDefault",
  "overrideFrom",
  "saveToSentItems",
  "strictAddresses",
  "tls",
];

function parse(fields: Fields): ParsedSettings {
  const isSecret = (name: string): boolean => (CREDENTIAL_NAMES as string[]).includes(name);
  const of = (wanted: boolean) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => isSecret(name) === wanted));
  return parseSettings(of(false), of(true));
}

function assertRefused(draft: EmailDraft, field: string): void {
  const error = refusalOf(draft);
  assert.ok(error instanceof SendError, String(error));
  assert.equal(error.field, field);
  assert.match(error.code, /^ERR_MAIL_(?:HEADER|ADDRESS|FIELD|ATTACHMENT)$/);
  assert.doesNotMatch(
    error.message,
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/,
    "nothing of it breaks a log line either",
  );
}

describe("a line break is refused with the field's name", () => {
  for (const [field, draftWith] of Object.entries(fields)) {
    it(`in ${field}`, () => {
      fc.assert(
        fc.property(hostile, (value) => assertRefused(draftWith(value), field)),
        runs,
      );
      for (const each of BREAKS) assertRefused(draftWith(`a@example.org${each}`), field);
    });
  }

  it("in name and address of an object", () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom("to", "cc", "bcc", "from", "replyTo"), (value, field) => {
        assertRefused({ [field]: { name: value, address: "a@example.org" } }, field);
        assertRefused({ [field]: [{ name: "A", address: `a@example.org${value}` }] }, field);
      }),
      runs,
    );
  });

  it("in a property's name, of which an error shows no more than a person reads", () => {
    const name = `x\r\n${"long ".repeat(1000)}`;
    const drafts = [{ headers: { [name]: "x" } }, { attachments: { content: "x", [name]: "x" } }];
    for (const draft of [...drafts, { invitation: { start: "2026-12-24T10:00Z", [name]: "x" } }]) {
      const { field = "", message } = refusalOf(draft);
      assert.ok(field.length < 120 && message.length < 300, field);
      assert.doesNotMatch(`${field}${message}`, /[\r\n]/);
    }
  });

  it("in the name of a header", () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const error = refusalOf({ headers: { [name]: "x" } });
        assert.equal(error.code, "ERR_MAIL_HEADER");
        assert.match(error.field ?? "", /^headers\.[\w?-]*$/);
      }),
      runs,
    );
  });

  it("in every field of the configuration that is one line", () => {
    const named = [...Object.keys(SINGLE_LINES), ...MULTI_LINES, ...NOT_TEXT].sort();
    assert.deepEqual(named, [...Object.keys(CONFIGURATION_DEFAULTS), ...CREDENTIAL_NAMES].sort());
  });

  for (const [field, complete] of Object.entries(SINGLE_LINES)) {
    it(`in the configuration's ${field}`, () => {
      const problemsWith = (value: string): string[] => {
        const parsed = parse({ ...complete, [field]: value });
        return "problems" in parsed ? parsed.problems.map((problem) => problem.field) : [];
      };
      assert.ok("settings" in parse(complete));
      fc.assert(
        fc.property(hostile, (value) => assert.ok(problemsWith(value).includes(field), JSON.stringify(value))),
        runs,
      );
      for (const each of BREAKS)
        assert.ok(problemsWith(`mail.example.com${each}`).includes(field), JSON.stringify(each));
    });
  }
});

describe("the configuration's texts of several lines", () => {
  const lines = fc.array(
    fc.oneof(smuggled, fc.constantFrom("\r\n", "\n", "\n\n", "X-Evil: 1"), fc.string({ maxLength: 20 })),
  );
  for (const field of MULTI_LINES) {
    it(`add no header and no recipient: ${field}`, async () => {
      const expected = await compose({ html: "<p>x</p>" });
      await fc.assert(
        fc.asyncProperty(lines, async (parts) => {
          const from = { from: "orders@example.com", fromName: "Example Orders" };
          const parsed = parse({ ...smtpThat("azure-certificate"), ...from, [field]: parts.join("").toWellFormed() });
          if ("problems" in parsed)
            return assert.deepEqual(
              parsed.problems.map((each) => each.field),
              [field],
            );
          const { names, envelope, parsed: mail } = await compose({ html: "<p>x</p>" }, parsed.settings);
          assert.deepEqual([names, envelope], [expected.names, expected.envelope]);
          assert.deepEqual(
            [mail.bcc, mail.from?.value, mail.attachments],
            [undefined, expected.parsed.from?.value, []],
          );
        }),
        { numRuns: 50 },
      );
    });
  }
});

describe("whatever text a message carries", () => {
  const line = fc
    .string({ unit: "grapheme", maxLength: 120 })
    .filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text));
  const body = fc.string({ unit: "grapheme", maxLength: 300 }).filter((text) => !/\p{Cs}/u.test(text));
  // Without a value there is no header, and without a text no part beside the attachment.
  const filled = line.filter((text) => text.trim() !== "");
  const filledBody = body.filter((text) => text.trim() !== "");
  const expected = [
    "from to cc reply-to subject x-own in-reply-to references message-id date mime-version content-type".split(" "),
  ].flat();

  it("the mail has exactly the headers and recipients that were asked for", async () => {
    await fc.assert(
      fc.asyncProperty(filled, line, filled, line, filledBody, async (subject, name, own, filename, text) => {
        const { names, envelope, parsed } = await compose({
          subject,
          text,
          to: { name, address: "a@example.org" },
          cc: { name, address: "c@example.org" },
          bcc: { name, address: "b@example.org" },
          from: { name, address: "sales@example.com" },
          replyTo: { name, address: "desk@example.com" },
          headers: { "X-Own": own },
          inReplyTo: "<one@example.org>",
          attachments: [{ filename, content: text }],
        });
        assert.deepEqual([...new Set(names)].sort(), [...expected].sort());
        assert.equal(names.length, expected.length, "none of them twice");
        assert.deepEqual(envelope, {
          from: "sales@example.com",
          to: ["a@example.org", "c@example.org", "b@example.org"],
        });
        const addresses = [parsed.to, parsed.cc, parsed.from, parsed.replyTo].flat().flatMap((one) => one?.value ?? []);
        assert.deepEqual(
          addresses.map(({ address }) => address),
          ["a@example.org", "c@example.org", "sales@example.com", "desk@example.com"],
        );
        assert.equal(parsed.bcc, undefined);
        assert.equal(parsed.attachments.length, 1);
        assert.equal(parsed.attachments[0]?.content.toString("utf8"), text);
      }),
      runs,
    );
  });

  it("the recipients are those of the To text, or the mail is refused", async () => {
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        try {
          const { envelope } = await compose({ to: `${text} <a@example.org>` });
          for (const address of envelope.to)
            assert.ok(address === "a@example.org" || text.includes(address.split("@")[0] as string));
        } catch (error) {
          assert.ok(error instanceof SendError, String(error));
          assert.equal(error.field, "to");
        }
      }),
      runs,
    );
  });
});
