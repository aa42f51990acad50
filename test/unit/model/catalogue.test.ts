import assert from "node:assert/strict";
import { describeFailure, FAILURES, type FailureReason } from "../../../src/model/catalogue";
import { inEnglish, PHRASES, type PhraseKey, phrase } from "../../../src/model/catalogue/phrases";
import { ERROR_CODES } from "../../../src/model/codes";
import { SendError } from "../../../src/model/send-error";

const facts = { host: "mail.example.com", port: 587, user: "u", field: "to", names: "a@example.org", seconds: 30 };
const more = { tenant: "contoso", mailbox: "orders@example.com", limit: 50, stage: "at EHLO" };
const all = { ...facts, ...more, value: "“x”", response: "550 5.1.1 No such user." };

describe("the catalogue of failures", () => {
  for (const [reason, entry] of Object.entries(FAILURES) as [FailureReason, { code: string }][]) {
    it(`${reason} has a known code, and cause and remedy as sentences`, () => {
      assert.ok((ERROR_CODES as readonly string[]).includes(entry.code));
      const { cause, remedy } = describeFailure(reason, all);
      for (const text of [cause, remedy]) assert.doesNotMatch(text, /\{\w*\}|\s{2}|undefined|^\s|\s$/, text);
      assert.match(remedy, /^[A-Z].*[.!?]$/s);
      assert.match(cause, /[.!?”]$|: a@example\.org$/, cause);
    });
  }

  it("never expands what a server says", () => {
    const { cause } = describeFailure("auth-refused", { response: "535 {user} {host} $& $1", user: "u" });
    assert.equal(cause, "The server refused the user name or password: 535 {user} {host} $& $1");
  });

  it("gives a translation the facts that its sentences name, and no others", () => {
    const facts = { host: "mail.example.com", response: "535 no", user: "u", names: "n", stage: phrase("stage-auth") };
    assert.deepEqual(describeFailure("auth-refused", facts).facts, { response: "535 no" });
    assert.deepEqual(describeFailure("dropped", facts).facts, { host: facts.host, stage: facts.stage });
    assert.deepEqual(
      new SendError("auth-token-refused", { phase: "auth", facts: { user: "u", response: "no\n" } }).facts,
      {
        user: "u",
        response: "no",
      },
    );
  });

  for (const reason of Object.keys(FAILURES) as FailureReason[]) {
    it(`${reason} is the same sentence made of its facts alone`, () => {
      const { cause, remedy, facts: named } = describeFailure(reason, all);
      const again = describeFailure(reason, named);
      assert.deepEqual([again.cause, again.remedy], [cause, remedy]);
    });
  }

  it("becomes an error with everything that a flow needs", () => {
    const error = new SendError("dns-not-found", { phase: "dns", facts: { host: "mail.invalid" } });
    const { name, code, reason, phase, disposition, field, message } = error;
    assert.deepEqual(
      { name, code, reason, phase, disposition, field, message },
      {
        name: "SendError",
        code: "ERR_MAIL_DNS",
        reason: "dns-not-found",
        phase: "dns",
        disposition: "transient",
        field: "host",
        message: "The name mail.invalid does not exist in DNS.",
      },
    );
  });
});

describe("words of ours", () => {
  it("stand in a sentence in English, and come with what a translation of them needs", () => {
    const { cause, facts } = describeFailure("dropped", { host: "mail.example.com", stage: phrase("stage-auth") });
    assert.equal(cause, "mail.example.com closed the connection during sign-in.");
    assert.deepEqual(facts.stage, { phrase: "stage-auth", text: "during sign-in" });
  });

  it("stand beside what needs no translation", () => {
    assert.equal(inEnglish(["Mail.Send", phrase("token-valid", { minutes: 5 })]), "Mail.Send · valid for 5 min");
  });

  it("never expand what a server says", () => {
    const { text } = phrase("tls", { tls: "{name}", name: "{issuer} $&", issuer: "CA", date: "{tls}" });
    assert.equal(text, "{name}, certificate of {issuer} $&, issued by CA, valid to {tls}");
  });

  it("have keys that a catalogue can have", () => {
    for (const key of Object.keys(PHRASES) as PhraseKey[]) assert.match(key, /^[a-z-]+$/);
  });
});
