import assert from "node:assert/strict";
import fc from "fast-check";
import { withCrlf } from "../../../src/compose/line-ends";

describe("line ends of a composed mail", () => {
  it("become CRLF, whatever they were, and nothing else changes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "ü", "\n", "\r\n", "\r", ".")), (pieces) => {
        const text = pieces.join("");
        const expected = text.replace(/\r?\n/g, "\r\n");
        assert.equal(withCrlf(Buffer.from(text)).toString(), expected);
      }),
    );
  });

  it("that are right already cost no copy", () => {
    const mime = Buffer.from("Subject: a\r\n\r\nb\r\n");
    assert.equal(withCrlf(mime), mime);
  });
});
