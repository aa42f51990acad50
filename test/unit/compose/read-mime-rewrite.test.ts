import assert from "node:assert/strict";
import { domainToASCII } from "node:url";
import { simpleParser } from "mailparser";
import type { EmailDraft } from "../../../src/compose/draft";
import type { MimeAttachment } from "../../../src/compose/read-back/read-mime";
import { readMime } from "../../../src/compose/read-back/read-mime";
import { joined, rewriteMime } from "../../../src/compose/read-back/rewrite-mime";
import { recipientsOf } from "../../../src/compose/recipients";
import { compose } from "./composing";

const to = ['"Müller, Zoë" <zoe@example.org>', "plain@example.org", "日本 <jp@bücher.example>"].join(", ");

async function rewritten(
  draft: EmailDraft,
  only?: readonly string[],
  without: (attachment: MimeAttachment) => boolean = () => false,
) {
  const { mime, envelope } = await compose(draft);
  const mail = readMime({ mime });
  const recipients = recipientsOf(mail, only ? { ...envelope, to: only } : envelope);
  const parts = new Set(mail.attachments.filter(without).map(({ part }) => part));
  const result = joined(rewriteMime(mail, recipients, parts));
  return { mime, result, parsed: await simpleParser(result, { skipImageLinks: true }) };
}

/** mailparser shows domains in their Unicode form. */
const ascii = (text: string): string => text.replace(/[^@]*$/, domainToASCII);
const addresses = (field: unknown): string[] =>
  (field as { value: { address: string }[] } | undefined)?.value.map(({ address }) => ascii(address)) ?? [];

describe("rewriting MIME for a service that reads the recipients off the headers", () => {
  it("adds those who are in no header as Bcc", async () => {
    const { parsed } = await rewritten({ to, cc: "cc@example.org", bcc: ["h1@example.org", "h2@example.org"] });
    assert.deepEqual(addresses(parsed.to), ["zoe@example.org", "plain@example.org", "jp@xn--bcher-kva.example"]);
    assert.deepEqual(addresses(parsed.bcc), ["h1@example.org", "h2@example.org"]);
  });

  it("leaves every byte alone where nobody is Bcc", async () => {
    const { mime, result } = await rewritten({ to, html: "<p>ä</p>", attachments: [Buffer.from("x")] });
    assert.ok(result.equals(mime));
  });

  it("names only those that it is for after a part of them was served, with their names", async () => {
    const only = ["jp@xn--bcher-kva.example", "h2@example.org", "zoe@example.org"];
    const { parsed } = await rewritten({ to, cc: "cc@example.org", bcc: ["h1@example.org", "h2@example.org"] }, only);
    const named = [parsed.to].flat().flatMap((field) => field?.value ?? []);
    assert.deepEqual(
      named.map(({ name, address = "" }) => [name, ascii(address)]),
      [
        ["Müller, Zoë", "zoe@example.org"],
        ["日本", "jp@xn--bcher-kva.example"],
      ],
    );
    assert.deepEqual([addresses(parsed.cc), addresses(parsed.bcc)], [[], ["h2@example.org"]]);
  });

  it("takes addresses for the same whatever the case and form of their domain", async () => {
    const { parsed } = await rewritten({ to: "a@EXAMPLE.org, b@bücher.example" });
    assert.deepEqual([addresses(parsed.to).length, addresses(parsed.bcc)], [2, []]);
  });
});

describe("cutting attachments out of MIME", () => {
  const attachments = [
    { filename: "large.bin", content: Buffer.alloc(5000) },
    { filename: "small.txt", content: "small" },
  ];
  const large = ({ name }: MimeAttachment): boolean => name === "large.bin";

  it("leaves the rest as it is", async () => {
    const { parsed, result } = await rewritten({ html: "<p>ä</p>", text: "ä", attachments }, undefined, large);
    assert.deepEqual(
      parsed.attachments.map(({ filename }) => filename),
      ["small.txt"],
    );
    assert.deepEqual([parsed.html, parsed.text?.trim()], ["<p>ä</p>", "ä"]);
    assert.ok(result.length < 3000);
  });

  it("cuts a picture out of the HTML's own part", async () => {
    const picture = { filename: "p.png", cid: "p@x", content: Buffer.alloc(5000) };
    const html = '<img src="cid:p@x">';
    const { parsed } = await rewritten({ html, attachments: [picture, "text"] }, undefined, ({ inline }) => inline);
    assert.deepEqual([parsed.html, parsed.attachments.length], [html, 1]);
  });

  it("leaves an empty text where nothing else is left", async () => {
    const none = { text: undefined, attachments };
    const all = await rewritten(none, undefined, () => true);
    assert.deepEqual([all.parsed.attachments.length, (all.parsed.text ?? "").trim()], [0, ""]);
    const only = { text: undefined, attachments: [attachments[0]], bcc: "h@example.org" };
    const { parsed, result } = await rewritten(only, undefined, large);
    assert.deepEqual(
      [parsed.attachments.length, (parsed.text ?? "").trim(), addresses(parsed.bcc)],
      [0, "", ["h@example.org"]],
    );
    assert.equal(result.toString().match(/^content-/gim)?.length, 1);
  });
});
