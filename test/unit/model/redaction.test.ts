import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { SecretMask } from "../../../src/model/redaction";
import { Secret } from "../../../src/model/secret";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const xoauth2 = (username: string, token: string): string =>
  base64(`user=${username}\u0001auth=Bearer ${token}\u0001\u0001`);

/** Every form in which a mail conversation, its log or a form's answer carries a password. */
function formsOf(username: string, password: string): string[] {
  const joined = [base64(`\0${username}\0${password}`), base64(`${username}\0${username}\0${password}`)];
  const all = [password, base64(password), ...joined, JSON.stringify(password), encodeURIComponent(password)];
  return [...all, base64(password).replace(/=+$/, "")];
}

const usernames = fc.string();
const passwords = fc.string({ minLength: 8, unit: "grapheme" });

describe("removing secrets from a text", () => {
  it("removes the password in every form in which a mail conversation carries it", () => {
    fc.assert(
      fc.property(usernames, passwords, (username, password) => {
        const { redact } = new SecretMask(username, [password]);
        for (const form of formsOf(username, password))
          assert.ok(!redact(`535 5.7.8 no: ${form}!`).includes(form), form);
      }),
      { numRuns: 200 },
    );
  });

  it("removes every one of several secrets, also where one is part of another", () => {
    const { redact } = new SecretMask("u", ["abcd", "abcdefgh", "client-secret"]);
    assert.equal(redact("abcdefgh, abcd and client-secret"), "•••, ••• and •••");
  });

  it("leaves a text alone where there is no secret", () => {
    for (const mask of [new SecretMask(), new SecretMask("", [""]), new SecretMask("535", [])])
      assert.equal(mask.redact("535 5.7.8 no"), "535 5.7.8 no");
  });

  it("does not give a password of a letter or two away by masking it inside other words", () => {
    assert.equal(new SecretMask("u", ["x"]).redact("250 mail.example.com"), "250 mail.example.com");
  });

  it("leaves the reply code readable where the password looks like one, and nothing else", () => {
    const { redact } = new SecretMask("u", ["5351"]);
    assert.equal(redact("535 5351 no"), "535 ••• no");
    assert.equal(redact("5351"), "•••");
  });

  it("removes the part of a link that a download takes, whoever quotes it", () => {
    const { redact } = new SecretMask();
    const link = "https://flows.example.com/flows/post-office/files/AbCdEfGhIjKlMnOpQrSt_-/a.pdf";
    assert.equal(redact(`554 5.7.1 listed: ${link}, ${link.toUpperCase()}`).match(/AbCdEf/gi), null);
    assert.match(redact(`554 ${link}`), /^554 https:\/\/flows\.example\.com\/flows\/post-office\/files\/•••\/a\.pdf$/);
  });

  it("can be handed on without its mask", () => {
    const { redact } = new SecretMask("u", ["correct-horse"]);
    assert.deepEqual(["a correct-horse", "b"].map(redact), ["a •••", "b"]);
  });
});

describe("a key of several lines", () => {
  const lines = ["MIIEvQIBADANBgkqhkiG9w0BAQ", "EFAASCBKcwggSjAgEAAoIBAQC7"];
  const key = ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----"].join("\n");

  for (const [way, text] of [
    ["as it is", key],
    ["with CRLF", key.replaceAll("\n", "\r\n")],
    ["escaped, as in JSON", JSON.stringify({ private_key: key })],
    ["one line only", `asn1 error near ${lines[1]}`],
  ] as const) {
    it(`is removed ${way}`, () => {
      for (const stored of [key, key.replaceAll("\n", "\\n"), key.replaceAll("\n", "\r\n")]) {
        const shown = new SecretMask("", [stored]).redact(text);
        for (const line of lines) assert.ok(!shown.includes(line), shown);
      }
    });
  }

  it("does not take the words of the key's frame out of other texts", () => {
    assert.equal(new SecretMask("", [key]).redact("no -----BEGIN here"), "no -----BEGIN here");
  });
});

describe("a token that came later", () => {
  const username = "orders@example.com";

  it("is removed from then on, as it is and in the form that XOAUTH2 sends", () => {
    const tokens = fc.stringMatching(/^[A-Za-z0-9._~+/-]{20,60}$/);
    fc.assert(
      fc.property(tokens, (token) => {
        const mask = new SecretMask(username, ["the-client-secret"]);
        const said = `334 ${xoauth2(username, token)} Bearer ${token}`;
        assert.equal(mask.redact(said), said, "not known yet");
        mask.learn(token);
        for (const form of [
          token,
          base64(token),
          xoauth2(username, token),
          xoauth2(username, token).replace(/=+$/, ""),
        ])
          assert.ok(!mask.redact(`334 ${form}`).includes(form), form);
        assert.equal(mask.redact("the-client-secret"), "•••", "beside the lasting ones");
      }),
      { numRuns: 100 },
    );
  });

  it("is removed by a function that was handed out before", () => {
    const mask = new SecretMask(username);
    const { redact } = mask;
    mask.learn("token-0123456789");
    assert.equal(redact("Bearer token-0123456789"), "Bearer •••");
  });

  it("is forgotten only after many others, the lasting secrets never", () => {
    const mask = new SecretMask(username, ["the-client-secret"]);
    for (let at = 0; at <= 16; at++) mask.learn(`token-number-${at}.`);
    assert.equal(mask.redact("token-number-0."), "token-number-0.");
    for (let at = 1; at <= 16; at++) assert.equal(mask.redact(`token-number-${at}.`), "•••");
    assert.equal(mask.redact("the-client-secret"), "•••");
  });

  it("that is empty, or comes again, changes nothing", () => {
    const mask = new SecretMask(username);
    mask.learn("");
    for (let at = 0; at < 40; at++) mask.learn("token-0123456789");
    assert.equal(mask.redact("250 token-0123456789"), "250 •••");
  });
});

describe("removing signed tokens", () => {
  it("removes whatever looks like one, also one that was never known, also one that was cut", () => {
    const whole = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl-_x";
    const { redact } = new SecretMask();
    assert.equal(redact(`refused ${whole}, cut ${whole.slice(0, 30)}`), "refused •••, cut •••");
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
