import assert from "node:assert/strict";
import { asSentence, shortWords } from "../../../src/oauth/service-words";

describe("the words of a sign-in service", () => {
  it("are put on one line", () => {
    assert.equal(shortWords(" Wrong\r\n secret.\u0000 \t"), "Wrong secret.");
  });

  it("end after a whole sentence where they are long", () => {
    const sentence = `${"word ".repeat(30).trim()}. `;
    assert.equal(
      shortWords(sentence.repeat(5)),
      `${sentence}${sentence.repeat(1)}`.trim().slice(0, sentence.length - 1),
    );
  });

  it("end after a whole word where one sentence is too long", () => {
    const words = shortWords("word ".repeat(200));
    assert.ok(words.length <= 302);
    assert.match(words, /word …$/);
  });

  it("end like a sentence", () => {
    assert.equal(asSentence("HTTP 503"), "HTTP 503.");
    assert.equal(asSentence("Why?"), "Why?");
  });
});
