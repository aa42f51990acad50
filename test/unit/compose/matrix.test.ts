import assert from "node:assert/strict";
import { domainToASCII } from "node:url";
import { type ParsedMail, simpleParser } from "mailparser";
import type { Mailbox } from "../../../src/model/email";
import { headerNamesOf, leavesOf, shapeOf, treeOf } from "../../support/mail-tree";
import { type Composed, compose, refusalOf, sender } from "./composing";
import { attachmentsOf, bodyOf, LATIN1, LINES, STRUCTURES, shapeFor, TEXTS } from "./matrix-cases";

const pick = (record: Readonly<Record<string, string>>, at: number): string =>
  Object.values(record)[at % Object.keys(record).length] as string;
const lf = (text: string): string => text.replace(/\r\n?/g, "\n");
/** A mail's last line ends before the boundary, or with the mail: nobody can tell whether it had an end of its own. */
const body = (text: string | false | undefined): string => lf(String(text || "")).replace(/\n+$/, "");

/** What no reader shows, and every server may stumble over. */
function assertSound({ mime }: Composed): void {
  const source = mime.toString("latin1");
  assert.doesNotMatch(source, /\r(?!\n)|(?<!\r)\n/, "every line ends with CRLF");
  assert.doesNotMatch(source, /[^\r\n]{999}/, "no line has more than 998 bytes (RFC 5322 §2.1.1)");
  assert.doesNotMatch(source, /[\0\x80-\xff]/, "nothing but ASCII, without NUL");
  for (const { headers, body: content } of leavesOf(treeOf(mime))) {
    const encoding = headers.get("content-transfer-encoding") ?? "7bit";
    assert.match(encoding, /^(?:7bit|base64|quoted-printable)$/);
    if (encoding !== "7bit") assert.doesNotMatch(content, /[^\r\n]{77}/, `${encoding} in lines of 76`);
  }
}

function attachmentsIn({ attachments }: ParsedMail): unknown[] {
  return attachments.map(({ filename, contentType, content, contentDisposition, cid }) => ({
    filename,
    contentType,
    content: Buffer.from(content),
    contentDisposition,
    cid,
  }));
}

describe(`every structure of a mail (${STRUCTURES.length}) arrives as it was meant`, () => {
  for (const [at, structure] of STRUCTURES.entries()) {
    it(structure.title, async () => {
      const [subject, name, text] = [pick(LINES, at), pick(LINES, at + 7), pick(TEXTS, at)];
      // What mailparser makes of such a name is not what stands there; see below.
      const filename = /=\?/.test(pick(LINES, at + 3)) ? "plain" : pick(LINES, at + 3);
      const { given, expected } = attachmentsOf(structure, filename);
      const draft = {
        subject,
        to: { name, address: "ann@example.org" },
        ...bodyOf(structure, text),
        attachments: given,
      };
      const mail = await compose(draft, { ...sender, signature: structure.signature });
      assertSound(mail);
      assert.equal(shapeOf(treeOf(mail.mime)), shapeFor(structure, expected));
      const { parsed } = mail;
      assert.equal(parsed.subject, subject);
      assert.deepEqual(parsed.to && [parsed.to].flat().flatMap(({ value }) => value), [
        { address: "ann@example.org", name },
      ]);
      const byName = (one: unknown): string => JSON.stringify(one);
      assert.deepEqual(
        attachmentsIn(parsed).sort((a, b) => (byName(a) < byName(b) ? -1 : 1)),
        [...expected].sort((a, b) => (byName(a) < byName(b) ? -1 : 1)),
      );
      const signed = structure.signature === "" ? "" : `\n\n-- \n${structure.signature}`;
      if (draft.text !== undefined || structure.body === "neither")
        assert.equal(body(parsed.text), body(signed ? (draft.text ?? "").trimEnd() + signed : draft.text));
      if (typeof draft.html === "string") {
        const [start = "", end] = body(parsed.html).split(/<div class="signature">.*<\/div>/s);
        assert.equal(end === undefined ? start : start + end, body(draft.html));
        assert.equal(end !== undefined, signed !== "");
        assert.match(parsed.text ?? "", /\S/, "with a text beside it");
      }
    });
  }
});

describe("every kind of text arrives the same, in text and in HTML", () => {
  for (const [title, text] of Object.entries(TEXTS)) {
    it(title, async () => {
      const html = `<pre>${text}</pre>`;
      const mail = await compose({ text, html });
      assertSound(mail);
      assert.equal(body(mail.parsed.text), body(text));
      assert.equal(body(mail.parsed.html), body(html));
      const alone = await compose({ text });
      assertSound(alone);
      assert.equal(body(alone.parsed.text), body(text));
    });
  }
});

describe("every kind of line arrives the same in", () => {
  const boxes = ["from", "to", "cc", "replyTo"] as const;
  for (const [title, line] of Object.entries(LINES)) {
    it(`subject, names and own headers: ${title}`, async () => {
      const mailboxes = Object.fromEntries(
        boxes.map((field) => [field, { name: line, address: `${field}@bücher.example` }]),
      );
      const mail = await compose({ ...mailboxes, subject: line, headers: { "X-Own": line } });
      assertSound(mail);
      assert.equal(mail.parsed.subject, line);
      // mailparser decodes no fields but those that it knows.
      const own = treeOf(mail.mime).headers.get("x-own");
      assert.equal((await simpleParser(`Subject: ${own}\r\n\r\n`)).subject, line);
      for (const field of boxes) {
        const [{ value } = { value: [] }] = [mail.parsed[field] ?? []].flat();
        const ascii = value.map(
          ({ name, address = "" }): Mailbox => ({ name, address: address.replace(/[^@]*$/, domainToASCII) }),
        );
        assert.deepEqual(ascii, [{ name: line, address: `${field}@xn--bcher-kva.example` }], field);
      }
    });

    it(`names of attachments: ${title}`, async () => {
      const mail = await compose({
        attachments: [
          { filename: line, content: LATIN1 },
          { filename: `${line}.pdf`, content: "x" },
        ],
      });
      assertSound(mail);
      const leaves = leavesOf(treeOf(mail.mime)).slice(1);
      assert.deepEqual(
        leaves.map(({ headers }) => parameter(headers.get("content-disposition") ?? "")),
        [line, `${line}.pdf`],
      );
      // mailparser reads encoded words where there are none (RFC 2231 §8).
      if (!/=\?/.test(line))
        assert.deepEqual(
          mail.parsed.attachments.map(({ filename }) => filename),
          [line, `${line}.pdf`],
        );
    });
  }

  /** `filename` of a disposition, as RFC 2231 has it and nothing else. */
  function parameter(value: string): string {
    const plain = /;\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/s.exec(value);
    if (plain) return plain[1]?.replace(/\\(.)/gs, "$1") ?? (plain[2] as string);
    const pieces = [...value.matchAll(/;\s*filename\*(?:(\d+)\*|(\d+)|)=(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))/gs)];
    const inOrder = pieces.sort((a, b) => Number(a[1] ?? a[2] ?? 0) - Number(b[1] ?? b[2] ?? 0));
    const joined = inOrder.map(([, , plainAt, quoted, token = ""]) =>
      plainAt === undefined ? token : encodeURIComponent(quoted?.replace(/\\(.)/gs, "$1") ?? token),
    );
    return decodeURIComponent(joined.join("").replace(/^utf-8''/i, ""));
  }
});

describe("an own header that is ASCII", () => {
  it("stands there as it was given, whatever its signs mean, and folds at blanks", async () => {
    const given = {
      "List-Id": '"Orders, all of them" <orders.example.com>',
      "X-SMTPAPI": `{"category":["a","b"],"unique_args":{"c":"${"d ".repeat(80)}"}}`,
      "Disposition-Notification-To": '"Ann, A." <ann@example.com>',
      "List-Help": "<https://example.com/?a=?utf-8?q?b?=>",
    };
    const mail = await compose({ headers: given });
    assertSound(mail);
    const { headers } = treeOf(mail.mime);
    for (const [name, value] of Object.entries(given)) assert.equal(headers.get(name.toLowerCase()), value);
    assert.doesNotMatch(mail.source, /^.{100}/m);
  });
});

describe("what has no text", () => {
  it("is not taken for one: a Buffer in any charset is an attachment, or refused", async () => {
    assert.equal(refusalOf({ text: LATIN1 }).field, "text");
    assert.equal(refusalOf({ subject: LATIN1 }).field, "subject");
    const { parsed } = await compose({
      attachments: [{ filename: "latin1.txt", content: LATIN1, contentType: "text/plain; charset=iso-8859-1" }],
    });
    assert.deepEqual(parsed.attachments[0]?.content, LATIN1);
    assert.match(
      parsed.attachments[0]?.headers.get("content-type")
        ? JSON.stringify(parsed.attachments[0]?.headers.get("content-type"))
        : "",
      /iso-8859-1/,
    );
  });
});

describe("addresses outside ASCII", () => {
  it("stand in the head as they are, and everything else is ASCII", async () => {
    const mail = await compose({
      to: "Jörg <jörg@bücher.example>",
      cc: "用户@例子.example",
      replyTo: "δοκιμή@example.org",
    });
    const head = mail.source.slice(0, mail.source.indexOf("\r\n\r\n"));
    assert.deepEqual(
      [mail.envelope.to, mail.envelope.from],
      [["jörg@xn--bcher-kva.example", "用户@xn--fsqu00a.example"], "orders@example.com"],
    );
    for (const address of ["jörg@", "用户@", "δοκιμή@"]) assert.ok(head.includes(address), address);
    assert.doesNotMatch(head, /Jörg/);
    const read = (field: "to" | "cc" | "replyTo") => [mail.parsed[field] ?? []].flat().flatMap(({ value }) => value);
    assert.deepEqual(
      [...read("to"), ...read("cc"), ...read("replyTo")].map(({ name, address }) => [name, address]),
      [
        ["Jörg", "jörg@bücher.example"],
        ["", "用户@例子.example"],
        ["", "δοκιμή@example.org"],
      ],
    );
    assert.deepEqual(headerNamesOf(mail.mime).slice(0, 4), ["from", "to", "cc", "reply-to"]);
  });
});
