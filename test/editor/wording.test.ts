/// <reference path="../../nodes/editor/red.d.ts" />
import assert from "node:assert/strict";
import { textOr } from "../../nodes/editor/shared/wording";
import { describeFailure, phrase } from "../../src/model/catalogue";
import { causeOf, remedyOf, textIn, wordsOf } from "../../src/model/translation";

const texts: Record<string, string> = {
  "smtp-config.failure.auth-token-refused.cause": "Der Server hat das Token für __user__ abgelehnt: __response__",
  "smtp-config.failure.dropped.cause": "__host__ hat die Verbindung getrennt: __stage__.",
  "smtp-config.phrase.stage-auth": "bei der Anmeldung",
  "smtp-config.phrase.token-tenant": "Mandant __tenant__",
};
/** Answers as i18next does where a key is missing: with the key, or with its namespace before it. */
const german = (key: string): string => texts[key] ?? key;
const english = (key: string): string => `post-office/node-red-email/smtp-config:${key}`;

const told = (reason: Parameters<typeof describeFailure>[0], facts: Parameters<typeof describeFailure>[1]) => ({
  reason,
  ...describeFailure(reason, facts),
});

describe("What the editor shows of the server's texts", () => {
  it("is in the editor's language, with the facts of the case", () => {
    const failure = told("auth-token-refused", { user: "ann@example.com", response: "535 no" });
    assert.equal(causeOf(german, failure), "Der Server hat das Token für ann@example.com abgelehnt: 535 no");
  });

  it("is English where the catalogue lacks it", () => {
    const failure = told("auth-token-refused", { user: "ann@example.com", response: "535 no" });
    assert.equal(remedyOf(german, failure), failure.remedy);
    assert.equal(causeOf(english, failure), failure.cause);
    assert.equal(wordsOf(english, phrase("closed")), "closed");
    assert.equal(textOr(german, "smtp-config.rule.new", "must be odd"), "Must be odd.");
  });

  it("has words of ours within a sentence in that language, too", () => {
    const failure = told("dropped", { host: "mail.example.com", stage: phrase("stage-auth") });
    assert.equal(causeOf(german, failure), "mail.example.com hat die Verbindung getrennt: bei der Anmeldung.");
    assert.equal(wordsOf(german, phrase("token-tenant", { tenant: "__tenant__" })), "Mandant __tenant__");
  });

  for (const hostile of ["__user__", "$t(common.label.ok)", "{user}", "$& $1 $$", "__response__ __nobody__"]) {
    it(`never expands “${hostile}” in a server's answer`, () => {
      const failure = told("auth-token-refused", { user: hostile, response: `535 ${hostile}` });
      assert.equal(causeOf(german, failure), `Der Server hat das Token für ${hostile} abgelehnt: 535 ${hostile}`);
    });
  }

  it("asks i18next to leave places and nesting alone", () => {
    let asked: unknown;
    textIn((key, values) => {
      asked = values;
      return key;
    }, "smtp-config.x");
    assert.deepEqual(asked, { skipInterpolation: true });
  });
});
