import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { redactorOf } from "../../../src/model/redaction";
import { Secret } from "../../../src/model/secret";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("removing secrets from a text", () => {
  it("removes the password in every form in which a mail conversation carries it", () => {
    const login = fc.record({ username: fc.string(), password: fc.string({ minLength: 8, unit: "grapheme" }) });
    fc.assert(
      fc.property(login, ({ username, password }) => {
        const redact = redactorOf({ username, password });
        const forms = [password, base64(password), base64(`\0${username}\0${password}`), JSON.stringify(password)];
        forms.push(base64(password).replace(/=+$/, ""), base64(`${username}\0${username}\0${password}`));
        for (const form of forms) assert.ok(!redact(`535 5.7.8 no: ${form}!`).includes(form), form);
      }),
      { numRuns: 200 },
    );
  });

  it("leaves a text alone where there is no secret", () => {
    assert.equal(redactorOf({})("535 5.7.8 no"), "535 5.7.8 no");
  });

  it("does not give a password of a letter or two away by masking it inside other words", () => {
    assert.equal(redactorOf({ username: "u", password: "x" })("250 mail.example.com"), "250 mail.example.com");
  });
});

describe("a secret", () => {
  it("shows itself only on request", () => {
    const secret = new Secret("correct-horse");
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true, depth: 9 }),
    ];
    for (const text of shown) assert.ok(!text.includes("correct") && text.includes("•••"), text);
    assert.equal(secret.reveal(), "correct-horse");
  });
});
