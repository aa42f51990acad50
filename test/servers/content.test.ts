import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { simpleParser } from "mailparser";
import { dkimRecord } from "../../src/compose/dkim/dkim-record";
import type { EmailDraft } from "../../src/mailer";
import type { DkimSettings } from "../../src/settings/dkim";
import { SmtpTransport } from "../../src/transports/smtp/smtp-transport";
import { ed25519Key, rsaKey } from "../support/dkim-keys";
import { bytes, composeWith, keptFiles } from "../support/kept-files";
import { dependencies, settingsFor } from "../support/settings";
import { verifyDkim } from "../support/verify-dkim";
import type { ArrivedMail } from "./inbox";
import { TO, useMailHouse } from "./mail-house";

const DKIM = { dkimDomain: "example.com", dkimSelector: "mail2026" };
const RSA = rsaKey();

describe("what arrives through Postfix", () => {
  const house = useMailHouse();

  const arrivedFrom = async (draft: EmailDraft) => {
    const { mails } = await house().deliver(house().mailer("open"), draft);
    return simpleParser(mails[0]!.raw, { keepCidLinks: true });
  };

  it("has every attachment byte by byte, also one that looks like an end of a mail", async () => {
    const attachments = [
      { filename: "Übersicht 2026.pdf", content: randomBytes(100_000) },
      {
        filename: "lines.txt",
        content: Buffer.from("a\r\nb\nc\rd\r\n.\r\n..\r\nQUIT\r\n \r\n\r\n"),
        contentType: "text/plain",
      },
      { filename: "all.bin", content: Buffer.from(Array.from({ length: 256 }, (_, at) => at)) },
      { filename: "empty.bin", content: Buffer.alloc(0) },
    ];
    const { attachments: arrived } = await arrivedFrom({ attachments });
    assert.deepEqual(
      arrived.map(({ filename, content }) => [filename, content.toString("base64")]),
      attachments.map(({ filename, content }) => [filename, content.toString("base64")]),
    );
  });

  it("has a large attachment that is read from a file on its way, and signed", async () => {
    const content = bytes(5_000_000);
    const files = keptFiles();
    const settings = settingsFor(house().postfix.port("open"), DKIM, { dkimKey: RSA });
    const transport = new SmtpTransport(settings, { clock: dependencies.clock, composeTestMail: () => assert.fail() });
    try {
      const file = files.keep("large", content);
      const email = await composeWith([{ filename: "large.bin", content: file }], { to: TO });
      await transport.send(email, new AbortController().signal, async () => {});
      const [mail] = await house().postfix.inbox.waitFor(email.messageId);
      assert.ok((await simpleParser(mail!.raw)).attachments[0]?.content.equals(content));
      assertSigned(mail!, RSA);
    } finally {
      await transport.close();
      files.remove();
    }
  });

  it("has HTML, its text and an inline image", async () => {
    const image = randomBytes(500);
    const { html, text, attachments } = await arrivedFrom({
      text: undefined,
      html: '<p>Grüße aus Köln ☃</p>\n<img src="cid:logo">\n.\n',
      attachments: [{ filename: "logo.png", content: image, contentType: "image/png", cid: "logo" }],
    });
    assert.match(String(html), /<p>Grüße aus Köln ☃<\/p>\r?\n<img src="cid:logo">\r?\n\./);
    assert.match(String(text), /Grüße aus Köln ☃/);
    const [logo] = attachments;
    assert.deepEqual([logo?.cid, logo?.related, logo?.content], ["logo", true, image]);
  });

  const TEXTS: Record<string, string> = {
    "lines that begin with dots": ".\n..\n.hidden\n. \n...\nend.",
    "very long lines": `${"word ".repeat(3000)}end\n${"x".repeat(5000)}\n${"ü".repeat(3000)}`,
    "lines that look like another mail": "From me\n\nFrom: somebody@example.com\nSubject: not this\n\n>From",
  };
  for (const [what, sent] of Object.entries(TEXTS))
    it(`has a text with ${what}`, async () => {
      const { text } = await arrivedFrom({ text: sent });
      assert.equal(text?.trimEnd(), sent);
    });

  it("has the subject and names as they were written", async () => {
    const mail = await arrivedFrom({
      subject: "Grüße ☃ ".repeat(20).trim(),
      to: `"Müller, Jörg" <${TO}>`,
      replyTo: "Ø <r@example.com>",
    });
    const { to, subject, replyTo } = mail;
    assert.equal(subject, "Grüße ☃ ".repeat(20).trim());
    assert.deepEqual(
      [to].flat().map((each) => each?.value),
      [[{ name: "Müller, Jörg", address: TO }]],
    );
    assert.deepEqual(replyTo?.value, [{ name: "Ø", address: "r@example.com" }]);
  });

  it("names nobody in Bcc, who has it as well", async () => {
    const { mails } = await house().deliver(house().mailer("open"), {
      cc: "second@example.org",
      bcc: "hidden@example.org",
    });
    assert.deepEqual(mails.map(({ deliveredTo }) => deliveredTo).sort(), [
      TO,
      "hidden@example.org",
      "second@example.org",
    ]);
    for (const { raw, deliveredTo } of mails) {
      const others = raw.toString().replace(/^(?:X-Original-To|Delivered-To):.*$/gm, "");
      assert.doesNotMatch(others, /hidden@example\.org|^bcc/im, deliveredTo);
    }
  });

  it("comes back to the address for bounces, and to nobody without one", async () => {
    for (const [bounceTo, path] of [
      ["bounces@example.com", "<bounces@example.com>"],
      ["<>", "<>"],
    ]) {
      const { mails } = await house().deliver(house().mailer("open"), { bounceTo });
      assert.match(mails[0]!.raw.toString(), new RegExp(`^Return-Path: ${path}\r\n`));
    }
  });

  for (const [kind, key] of [
    ["RSA", RSA],
    ["Ed25519", ed25519Key()],
  ] as const)
    it(`has a DKIM signature that still fits: ${kind}`, async () => {
      const { mails } = await house().deliver(house().mailer("open", { raw: DKIM, dkimKey: key }), {
        subject: "Grüße ☃",
        text: ".\nlines \n\n\n",
        html: "<b>x</b>",
        cc: "second@example.org",
        attachments: [{ filename: "Ü.bin", content: randomBytes(10_000) }],
      });
      for (const mail of mails) assertSigned(mail, key);
    });
});

function assertSigned({ raw }: ArrivedMail, key: string): void {
  const { value } = dkimRecord(settingsFor(1, DKIM, { dkimKey: key }).dkim as DkimSettings);
  const verdicts = verifyDkim(raw, (name) => (name === "mail2026._domainkey.example.com" ? value : undefined));
  assert.deepEqual(
    verdicts.map(({ problem }) => problem),
    [""],
  );
}
