import assert from "node:assert/strict";
import { simpleParser } from "mailparser";
import { readAttachments } from "../../../src/compose/attachments";
import { readDraft, withoutSources } from "../../../src/compose/message";
import { compose, draft, refusalOf, sender } from "./composing";

const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

async function attachmentsOf(attachments: unknown, html?: string) {
  const { parsed } = await compose({ attachments, html });
  return parsed.attachments.map(({ filename, contentType, content, contentDisposition, cid }) => ({
    filename,
    contentType,
    content,
    contentDisposition,
    cid,
  }));
}

describe("attachments arrive as they were given", () => {
  const cases: [title: string, value: unknown, filename: string, content: Buffer, contentType?: string][] = [
    ["a Buffer", png, "attachment-1.png", png, "image/png"],
    ["a Buffer of no format that is known", Buffer.from("PN"), "attachment-1.bin", Buffer.from("PN")],
    ["a name without an extension", { filename: "scan", content: png }, "scan", png, "image/png"],
    ["a name that says otherwise", { filename: "a.txt", content: png }, "a.txt", png, "text/plain"],
    ["a type without a name", { contentType: "text/csv", content: "a;b" }, "attachment-1.csv", Buffer.from("a;b")],
    ["a PDF without a name", { content: "%PDF-1.7" }, "attachment-1.pdf", Buffer.from("%PDF-1.7"), "application/pdf"],
    [
      "a bare data URI",
      `data:image/gif;base64,${Buffer.from("GIF89a").toString("base64")}`,
      "attachment-1.gif",
      Buffer.from("GIF89a"),
      "image/gif",
    ],
    ["a text", "Grüße\n", "attachment-1.txt", Buffer.from("Grüße\n"), "text/plain"],
    ["an object with a Buffer", { filename: "a.png", content: png }, "a.png", png, "image/png"],
    ["an object with a name as other nodes write it", { name: "a.png", content: png }, "a.png", png],
    ["base64", { filename: "a.png", content: png.toString("base64"), encoding: "base64" }, "a.png", png],
    [
      "base64 in lines",
      {
        filename: "a",
        content: `${png.toString("base64").slice(0, 8)}\r\n${png.toString("base64").slice(8)}`,
        encoding: "base64",
      },
      "a",
      png,
    ],
    ["hex", { filename: "a.png", content: png.toString("hex"), encoding: "hex" }, "a.png", png],
    [
      "a data URI in base64",
      { filename: "a", content: `data:image/png;base64,${png.toString("base64")}` },
      "a",
      png,
      "image/png",
    ],
    [
      "a data URI with percents",
      "data:text/plain;charset=utf-8,Gr%C3%BC%C3%9Fe",
      "attachment-1.txt",
      Buffer.from("Grüße"),
      "text/plain",
    ],
    ["a Buffer that went through JSON", { filename: "a.png", content: JSON.parse(JSON.stringify(png)) }, "a.png", png],
    ["a bare Buffer that went through JSON", JSON.parse(JSON.stringify(png)), "attachment-1.png", png],
    ["a Uint8Array", new Uint8Array(png), "attachment-1.png", png],
    ["an empty one", { filename: "empty.txt", content: "" }, "empty.txt", Buffer.alloc(0)],
    ["a name in another script", { filename: "Größe 東京.txt", content: "x" }, "Größe 東京.txt", Buffer.from("x")],
    [
      "a type of its own",
      { filename: "a.bin", content: png, contentType: "application/x-own; v=1" },
      "a.bin",
      png,
      "application/x-own",
    ],
  ];
  const bytes = [
    ["lines that end with LF, CR and CRLF", Buffer.from("Subject: a\n\nb\rc\r\nd\n.\n")],
    ["bytes above 127 and NUL", Buffer.from("Subject: ü\n\n\0\xff\xfe\x80", "latin1")],
    ["a line of 5000 bytes", Buffer.from("x".repeat(5000))],
    ["every byte", Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256))],
  ] as const;
  for (const [what, content] of bytes) {
    cases.push([`a mail by its name, with ${what}`, { filename: "a.eml", content }, "a.eml", content]);
    const typed = { filename: "a.eml", content, contentType: "Message/RFC822; charset=x" };
    cases.push([`a mail by its type, with ${what}`, typed, "a.eml", content]);
    cases.push([
      `a report, with ${what}`,
      { content, contentType: "message/delivery-status" },
      "attachment-1",
      content,
    ]);
    cases.push([`a text, with ${what}`, { filename: "a.txt", content }, "a.txt", content, "text/plain"]);
  }
  for (const [title, value, filename, content, contentType] of cases) {
    it(title, async () => {
      const [got, ...more] = await attachmentsOf(value);
      assert.deepEqual([got?.filename, more.length], [filename, 0]);
      assert.deepEqual(Buffer.from(got!.content), content);
      assert.equal(got?.contentDisposition, "attachment");
      if (contentType) assert.equal(got?.contentType, contentType);
    });
  }

  it("as plain bytes with their name where a type must not be encoded (RFC 2046 §5.2.1)", async () => {
    for (const more of [{}, { contentType: "message/rfc822" }, { contentType: "MESSAGE/Partial; id=1" }]) {
      const { source } = await compose({ attachments: { filename: "a.eml", content: "Subject: a\n\nb", ...more } });
      assert.match(source, /^Content-Type: application\/octet-stream; name=a\.eml\r\n(?:\S.*\r\n)*\r\n/m);
      assert.match(source, /^Content-Transfer-Encoding: base64\r$/m);
      assert.doesNotMatch(source, /message\//i);
    }
  });

  it("several, in order", async () => {
    const got = await attachmentsOf([png, "text", { filename: "c", content: "c" }]);
    assert.deepEqual(
      got.map(({ filename }) => filename),
      ["attachment-1.png", "attachment-2.txt", "c"],
    );
  });

  it("with a name of its own each, whatever letters' case and form", async () => {
    const cases: [string[], string[]][] = [
      [
        ["report.pdf", "report.pdf", "Report.PDF", "report.pdf"],
        ["report.pdf", "report (2).pdf", "Report (3).PDF", "report (4).pdf"],
      ],
      [
        ["a", "a", "a (2)", "a"],
        ["a", "a (3)", "a (2)", "a (4)"],
      ],
      [
        ["b.tar.gz", "b.tar.gz", ".env", ".env", "Größe.txt", "Gr\u006f\u0308ße.txt"],
        ["b.tar.gz", "b (2).tar.gz", ".env", ".env (2)", "Größe.txt", "Gr\u006f\u0308ße (2).txt"],
      ],
      [
        ["v1.2 final", "v1.2 final", "😀.", "😀."],
        ["v1.2 final", "v1.2 final (2)", "😀.", "😀. (2)"],
      ],
    ];
    for (const [names, expected] of cases) {
      const got = await attachmentsOf(names.map((filename, at) => ({ filename, content: String(at) })));
      assert.deepEqual(
        got.map(({ filename, content }) => [filename, content.toString()]),
        expected.map((name, at) => [name, String(at)]),
      );
    }
  });

  it("none", async () => {
    for (const none of [undefined, null, "", []]) assert.deepEqual(await attachmentsOf(none), []);
  });

  it("those of a parsed mail", async () => {
    const { mime } = await compose({ attachments: [{ filename: "a.png", content: png }] });
    const { attachments } = await simpleParser(mime);
    const [again] = await attachmentsOf(attachments);
    assert.deepEqual([again?.filename, Buffer.from(again!.content)], ["a.png", png]);
  });
});

describe("an image with a content id", () => {
  const image = { filename: "logo.png", content: png, cid: "<logo@example.com>" };

  it("is inline where the HTML refers to it", async () => {
    const [got] = await attachmentsOf(image, '<img src="cid:logo@example.com">');
    assert.deepEqual([got?.contentDisposition, got?.cid], ["inline", "logo@example.com"]);
  });

  it("is an attachment where it does not", async () => {
    for (const html of [undefined, "<p>no image</p>", '<img src="cid:logo@example.community">']) {
      const [got] = await attachmentsOf(image, html);
      assert.deepEqual([got?.contentDisposition, got?.cid], ["attachment", undefined], String(html));
    }
  });
});

describe("a content disposition", () => {
  const html = '<img src="cid:logo">';
  const cases: [title: string, given: object, html: string | undefined, expected: string, cid?: string][] = [
    [
      "attachment is kept for a picture that the HTML shows",
      { contentDisposition: "attachment", cid: "logo" },
      html,
      "attachment",
      "logo",
    ],
    ["inline is kept where the HTML shows it", { contentDisposition: "inline", cid: "logo" }, html, "inline", "logo"],
    [
      "inline is kept for what the HTML does not refer to by a content id",
      { contentDisposition: "inline" },
      html,
      "inline",
    ],
    ["inline is kept without HTML", { contentDisposition: " Inline " }, undefined, "inline"],
    [
      "inline gives way for a content id that the HTML does not refer to, or readers would hide it",
      { contentDisposition: "inline", cid: "other" },
      html,
      "attachment",
    ],
    ["attachment stays attachment", { contentDisposition: "attachment" }, undefined, "attachment"],
    ["none is attachment", { contentDisposition: undefined }, undefined, "attachment"],
  ];
  for (const [title, given, body, expected, cid] of cases) {
    it(title, async () => {
      const [got] = await attachmentsOf({ filename: "a.png", content: png, ...given }, body);
      assert.deepEqual([got?.contentDisposition, got?.cid, got?.filename], [expected, cid, "a.png"]);
    });
  }
});

describe("attachments are refused, by field, where", () => {
  const content = "x";
  const cases: [title: string, value: unknown, reason: string, field: string][] = [
    ["a path beside a content", { content, path: "/data/a" }, "attachment-invalid", "attachments.content"],
    ["a path with an encoding", { path: "/data/a", encoding: "hex" }, "attachment-invalid", "attachments.encoding"],
    ["a path beside a url", { path: "/a", url: "http://a.example/" }, "attachment-invalid", "attachments.url"],
    ["a path that is empty", ["x", { path: "" }], "attachment-location", "attachments[1].path"],
    ["a path that is no text", { path: Buffer.from("/etc/passwd") }, "field-type", "attachments.path"],
    ["a path that is longer than any", { path: "x".repeat(65_537) }, "attachment-location", "attachments.path"],
    [
      "a url that is longer than any",
      { url: `http://a.example/${"x".repeat(65_536)}` },
      "attachment-location",
      "attachments.url",
    ],
    ["a path with a NUL", { path: "/data/a.pdf\0.txt" }, "line-break", "attachments.path"],
    ["a path with a line break", { path: "/data/a\n" }, "line-break", "attachments.path"],
    ["file:", { path: "file:///etc/passwd" }, "attachment-location", "attachments.path"],
    ["file: of another spelling", { path: "FILE:/etc/passwd" }, "attachment-location", "attachments.path"],
    ["file: as a url", { url: "file:///etc/passwd" }, "attachment-location", "attachments.url"],
    ["another scheme", { path: "ftp://ann:s3cret@a.example/a?s3cret" }, "attachment-location", "attachments.path"],
    ["a data URI as a path", { path: "data:text/plain,s3cret" }, "attachment-location", "attachments.path"],
    ["a url that is a path", { href: "/etc/passwd" }, "attachment-location", "attachments.href"],
    ["a url that cannot be one", { url: "http://[::1/?s3cret" }, "attachment-location", "attachments.url"],
    ["raw", { raw: { path: "/etc/passwd" } }, "attachment-location", "attachments.raw"],
    ["a content that is a path", { content: { path: "/etc/passwd" } }, "attachment-invalid", "attachments.content"],
    ["a content that is missing", { filename: "a" }, "attachment-invalid", "attachments.content"],
    ["an unknown property", { content, headers2: {} }, "attachment-invalid", "attachments.headers2"],
    ["broken base64", { content: "%%%", encoding: "base64" }, "attachment-invalid", "attachments"],
    ["truncated base64", { content: "iVBORw0KG", encoding: "base64" }, "attachment-invalid", "attachments"],
    ["a broken data URI", "data:image/png;base64,%%%", "attachment-invalid", "attachments"],
    ["a broken percent escape", "data:text/plain,%E0%A4%A", "attachment-invalid", "attachments"],
    ["an unknown encoding", { content, encoding: "rot13" }, "attachment-invalid", "attachments.encoding"],
    [
      "a type with a second header",
      { content, contentType: "text/plain\r\nBcc: b@example.org" },
      "line-break",
      "attachments.contentType",
    ],
    [
      "a multipart type",
      { content, contentType: "multipart/mixed; boundary=x" },
      "attachment-invalid",
      "attachments.contentType",
    ],
    ["a type that is none", { content, contentType: "nonsense" }, "attachment-invalid", "attachments.contentType"],
    ["a name with a line break", { content, filename: "a\nb" }, "line-break", "attachments.filename"],
    ["a content id with spaces", { content, cid: "a b" }, "attachment-invalid", "attachments.cid"],
    [
      "a disposition that is none",
      { content, contentDisposition: "form-data" },
      "attachment-invalid",
      "attachments.contentDisposition",
    ],
    [
      "a disposition that is no text",
      { content, contentDisposition: {} },
      "field-type",
      "attachments.contentDisposition",
    ],
    [
      "what looks like a Buffer after JSON, and is none",
      { content: { type: "Buffer", data: [1, 256] } },
      "attachment-invalid",
      "attachments.content",
    ],
    ["a number", 5, "attachment-invalid", "attachments"],
    ["an array in an array", [["x"]], "attachment-invalid", "attachments[0]"],
  ];
  for (const [title, value, reason, field] of cases) {
    it(title, () => {
      const error = refusalOf({ attachments: value });
      assert.deepEqual([error.reason, error.field], [reason, field]);
      assert.doesNotMatch(error.message, /[\r\n{}]|undefined|s3cret/);
    });
  }
});

describe("attachments from elsewhere are read as", () => {
  const read = (value: unknown) => readAttachments(value, "attachments")[0];

  it("a path, with the name that it ends in", () => {
    assert.deepEqual(read({ path: "reports/Übersicht 1.pdf", cid: "a" }), {
      filename: "Übersicht 1.pdf",
      content: { path: "reports/Übersicht 1.pdf", field: "attachments.path", unnamed: true },
      cid: "a",
    });
  });

  it("a web address by any of three names, with the name that it ends in, or the one that is given", () => {
    for (const name of ["path", "href", "url"]) {
      const { filename, content } = read({ [name]: "HTTPS://files.example.com/a/%C3%BC.pdf?t=1" }) ?? {};
      assert.equal(filename, "ü.pdf");
      const url = new URL("https://files.example.com/a/%C3%BC.pdf?t=1");
      assert.deepEqual(content, { url, field: `attachments.${name}`, unnamed: true });
    }
    const named = read({ url: "https://files.example.com/", filename: "a.pdf", contentType: "application/pdf" });
    assert.deepEqual([named?.filename, named?.contentType], ["a.pdf", "application/pdf"]);
    assert.equal(read({ url: "https://files.example.com" })?.filename, "attachment-1");
  });

  it("contents where they are texts, whatever they look like", () => {
    for (const text of ["/etc/passwd", "https://files.example.com/", "file:///etc/passwd"])
      assert.deepEqual(read(text)?.content, Buffer.from(text));
  });

  it("what is not complete before it is fetched", () => {
    const message = readDraft(draft({ attachments: { path: "/data/a" } }), sender);
    assert.throws(() => withoutSources(message), { reason: "compose-failed" });
  });
});
