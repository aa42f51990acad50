import assert from "node:assert/strict";
import fc from "fast-check";
import { withCrlf, withLineFeeds } from "../../../src/compose/line-ends";
import { compose } from "./composing";

const texts = fc
  .array(fc.constantFrom("a", "ü", "\n", "\r\n", "\r", ".", " ", "=", "x".repeat(1200)))
  .map((pieces) => pieces.join(""));

describe("line ends", () => {
  it("become LF in a text, whatever they were, and nothing else changes", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const lines = text.split(/\r\n|\r|\n/);
        assert.equal(withLineFeeds(text), lines.join("\n"));
        assert.equal(withCrlf(withLineFeeds(text)), lines.join("\r\n"));
      }),
    );
  });

  it("are CRLF in every line of a composed mail, and nothing is CR or LF alone", async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, texts, async (text, html, attached) => {
        const attachments = [{ content: attached }, { filename: "a.eml", content: attached }];
        for (const draft of [{ text }, { text, html }, { html, text: undefined, attachments }]) {
          const { mime } = await compose(draft);
          assert.doesNotMatch(mime.toString("latin1"), /\r(?!\n)|(?<!\r)\n/);
        }
      }),
    );
  });
});
