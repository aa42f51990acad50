import assert from "node:assert/strict";
import { readRange } from "../../../src/links/byte-range";
import { dispositionOf, harmlessType } from "../../../src/links/download-headers";

describe("a Range field (RFC 9110 §14.2)", () => {
  const cases: [string | undefined, ReturnType<typeof readRange>][] = [
    [undefined, undefined],
    ["bytes=0-0", { start: 0, end: 0 }],
    ["bytes=2-5", { start: 2, end: 5 }],
    ["Bytes= 2-5 ", { start: 2, end: 5 }],
    ["bytes=4-", { start: 4, end: 9 }],
    ["bytes=4-99", { start: 4, end: 9 }],
    ["bytes=-3", { start: 7, end: 9 }],
    ["bytes=-99", { start: 0, end: 9 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    [`bytes=${"9".repeat(400)}-`, "unsatisfiable"],
    ["bytes=5-2", undefined],
    ["bytes=0-1,3-4", undefined],
    ["bytes=-", undefined],
    ["bytes=a-b", undefined],
    ["bytes=1-2x", undefined],
    ["items=0-1", undefined],
    ["bytes=0x1-2", undefined],
  ];
  for (const [field, expected] of cases)
    it(`of ${String(field).slice(0, 20)} asks for ${JSON.stringify(expected) ?? "everything"} of ten bytes`, () =>
      assert.deepEqual(readRange(field, 10), expected));

  it("asks for nothing that an empty file has", () => {
    for (const field of ["bytes=0-", "bytes=0-0", "bytes=-1"]) assert.equal(readRange(field, 0), "unsatisfiable");
  });
});

describe("the type of a download", () => {
  it("is the file's own where no program runs it", () => {
    for (const type of ["application/pdf", "image/png", "text/csv", "video/mp4", "application/vnd.ms-excel"])
      assert.equal(harmlessType(type), type);
    assert.equal(harmlessType("Text/Plain; charset=utf-8"), "text/plain");
  });

  it("is none where one would", () => {
    const runs = [
      "text/html",
      "TEXT/HTML; charset=utf-8",
      "image/svg+xml",
      "text/xml",
      "application/xml",
      "text/javascript",
    ];
    const more = [
      "application/xhtml+xml",
      "application/javascript",
      "text/css",
      "application/x-msdownload",
      "video/a+xml",
    ];
    for (const type of [...runs, ...more, "", "nonsense", "application/pdf\r\nX: y"])
      assert.equal(harmlessType(type), "application/octet-stream", type);
  });
});

describe("the name of a download (RFC 6266)", () => {
  const cases: [string, string, string][] = [
    ["report.pdf", "report.pdf", "report.pdf"],
    ["Bericht für 📊.pdf", "Bericht f_r __.pdf", "Bericht%20f%C3%BCr%20%F0%9F%93%8A.pdf"],
    ['a"b\\c/d%e.txt', "a_b_c_d_e.txt", "a%22b_c_d%25e.txt"],
    ["it's (1)*.txt", "it's (1)*.txt", "it%27s%20%281%29%2a.txt"],
    ["../../etc/passwd", ".._.._etc_passwd", ".._.._etc_passwd"],
    ["invoice\u202efdp.exe", "invoice_fdp.exe", "invoice_fdp.exe"],
    ["a\r\nSet-Cookie: b", "a__Set-Cookie: b", "a__Set-Cookie%3A%20b"],
    ["\ud800.txt", "_.txt", "%EF%BF%BD.txt"],
  ];
  for (const [name, ascii, encoded] of cases)
    it(`of ${JSON.stringify(name)} is nothing but a name`, () =>
      assert.equal(dispositionOf(name), `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`));
});
