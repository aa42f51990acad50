import assert from "node:assert/strict";
import { describeFailure, FAILURES, type FailureReason } from "../../../src/model/catalogue";
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
