import assert from "node:assert/strict";
import fc from "fast-check";
import type { EmailDraft } from "../../../src/compose/draft";
import { SendError } from "../../../src/model/send-error";
import { parseSettings } from "../../../src/settings/generic";
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
  "headers.X-Own": (value) => ({ headers: { "X-Own": value } }),
  "attachments.filename": (value) => ({ attachments: { content: "x", filename: value } }),
  "attachments.cid": (value) => ({ attachments: { content: "x", cid: value } }),
  "attachments.contentType": (value) => ({ attachments: { content: "x", contentType: `text/plain;${value}` } }),
  "attachments.encoding": (value) => ({ attachments: { content: "x", encoding: value } }),
};

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

  const configured = ["name", "from", "fromName", "replyTo", "host", "port", "security", "auth"];
  configured.push("timeout", "connectTimeout", "maxConnections", "perMinute", "username", "password");
  for (const field of configured) {
    it(`in the configuration's ${field}`, () => {
      const raw = { name: "Test", from: "a@example.com", host: "mail.example.com", auth: "password" };
      const good = { username: "user", password: "secret" };
      assert.ok("settings" in parseSettings(raw, good));
      const problemsWith = (value: string) => {
        const secret = field === "username" || field === "password";
        const parsed = secret
          ? parseSettings(raw, { ...good, [field]: value })
          : parseSettings({ ...raw, [field]: value }, good);
        return "problems" in parsed ? parsed.problems.map((problem) => problem.field) : [];
      };
      fc.assert(
        fc.property(hostile, (value) => assert.ok(problemsWith(value).includes(field), JSON.stringify(value))),
        runs,
      );
      for (const each of BREAKS)
        assert.ok(problemsWith(`mail.example.com${each}`).includes(field), JSON.stringify(each));
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
