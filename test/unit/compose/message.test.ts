import assert from "node:assert/strict";
import fc from "fast-check";
import type { EmailDraft } from "../../../src/compose/draft";
import { readDraft, withoutSources } from "../../../src/compose/message";
import { prepareEmail } from "../../../src/compose/prepare";
import { compose, refusalOf, sender } from "./composing";

describe("the body", () => {
  it("text alone goes out as text, the same characters", async () => {
    const text = "Grüße 東京 🙂\n.\n..dots\n<b>not bold</b> Contact John <john@example.com>\n";
    const { parsed } = await compose({ text });
    assert.equal(parsed.text?.replace(/\r\n/g, "\n"), text);
    assert.equal(parsed.html, false);
  });

  it("HTML gets a text made from it, as its alternative", async () => {
    const html =
      '<h1>Order</h1><p>See <a href="https://example.com/1">here</a> &amp; now</p><style>p{}</style><script>1</script>';
    const { parsed, source } = await compose({ text: undefined, html });
    assert.match(source, /Content-Type: multipart\/alternative/);
    assert.equal(parsed.html, html);
    assert.match(parsed.text ?? "", /^Order\s+See here \[https:\/\/example\.com\/1\] & now$/);
  });

  it("text and HTML go out as alternatives, each as it is", async () => {
    const { parsed } = await compose({ text: "Text", html: "<b>HTML</b>" });
    assert.deepEqual([parsed.text, parsed.html], ["Text", "<b>HTML</b>"]);
  });

  it("may be empty, but not missing", async () => {
    assert.equal((await compose({ text: "" })).parsed.text ?? "", "");
    assert.equal((await compose({ text: undefined, attachments: "x" })).parsed.attachments.length, 1);
    const error = refusalOf({ text: undefined });
    assert.deepEqual([error.reason, error.field], ["body-missing", "text"]);
  });

  it("takes numbers and booleans as text, and refuses what is none", async () => {
    assert.equal((await compose({ text: 21.5, subject: true })).parsed.text?.trimEnd(), "21.5");
    for (const value of [{}, [], Buffer.from("x"), () => "x"]) assert.equal(refusalOf({ text: value }).field, "text");
    assert.equal(refusalOf({ text: "half \ud83d" }).field, "text");
  });

  it("carries the signature in text and HTML, taken literally, unless the step leaves it off", async () => {
    const signature = "Example & Sons\n<Sales>";
    const settings = { ...sender, signature };
    const both = (await compose({ text: "Hi  \n\n", html: "<body><p>Hi</p></body>" }, settings)).parsed;
    assert.equal(both.text?.replace(/\r\n/g, "\n"), `Hi\n\n-- \n${signature}`);
    assert.match(
      String(both.html),
      /<p>Hi<\/p><div class="signature">.*Example &amp; Sons<br>&lt;Sales&gt;<\/div><\/body>$/,
    );
    const fromHtml = (await compose({ text: undefined, html: "<p>Hi</p>" }, settings)).parsed;
    assert.match(fromHtml.text ?? "", /^Hi\s+-- \s+Example & Sons\s+<Sales>$/);
    const grows = (await compose({ text: undefined, html: `<BODY>${"İ".repeat(9)}</BODY></html>` }, settings)).parsed;
    assert.match(String(grows.html), /^<BODY>İ{9}<div class="signature">.*<\/div><\/BODY><\/html>$/);
    const twice = (await compose({ text: undefined, html: "<pre></body></pre><body>x</body>" }, settings)).parsed;
    assert.match(String(twice.html), /^<pre><\/body><\/pre><body>x<div class="signature">.*<\/div><\/body>$/);
    const without = (await compose({ text: "Hi", includeSignature: false }, settings)).parsed;
    assert.equal(without.text?.trimEnd(), "Hi");
  });
});

describe("headers", () => {
  it("own ones go out; several values as several headers; missing ones not at all", async () => {
    const headers = {
      "X-Order": "4711",
      "Auto-Submitted": "auto-generated",
      "X-Many": ["a", "b"],
      "X-None": undefined,
      "X-Null": null,
    };
    const { names, parsed } = await compose({ headers });
    assert.equal(parsed.headers.get("x-order"), "4711");
    assert.equal(parsed.headers.get("auto-submitted"), "auto-generated");
    assert.equal(names.filter((name) => name === "x-many").length, 2);
    assert.ok(!names.includes("x-none") && !names.includes("x-null"));
  });

  it("are exactly the expected ones", async () => {
    const { names } = await compose({ cc: "c@example.org", bcc: "b@example.org" });
    const expected = [
      "from",
      "to",
      "cc",
      "subject",
      "message-id",
      "date",
      "mime-version",
      "content-type",
      "content-transfer-encoding",
    ];
    assert.deepEqual([...names].sort(), expected.sort());
  });

  const reserved = [
    "From",
    "to",
    "CC",
    "Bcc",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Type",
    "Reply-To",
    "Received",
    "Return-Path",
  ];
  for (const name of [
    ...reserved,
    "DKIM-Signature",
    "Resent-To",
    "MIME-Version",
    "Sender",
    "Importance",
    "In-Reply-To",
  ]) {
    it(`${name} is refused`, () => {
      const error = refusalOf({ headers: { [name]: "x" } });
      assert.deepEqual(
        [error.code, error.reason, error.field],
        ["ERR_MAIL_HEADER", "header-refused", `headers.${name}`],
      );
    });
  }

  for (const name of ["", "X Y", "X:Y", "X-Ä", "X-A\r\nBcc", "x".repeat(77)]) {
    it(`${JSON.stringify(name)} is no header name`, () => {
      const error = refusalOf({ headers: { [name]: "x" } });
      assert.equal(error.reason, "header-refused");
      assert.doesNotMatch(error.field ?? "", /[\r\n]/);
    });
  }

  for (const value of ["X-A: b", [], Buffer.from("x"), 5]) {
    it(`${JSON.stringify(value)} is no set of headers`, () =>
      assert.equal(refusalOf({ headers: value }).field, "headers"));
  }

  it("the subject is folded, not cut, and any script arrives", async () => {
    for (const subject of [
      "",
      "words ".repeat(400).trim(),
      "Grüße 東京 🙂 ".repeat(40).trim(),
      "=?UTF-8?Q?what_is_encoded_already?=",
    ]) {
      const { parsed, source } = await compose({ subject });
      assert.equal(parsed.subject ?? "", subject);
      assert.ok(
        source.split("\r\n").every((line) => line.length <= 998),
        subject.slice(0, 10),
      );
    }
  });

  const unfoldable = "x".repeat(900);
  const tooLong: [field: string, draft: EmailDraft][] = [
    ["subject", { subject: unfoldable }],
    ["headers.X-A", { headers: { "X-A": unfoldable } }],
    ["to", { to: `${unfoldable} <a@example.org>` }],
    ["cc", { cc: { name: unfoldable, address: "a@example.org" } }],
    ["from", { from: `"${unfoldable}" <a@example.org>` }],
    ["replyTo", { replyTo: [{ name: unfoldable, address: "a@example.org" }] }],
    ["attachments.filename", { attachments: { content: "x", filename: unfoldable } }],
    ["attachments.filename", { attachments: { content: "x", name: unfoldable } }],
    ["attachments.cid", { attachments: { content: "x", cid: unfoldable } }],
    ["attachments.cid", { attachments: { content: "x", cid: "東".repeat(300) } }],
    ["to", { to: { name: '"'.repeat(450), address: "a@example.org" } }],
    ["attachments.filename", { attachments: { content: "x", filename: "\\".repeat(450) } }],
    ["attachments.contentType", { attachments: { content: "x", contentType: `text/plain; a=${unfoldable}` } }],
  ];
  for (const [field, more] of tooLong) {
    it(`a value that could not be folded into lines of 998 bytes is refused: ${field} ${Object.keys(more)}`, () => {
      const error = refusalOf(more);
      assert.deepEqual([error.reason, error.field], ["field-type", field]);
      assert.match(error.message, /too long for a header/);
    });
  }

  it("never have a line above 998 bytes, whatever the values", async () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "ü", "東", '"', "'", "\\", ",", ";", "@", "%", "*", "="),
      maxLength: 899,
    });
    const value = fc.array(word, { maxLength: 4 }).map((words) => words.join(" "));
    await fc.assert(
      fc.asyncProperty(value, value, value, async (name, filename, own) => {
        const given = { content: "x", filename, contentType: `text/plain; x="${own.replace(/["\\]/g, "")}"` };
        const people = { name, address: "a@example.org" };
        const { source } = await compose({
          to: [people, people],
          from: people,
          replyTo: people,
          subject: own,
          headers: { "X-A": own },
          attachments: given,
        });
        for (const line of source.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 998, line.slice(0, 200));
      }),
      { numRuns: 150 },
    );
  });

  it("priority is high, normal or low", async () => {
    const { parsed, names } = await compose({ priority: " High " });
    assert.equal(parsed.headers.get("priority"), "high");
    assert.ok(names.includes("x-priority") && names.includes("importance"));
    assert.ok(!(await compose({ priority: "" })).names.includes("x-priority"));
    assert.equal(refusalOf({ priority: "urgent" }).field, "priority");
  });

  it("a reply names what it answers, and the thread", async () => {
    const { parsed } = await compose({ inReplyTo: "one@example.org <two@example.org>" });
    assert.equal(parsed.inReplyTo, "<two@example.org>");
    assert.deepEqual(parsed.references, ["<one@example.org>", "<two@example.org>"]);
    for (const value of ["no id", "<a@b>x", {}]) assert.equal(refusalOf({ inReplyTo: value }).field, "inReplyTo");
  });

  it("id and date are those that were given, so that a second sending is the same mail", async () => {
    const { messageId, parsed } = await compose({});
    assert.deepEqual([messageId, parsed.messageId], ["<id-1@example.com>", "<id-1@example.com>"]);
    assert.equal(parsed.date?.toISOString(), "2026-11-21T08:00:00.000Z");
  });
});

describe("a message that tries to read files or addresses", () => {
  it("is refused in every field, before it is composed", () => {
    for (const field of ["text", "html", "subject"]) {
      for (const value of [{ path: "/etc/passwd" }, { href: "http://127.0.0.1/" }]) {
        const error = refusalOf({ [field]: value });
        assert.deepEqual([error.reason, error.field], ["field-type", field]);
      }
    }
  });

  it("leaves the draft as it was", async () => {
    const given = Object.freeze({
      to: Object.freeze([Object.freeze({ name: "A", address: "a@example.org" })]),
      headers: Object.freeze({ "X-A": "1" }),
      attachments: Object.freeze([Object.freeze({ filename: "a", content: "x" })]),
    });
    assert.equal((await compose(given)).parsed.attachments.length, 1);
  });
});

describe("the largest mail", () => {
  const identity = { id: "id-1", date: new Date(0), signature: "" };
  const messageOf = (bytes: number) =>
    withoutSources(readDraft({ to: "a@example.org", text: "x", attachments: Buffer.alloc(bytes) }, sender));

  it("is one with exactly as many bytes as the limit; one more is refused by the limit's field", async () => {
    const message = messageOf(30_000);
    const { mime } = await prepareEmail(message, identity);
    assert.equal((await prepareEmail(message, { ...identity, maxBytes: mime.length })).mime.length, mime.length);
    await assert.rejects(prepareEmail(message, { ...identity, maxBytes: mime.length - 1 }), {
      code: "ERR_MAIL_TOO_LARGE",
      reason: "message-above-limit",
      field: "maxSize",
      disposition: "permanent",
    });
  });

  it("is told by what attachments grow to, before anything is composed", async () => {
    await assert.rejects(prepareEmail(messageOf(900_000), { ...identity, maxBytes: 1_000_000 }), {
      message: "The mail has 1.2 MB as it would go out, and this configuration allows 1 MB.",
    });
  });
});
