import assert from "node:assert/strict";
import fc from "fast-check";
import { contentOf } from "../../../src/compose/read-back/part-content";
import { decodeWords, readStructured } from "../../../src/compose/read-back/read-fields";

const encoded = (bytes: Buffer, lineLength: number): Buffer =>
  Buffer.from(bytes.toString("base64").replace(new RegExp(`(.{${lineLength}})`, "g"), "$1\r\n"));

describe("the content of a part in base64", () => {
  it("is decoded range by range, whatever the lines are like", () => {
    const cases = fc.record({
      bytes: fc.uint8Array({ maxLength: 3000 }),
      lineLength: fc.integer({ min: 1, max: 100 }),
      around: fc.string({ maxLength: 20 }),
      from: fc.nat(3000),
      length: fc.nat(3000),
    });
    fc.assert(
      fc.property(cases, ({ bytes, lineLength, around, from, length }) => {
        const original = Buffer.from(bytes);
        const before = Buffer.from(around);
        const body = encoded(original, lineLength);
        const mime = Buffer.concat([before, body, Buffer.from(`\r\n--${around}`)]);
        const content = contentOf({
          mime,
          bodyStart: before.length,
          end: before.length + body.length,
          encoding: "base64",
        });
        assert.equal(content.size, original.length);
        assert.deepEqual(content.read(from, from + length), original.subarray(from, from + length));
      }),
      { numRuns: 500 },
    );
  });

  it("is put together again from ranges of 320 KiB, in any order", () => {
    const original = Buffer.from(Array.from({ length: 1_000_003 }, (_, at) => (at * 7919) % 251));
    const mime = encoded(original, 76);
    const content = contentOf({ mime, bodyStart: 0, end: mime.length, encoding: "base64" });
    const unit = 320 * 1024;
    const target = Buffer.alloc(unit);
    for (const start of [3 * unit, 0, 2 * unit, unit]) {
      const length = content.copy(target, start);
      assert.ok(target.subarray(0, length).equals(original.subarray(start, start + unit)), `from ${start}`);
    }
    assert.equal(content.copy(target, original.length), 0);
  });
});

describe("the content of a part in quoted-printable or as it is", () => {
  const of = (text: string, encoding: string) => {
    const mime = Buffer.from(text);
    return contentOf({ mime, bodyStart: 0, end: mime.length, encoding });
  };
  it("joins soft line ends and decodes bytes", () => {
    const content = of("a=C3=A4 =\r\nb =3D c\r\nd", "quoted-printable");
    assert.equal(content.read(0, content.size).toString(), "aä b = c\r\nd");
  });
  it("leaves 7bit alone", () => {
    assert.equal(of("a=C3\r\n", "7bit").read(0, 99).toString(), "a=C3\r\n");
  });
});

describe("a header field", () => {
  for (const [title, text, expected] of [
    ["words side by side are one text", "=?utf-8?Q?a?= =?utf-8?Q?b?= c", "ab c"],
    ["a character split between words is whole", "=?UTF-8?B?ww==?= =?UTF-8?B?pA==?=", "ä"],
    ["underscores are spaces in Q", "=?utf-8?q?a_b=5F?=", "a b_"],
    ["other charsets are known", "=?iso-8859-1?Q?=E4?=", "ä"],
    ["what only looks alike stays", "=?no? =??= a=b", "=?no? =??= a=b"],
    ["an unknown charset does no harm", "=?x-nobody?Q?abc?=", "abc"],
  ] as const) {
    it(`decodes words (RFC 2047): ${title}`, () => assert.equal(decodeWords(text), expected));
  }

  it("reads parameters in pieces and in a charset (RFC 2231)", () => {
    const { value, parameters } = readStructured(
      'Attachment; filename*0*=utf-8\'\'%E6%97; filename*1*=%A5; filename*2="; x"; a="q\\"r"; B=c',
    );
    assert.equal(value, "attachment");
    assert.deepEqual(
      [...parameters],
      [
        ["filename", "日; x"],
        ["a", 'q"r'],
        ["b", "c"],
      ],
    );
  });
});
