import assert from "node:assert/strict";
import { simpleParser } from "mailparser";
import type { EmailDraft } from "../../../src/compose/draft";
import { type AttachmentSettings, linkTo, sortAttachments } from "../../../src/compose/file-links";
import { readDraft, withoutSources } from "../../../src/compose/message";
import { prepareEmail, type ReadMessage } from "../../../src/compose/prepare";
import { readSample } from "../../../src/compose/sample-mail";
import type { SendError } from "../../../src/model/send-error";
import { draft, sender } from "./composing";

const NOW = Date.UTC(2026, 10, 26, 9, 30, 59);
const LINKS = { baseUrl: "https://flows.example.com", days: 14 };
const PLACE = { root: "/", now: NOW };
const TOKEN = "AAAAAAAAAAAAAAAAAAAAAA";
const URL = `https://flows.example.com/post-office/files/${TOKEN}`;
const NEVER: AttachmentSettings = { attachmentLinks: "never" };
const ALWAYS: AttachmentSettings = { attachmentLinks: "always", links: LINKS };
const ABOVE: AttachmentSettings = { attachmentLinks: "above-limit", maxAttachmentBytes: 1_000_000, links: LINKS };
const SIGNATURE = "Example Orders";

const file = (filename: string, bytes: number, more: object = {}) => ({
  filename,
  content: Buffer.alloc(bytes),
  ...more,
});
const read = (more: EmailDraft): ReadMessage => withoutSources(readDraft(draft(more), sender));

function sorted(attachments: unknown, settings: AttachmentSettings, more: EmailDraft = {}) {
  const { message, asLinks } = sortAttachments(read({ attachments, ...more }), settings);
  return { stay: message.attachments.map(({ filename }) => filename), link: asLinks.map(({ filename }) => filename) };
}

function refusal(attachments: unknown, settings: AttachmentSettings, more: EmailDraft = {}): SendError {
  try {
    sorted(attachments, settings, more);
  } catch (error) {
    return error as SendError;
  }
  throw new Error("not refused");
}

async function mailWith(attachments: unknown, more: EmailDraft, signature = "", place = PLACE) {
  const { message, asLinks } = sortAttachments(read({ attachments, ...more }), ALWAYS);
  const links = asLinks.map((one) => linkTo(one, TOKEN, LINKS, place));
  const identity = { id: "id-1", date: new Date(NOW), signature };
  const { mime } = await prepareEmail({ ...message, links }, identity);
  const {
    text = "",
    html,
    attachments: attached,
  } = await simpleParser(mime, { skipImageLinks: true, skipTextToHtml: true });
  return { text: text.trimEnd(), html: html || undefined, attached: attached.map(({ filename }) => filename) };
}

describe("which attachments go as links", () => {
  const both = [file("small.bin", 1_000_000), file("large.bin", 1_000_001)];

  it("is none unless the configuration says so", () => {
    assert.deepEqual(sorted(both, NEVER), { stay: ["small.bin", "large.bin"], link: [] });
  });

  it("is those above the limit, or all", () => {
    assert.deepEqual(sorted(both, ABOVE), { stay: ["small.bin"], link: ["large.bin"] });
    assert.deepEqual(sorted(both, ALWAYS), { stay: [], link: ["small.bin", "large.bin"] });
  });

  it("counts a file of the outbox by its size", () => {
    const message = read({});
    const kept = { filename: "kept.bin", content: { path: "spooled", size: 1_000_001 } };
    const { asLinks } = sortAttachments({ ...message, attachments: [kept] }, ABOVE);
    assert.deepEqual(asLinks, [kept]);
  });

  it("is never a picture that the HTML shows, nor an invitation", () => {
    const html = '<img src="cid:logo">';
    const picture = file("logo.png", 10, { cid: "logo" });
    const rest = [picture, file("hidden.png", 10, { cid: "other" }), file("meeting.ics", 10)];
    const invitations = [
      file("invitation", 10, { contentType: "text/calendar; method=REQUEST" }),
      file("another", 10, { contentType: "application/ics" }),
      file("third.ics", 10, { contentType: "application/octet-stream" }),
    ];
    assert.deepEqual(sorted([...rest, ...invitations], ALWAYS, { html }), {
      stay: ["logo.png", "meeting.ics", "invitation", "another", "third.ics"],
      link: ["hidden.png"],
    });
  });

  it("leaves none that is larger than the limit, but refuses it by field, size, limit and remedy", () => {
    const limited = { ...NEVER, maxAttachmentBytes: 1_000_000 };
    const error = refusal(both, limited);
    assert.deepEqual(
      [error.code, error.reason, error.field, error.disposition],
      ["ERR_MAIL_TOO_LARGE", "attachment-above-limit", "attachments[1]", "permanent"],
    );
    assert.match(error.message, /^attachments\[1\]: the file “large\.bin” has 1\.01 MB, .* 1 MB\.$/);
    assert.match(error.remedy, /as links/);
    assert.equal(refusal(file("large.bin", 2_000_000), limited).field, "attachments");
    assert.deepEqual(sorted(file("small.bin", 1_000_000), limited).stay, ["small.bin"]);
  });

  it("refuses what is too large and cannot be a link", () => {
    const error = refusal(file("logo.png", 1_000_001, { cid: "logo" }), ABOVE, { html: '<img src="cid:logo">' });
    assert.equal(error.reason, "attachment-above-limit");
  });
});

describe("a mail with links", () => {
  const list = `Attached files:\n- report.pdf (1.4 MB, available for 14 days, until 2026-12-10 09:30 UTC)\n  ${URL}/report.pdf`;

  it("lists them in its text, before the signature", async () => {
    const { text, html, attached } = await mailWith(file("report.pdf", 1_449_999), { text: "Hello\n" }, SIGNATURE);
    assert.equal(text, `Hello\n\n${list}\n\n-- \n${SIGNATURE}`);
    assert.deepEqual([html, attached], [undefined, []]);
  });

  it("lists them in its HTML before the end of the document, and with the whole address in the text that is made of it", async () => {
    const html = "<html><body><p>Hello</p></body></html>";
    const mail = await mailWith(file("report.pdf", 1_400_000), { text: undefined, html }, SIGNATURE);
    assert.equal(mail.text, `Hello\n\n${list}\n\n-- \n${SIGNATURE}`);
    assert.match(
      mail.html ?? "",
      /<p>Hello<\/p><div class="attached-files"><p>Attached files:<\/p><ul><li><a href="[^"]+\/report\.pdf">report\.pdf<\/a> \(1\.4 MB, available for 14 days, until 2026-12-10 09:30 UTC\)<\/li><\/ul><\/div><div class="signature">.*<\/div><\/body><\/html>/,
    );
  });

  it("has a body where it had none, and no signature where it is left off", async () => {
    const { text } = await mailWith(file("report.pdf", 1_400_000), { text: undefined });
    assert.equal(text.trim(), list);
  });

  it("escapes names in HTML and in the address", async () => {
    const name = `"><script>alert('x')</script>(ü&ö).pdf`;
    const { html, text } = await mailWith(file(name, 1), { html: "<p>x</p>" });
    assert.ok(!html?.includes("<script"));
    assert.ok(html?.includes("&quot;&gt;&lt;script&gt;alert('x')&lt;/script&gt;(ü&amp;ö).pdf</a> (1 byte, "));
    const [, address = ""] = /(https:\S+)/.exec(text) ?? [];
    assert.match(address, /^https:\/\/flows\.example\.com\/post-office\/files\/[\w-]{22}\/[\w%.-]+$/);
    assert.equal(decodeURIComponent(address.split("/").at(-1) ?? ""), name);
  });

  it("has them where Node-RED's HTTP nodes are", async () => {
    for (const root of ["/flows", "/flows/"]) {
      const { text } = await mailWith(file("a.txt", 0), {}, "", { root, now: NOW });
      assert.match(text, /https:\/\/flows\.example\.com\/flows\/post-office\/files\//);
    }
  });

  const sizes: [number, string][] = [
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [999_949, "999.9 kB"],
    [999_950, "1.0 MB"],
    [104_857_600, "104.9 MB"],
    [5_000_000_000, "5.0 GB"],
  ];
  for (const [bytes, words] of sizes) {
    it(`says that ${bytes} are ${words}`, async () => {
      const large = { filename: "a", content: { path: "x", size: bytes } };
      const message = { ...read({}), links: [linkTo(large, TOKEN, { ...LINKS, days: 1 }, PLACE)] };
      const { mime } = await prepareEmail(message, { id: "i", date: new Date(NOW), signature: "" });
      assert.ok(mime.toString().replace(/=\r\n/g, "").includes(`(${words}, available for 1 day, `));
    });
  }
});

describe("the preview of a mail with links", () => {
  it("shows that a file would be one, and no link that leads anywhere", () => {
    const attachments = [file("report.pdf", 2_000_000), file("small.txt", 1)];
    const mail = readSample(draft({ attachments }), { ...sender, ...ABOVE }, PLACE);
    assert.deepEqual(mail.attachments, [
      { filename: "report.pdf", bytes: 2_000_000, inline: false, link: true },
      { filename: "small.txt", bytes: 1, inline: false },
    ]);
    assert.match(mail.text ?? "", /files\/not-kept\/report\.pdf$/);
  });

  it("refuses what sending would refuse", () => {
    const settings = { ...sender, ...NEVER, maxAttachmentBytes: 1_000_000 };
    assert.throws(() => readSample(draft({ attachments: file("a", 1_000_001) }), settings, PLACE), {
      reason: "attachment-above-limit",
    });
  });
});
