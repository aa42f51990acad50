import assert from "node:assert/strict";
import type { EmailDraft } from "../../../src/compose/draft";
import { readMime } from "../../../src/compose/read-back/read-mime";
import { SendError } from "../../../src/model/send-error";
import { needsMime } from "../../../src/transports/graph/message-json";
import { pack } from "../../../src/transports/graph/outgoing";
import { compose } from "../compose/composing";

const own = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`X-Own-${at}`, `value ${at}`]));

describe("a mail for Graph goes", () => {
  const rows: [what: string, draft: EmailDraft, mime: boolean][] = [
    ["text", {}, false],
    [
      "HTML with a picture",
      { html: '<img src="cid:p@x">', attachments: { filename: "p.png", cid: "p@x", content: "p" } },
      false,
    ],
    ["a high priority", { priority: "high" }, false],
    ["five own headers with x-", { headers: own(5) }, false],
    ["an own header without x-", { headers: { "Auto-Submitted": "auto-generated" } }, true],
    ["six own headers", { headers: own(6) }, true],
    ["an own header with letters outside ASCII", { headers: { "X-Own": "ä" } }, true],
    ["an answer to another mail", { inReplyTo: "<a@example.org>" }, true],
    ["an invitation of the step", { invitation: { start: "2026-12-01T10:00Z" } }, true],
    [
      "an invitation as a file",
      { attachments: { filename: "i.ics", contentType: "text/calendar; method=REQUEST", content: "x" } },
      true,
    ],
  ];
  for (const [what, draft, mime] of rows)
    it(`as ${mime ? "MIME" : "JSON"} with ${what}`, async () =>
      assert.equal(needsMime(readMime(await compose(draft))), mime));
});

describe("packing a mail for Graph", () => {
  const packed = async (draft: EmailDraft) => {
    const { mime, envelope } = await compose(draft);
    const parcel = pack(readMime({ mime }), envelope, false);
    const names = parcel.separate.map(({ name }) => name);
    return { ...parcel, names };
  };
  const file = (filename: string, megabytes: number) => ({ filename, content: Buffer.alloc(megabytes * 1_000_000) });

  it("puts everything into one request where it fits, and says where the copy goes", async () => {
    const { body, names } = await packed({ attachments: [file("a", 1), file("b", 1.9)] });
    const { message, saveToSentItems } = JSON.parse(body.toString());
    assert.deepEqual([names, message.attachments.length, saveToSentItems], [[], 2, false]);
  });

  it("leaves out the largest attachments until the rest fits, and keeps their order", async () => {
    const { body, names } = await packed({ attachments: [file("a", 4), file("b", 0.5), file("c", 9), file("d", 1)] });
    assert.deepEqual(names, ["a", "c"]);
    assert.equal(JSON.parse(body.toString()).attachments.length, 2);
  });

  it("never makes a body above 4,000,000 bytes, however close it comes", async () => {
    for (const bytes of [2_999_000, 2_999_999, 3_000_000]) {
      const { body } = await packed({ attachments: [{ filename: "a", content: Buffer.alloc(bytes) }] });
      assert.ok(body.length <= 4_000_000, `${bytes}: ${body.length}`);
    }
  });

  it("cuts the bytes of large attachments out of the MIME, and leaves an invitation in", async () => {
    const invite = { filename: "i.ics", contentType: "text/calendar; method=REQUEST", content: "BEGIN:VCALENDAR" };
    const { body, contentType, names } = await packed({ attachments: [file("a", 9), invite, file("b", 0.1)] });
    const mail = readMime({ mime: Buffer.from(body.toString(), "base64") });
    assert.deepEqual([contentType, names], ["text/plain", ["a"]]);
    assert.deepEqual(
      mail.attachments.map(({ name }) => name),
      ["i.ics", "b"],
    );
  });

  for (const [what, more] of [
    ["JSON", {}],
    ["MIME", { inReplyTo: "<a@example.org>" }],
  ] as const) {
    it(`refuses a text that alone is too large for one request, as ${what}`, async () => {
      const { mime, envelope } = await compose({ text: "x ".repeat(2_100_000), attachments: [file("a", 1)], ...more });
      const refused = (error: unknown): boolean =>
        error instanceof SendError && error.reason === "message-too-large" && error.disposition === "permanent";
      assert.throws(() => pack(readMime({ mime }), envelope, true), refused);
    });
  }
});
