import assert from "node:assert/strict";
import { domainToASCII } from "node:url";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { withDistinctNames } from "../../../src/compose/distinct-names";
import type { EmailDraft } from "../../../src/compose/draft";
import { fieldOf, readMime } from "../../../src/compose/read-back/read-mime";
import { compose } from "./composing";

/** A line of letters of any script, as the composer takes it. */
const line = (maxLength: number) =>
  fc.string({ unit: "grapheme", minLength: 1, maxLength }).map(
    (text) =>
      text
        .toWellFormed()
        .replace(/[\p{C}\p{Z}]+/gu, " ")
        .trim() || "x",
  );
const name = fc.oneof(
  line(60),
  fc.constantFrom(
    "Zoë Müller",
    "山田 太郎",
    "Иван",
    "مرحبا",
    '"Quoted" \\ Name',
    "A, B; C",
    "😀🎉".repeat(20),
    "O'Brien (Sales)",
  ),
);
const address = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9.+-]{0,20}[a-z]$/),
    fc.constantFrom("example.org", "bücher.example", "EXAMPLE.net"),
  )
  .map(([local, domain]) => `${local.replace(/\.+/g, ".")}@${domain}`);
const mailbox = fc.record({ name: fc.oneof(fc.constant(""), name), address });
const body = fc.oneof(
  fc.array(line(200), { maxLength: 6 }).map((lines) => lines.join("\n")),
  fc.constantFrom("x".repeat(3000), "--boundary\n.\n..\nFrom here = there =3D", "ä".repeat(500)),
);
const attachment = fc.record({
  filename: name,
  content: fc.uint8Array({ maxLength: 4000 }).map((bytes) => Buffer.from(bytes)),
});
const picture = fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes));

const drafts: fc.Arbitrary<EmailDraft> = fc
  .record({
    from: mailbox,
    to: fc.array(mailbox, { minLength: 1, maxLength: 8 }),
    cc: fc.array(mailbox, { maxLength: 3 }),
    replyTo: fc.array(mailbox, { maxLength: 2 }),
    subject: line(300),
    text: fc.option(body, { nil: undefined }),
    html: fc.option(body, { nil: undefined }),
    attachments: fc.array(attachment, { maxLength: 3 }),
    picture: fc.option(picture, { nil: undefined }),
  })
  .map(({ picture: content, ...rest }) => {
    const draft = {
      ...rest,
      ...(rest.html === undefined && rest.attachments.length === 0 ? { text: rest.text ?? "x" } : {}),
    };
    if (content === undefined || draft.html === undefined) return draft;
    const image = { filename: "p.png", contentType: "image/png", cid: "p@example.com", content };
    return { ...draft, html: `${draft.html}<img src="cid:p@example.com">`, attachments: [image, ...draft.attachments] };
  });

/** mailparser shows domains in their Unicode form. */
const ascii = (text: string): string => text.replace(/[^@]*$/, domainToASCII);
const lf = (text: string): string => text.replace(/\r\n/g, "\n").trimEnd();

describe("reading composed MIME back", () => {
  it("gives what mailparser reads of it: names in any script, long lines, bodies, attachments, pictures", async () => {
    await fc.assert(
      fc.asyncProperty(drafts, async (draft) => {
        const { mime, parsed } = await compose(draft);
        const mail = readMime({ mime });
        const addresses = (field: typeof parsed.to): unknown[] =>
          [field ?? []]
            .flat()
            .flatMap(({ value }) => value.map((one) => ({ name: one.name, address: ascii(one.address ?? "") })));
        assert.deepEqual(mail.from, addresses(parsed.from));
        assert.deepEqual(mail.to, addresses(parsed.to));
        assert.deepEqual(mail.cc, addresses(parsed.cc));
        assert.deepEqual(mail.replyTo, addresses(parsed.replyTo));
        assert.equal(mail.subject, parsed.subject ?? "");
        assert.equal(fieldOf(mail.root, "Message-ID"), parsed.messageId);
        assert.equal(lf(mail.html ?? ""), lf(parsed.html || ""));
        if (mail.text !== undefined) assert.equal(lf(mail.text), lf(parsed.text ?? ""));
        assert.deepEqual(
          mail.attachments.map(({ name: filename, content, contentId = "" }) => [
            filename,
            contentId,
            content.read(0, content.size).toString("hex"),
          ]),
          parsed.attachments.map(({ filename = "", content, cid = "" }) => [filename, cid, content.toString("hex")]),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("gives what was put in: bodies, names and attachments", async () => {
    await fc.assert(
      fc.asyncProperty(drafts, async (draft) => {
        const mail = readMime(await compose(draft));
        const given = draft as {
          subject: string;
          html?: string;
          text?: string;
          attachments: { filename: string; content: Buffer }[];
        };
        assert.equal(mail.subject, given.subject);
        if (given.html) assert.equal(lf(mail.html ?? ""), lf(given.html));
        if (given.text) assert.equal(lf(mail.text ?? ""), lf(given.text));
        const sorted = (all: { key: string }[]) => all.map(({ key }) => key).sort();
        assert.deepEqual(
          sorted(
            mail.attachments.map(({ name: key, content }) => ({
              key: `${key} ${content.read(0, content.size).toString("hex")}`,
            })),
          ),
          sorted(
            withDistinctNames(given.attachments).map(({ filename: key, content }) => ({
              key: `${key} ${content.toString("hex")}`,
            })),
          ),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("keeps the type and its parameters, and what is shown inline apart from what is attached", async () => {
    const attachments = [
      {
        filename: "invite.ics",
        contentType: 'text/calendar; method=REQUEST; charset="utf-8"',
        content: "BEGIN:VCALENDAR",
      },
      { filename: "p.png", contentType: "image/png", cid: "p@x", content: Buffer.from("png") },
    ];
    const mail = readMime(await compose({ html: '<img src="cid:p@x">', attachments }));
    const [image, invite] = mail.attachments;
    assert.deepEqual([image?.contentType, image?.inline, image?.contentId], ["image/png", true, "p@x"]);
    assert.deepEqual([invite?.contentType, invite?.inline], ["text/calendar; method=REQUEST; charset=utf-8", false]);
  });

  it("takes a mail that is nothing but an attachment for that, with no body", async () => {
    const mail = readMime(await compose({ text: undefined, attachments: [{ filename: "a.txt", content: "only" }] }));
    assert.equal(mail.text, undefined);
    assert.deepEqual(
      mail.attachments.map(({ name: one, content }) => [one, content.read(0, 9).toString()]),
      [["a.txt", "only"]],
    );
  });

  it("does not look into a mail that is attached", async () => {
    const inner = (
      await compose({ subject: "inner", attachments: [{ filename: "deep.bin", content: Buffer.alloc(9) }] })
    ).mime;
    const outer = await compose({
      attachments: [{ filename: "m.eml", contentType: "message/rfc822", content: inner }],
    });
    const [attached, ...more] = readMime(outer).attachments;
    assert.equal(more.length, 0);
    const read = await simpleParser(attached?.content.read(0, attached.content.size) ?? "");
    assert.deepEqual([read.subject, read.attachments.length], ["inner", 1]);
  });

  it("is not led astray by a boundary that begins like another one", async () => {
    const attachments = Array.from({ length: 12 }, (_, at) => ({ filename: `${at}.txt`, content: `content ${at}` }));
    const mail = readMime(await compose({ html: "<p>x</p>", attachments }));
    assert.deepEqual(
      mail.attachments.map(({ content }) => content.read(0, 99).toString()),
      attachments.map(({ content }) => content),
    );
  });

  it("comes to an end with whatever bytes a damaged store gives", async () => {
    const { mime } = await compose({ html: "<p>x</p>", attachments: [Buffer.alloc(500), "text"] });
    const damage = fc.record({
      at: fc.nat(mime.length),
      bytes: fc.uint8Array({ maxLength: 60 }),
      cut: fc.nat(mime.length),
    });
    fc.assert(
      fc.property(damage, ({ at, bytes, cut }) => {
        const damaged = Buffer.concat([mime.subarray(0, at), bytes, mime.subarray(at + cut)]);
        for (const { content } of readMime({ mime: damaged }).attachments) content.read(0, content.size);
      }),
      { numRuns: 300 },
    );
  });
});
