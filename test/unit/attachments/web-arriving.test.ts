import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { bytes } from "../../support/kept-files";
import { bytesIn, TestSpool } from "../../support/test-spool";
import { fetchAll, refusal, TOKEN } from "./fetching";
import { FileHost, names } from "./file-host";

const CONTENT = bytes(300_000);

describe("attachments from web addresses", () => {
  const host = new FileHost();

  describe("arrive", () => {
    it("byte for byte, in memory or in the spool, asked for without anything of this machine", async () => {
      const spool = new TestSpool();
      const large = bytes(2_500_000);
      let headers: IncomingMessage["headers"] = {};
      const small = host.serve("/ok", (response, request) => {
        headers = request.headers;
        response.end(CONTENT);
      });
      const big = host.serve("/large", (response) => response.end(large));
      const { attachments } = await fetchAll([{ url: small }, { href: big }, { path: big }], {
        ...host.listed,
        maxBytes: 9e6,
        spool,
      });
      const contents = attachments.map(({ content }) => bytesIn(content));
      assert.ok(contents[0]!.equals(CONTENT) && contents[1]!.equals(large) && contents[2]!.equals(large));
      assert.equal(spool.count, 2);
      assert.deepEqual(Object.keys(headers).sort(), ["accept", "accept-encoding", "connection", "host", "user-agent"]);
      assert.equal(host.server.asked.at(-1), `/large?token=${TOKEN}`);
      spool.remove();
    });

    it("from a listed name at a listed address, and from a network", async () => {
      const url = `http://nas.example.com.:${host.server.port}/ok`;
      const dependencies = names({ "nas.example.com": ["127.0.0.1"] });
      for (const network of ["127.0.0.1", "127.0.0.0/8", "0.0.0.0/0"]) {
        const hosts = `*.example.com:${host.server.port}, ${network}:${host.server.port}`;
        const { attachments } = await fetchAll({ url }, { hosts, dependencies });
        assert.ok(bytesIn(attachments[0]!.content).equals(CONTENT));
      }
    });

    it("empty, and up to the very limit", async () => {
      host.serve("/empty", (response) => response.end());
      const { attachments } = await fetchAll([{ url: host.url("/ok") }, { url: host.url("/empty") }], {
        ...host.listed,
        maxBytes: CONTENT.length,
      });
      assert.deepEqual(
        attachments.map(({ content }) => bytesIn(content).length),
        [CONTENT.length, 0],
      );
      const error = await refusal({ url: host.url("/ok") }, { ...host.listed, maxBytes: CONTENT.length - 1 });
      assert.equal(error.reason, "attachment-too-large");
    });

    const named: [what: string, headers: Record<string, string>, filename: string][] = [
      ["of the address", {}, "Übersicht.pdf"],
      ["of the answer", { "content-disposition": 'attachment; filename="a b.pdf"' }, "a b.pdf"],
      ["of the answer without quotes", { "content-disposition": "attachment; filename=a.pdf; size=5" }, "a.pdf"],
      ["of the answer with quotes in it", { "content-disposition": 'inline; filename="a \\"b\\".pdf"' }, 'a "b".pdf'],
      [
        "of the answer in any script",
        { "content-disposition": "attachment; filename=\"x.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%20%D7%93.pdf" },
        "报告 ד.pdf",
      ],
      [
        "of the answer in plain UTF-8",
        { "content-disposition": Buffer.from('attachment; filename="日本.pdf"').toString("latin1") },
        "日本.pdf",
      ],
      ["without a path", { "content-disposition": 'attachment; filename="../../etc/a.pdf"' }, "a.pdf"],
      ["without a path of Windows", { "content-disposition": "a; filename*=utf-8''C%3A%5Cx%5Ca.pdf" }, "a.pdf"],
      [
        "without hidden characters",
        { "content-disposition": "a; filename*=utf-8''a%0D%0Ab%E2%80%AEfdp.exe%00" },
        "abfdp.exe",
      ],
      [
        "of the address where the answer's is none",
        { "content-disposition": 'attachment; filename=".."' },
        "Übersicht.pdf",
      ],
      [
        "of the address where the answer's is broken",
        { "content-disposition": "a; filename*=utf-8''%E0%A4" },
        "Übersicht.pdf",
      ],
      [
        "not longer than file systems take",
        { "content-disposition": `attachment; filename="${"x".repeat(4000)}.tar.gz"` },
        `${"x".repeat(147)}.gz`,
      ],
    ];
    for (const [what, headers, filename] of named) {
      it(`with the name ${what}, unless the message gives one`, async () => {
        const url = host.serve("/files/%C3%9Cbersicht.pdf", (response) => response.writeHead(200, headers).end("x"));
        const { attachments } = await fetchAll([{ url }, { url, filename: "own.txt" }], host.listed);
        assert.deepEqual(
          attachments.map((one) => one.filename),
          [filename, "own.txt"],
        );
      });
    }

    const typed: [given: string | undefined, type: string | undefined][] = [
      ["application/pdf", "application/pdf"],
      ["Text/Plain; charset=ISO-8859-1", "text/plain; charset=ISO-8859-1"],
      ['text/html; charset="utf-8"; a=b', "text/html; charset=utf-8"],
      ["image/png; name=evil.exe", "image/png"],
      ["application/octet-stream", undefined],
      ["multipart/mixed; boundary=x", undefined],
      ["nonsense", undefined],
      [undefined, undefined],
    ];
    for (const [given, type] of typed) {
      it(`with the type ${type ?? "that its name tells"} from ${given}, unless the message gives one`, async () => {
        const headers = given === undefined ? {} : { "content-type": given };
        const url = host.serve("/typed.pdf", (response) => response.writeHead(200, headers).end("x"));
        const { attachments } = await fetchAll([{ url }, { url, contentType: "text/csv" }], host.listed);
        assert.deepEqual(
          attachments.map(({ contentType }) => contentType),
          [type, "text/csv"],
        );
      });
    }
  });
});
