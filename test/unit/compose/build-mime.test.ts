import assert from "node:assert/strict";
import fc from "fast-check";
import MailComposer from "nodemailer/lib/mail-composer";
import { buildMime } from "../../../src/compose/build-mime";

const LINES = [
  "a",
  "ü",
  "東京",
  "👩‍👧",
  " ",
  "\t",
  "=",
  ".",
  "From ",
  "\r\n",
  " \r\n",
  "x".repeat(80),
  "ü".repeat(90),
  "word ".repeat(30),
  "\0",
  "\u2028",
];
const text = fc.array(fc.constantFrom(...LINES), { maxLength: 40 }).map((pieces) => pieces.join(""));
const attachment = fc.record({
  filename: fc.string({ unit: "grapheme", minLength: 1 }),
  content: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  cid: fc.option(fc.constant("a@b"), { nil: undefined }),
});

const unbroken = (mime: Buffer): string => mime.toString("latin1").replaceAll("=\r\n", "");

describe("building a compiled mail at once", () => {
  it("gives the bytes that nodemailer's streams give, but for where quoted-printable breaks its lines", async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.option(text),
        fc.array(attachment, { maxLength: 3 }),
        async (body, html, attachments) => {
          const mail = { from: "jörg@example.com", to: "Jörg <a@example.org>", subject: "Größe", text: body };
          const root = new MailComposer({ ...mail, ...(html === null ? {} : { html }), attachments }).compile();
          assert.equal(unbroken(buildMime(root)), unbroken(await root.build()));
        },
      ),
      { numRuns: 200 },
    );
  });
});
