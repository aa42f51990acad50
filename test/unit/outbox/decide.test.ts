import assert from "node:assert/strict";
import type { SendReceipt } from "../../../src/model/receipt";
import type { SendError } from "../../../src/model/send-error";
import { type DeliveryPolicy, decide, openRecipients, type Verdict } from "../../../src/outbox/decide";
import type { AttemptOutcome, OutboxEntry } from "../../../src/outbox/outbox-store";
import { created } from "../../../src/outbox/stores/entry-changes";
import { entry } from "../../contract/sample-entries";
import { allRefused, away, failure, greylisted, HOUR, lostAnswer, recipient, throttled } from "./failures";

const [A, B, C] = ["a@example.com", "b@example.com", "c@example.com"] as const;
const POLICY: DeliveryPolicy = { giveUpAfterMs: 48 * HOUR, onUnconfirmed: "resend" };
const ONCE: DeliveryPolicy = { giveUpAfterMs: 0, onUnconfirmed: "resend" };
const QUEUED_AT = 1000;

const waiting = (change: Partial<OutboxEntry> = {}): OutboxEntry => ({
  ...created(
    entry("a", { recipients: [A, B, C].map((address) => recipient(address, "unknown")), queuedAt: QUEUED_AT }),
  ),
  ...change,
});

function verdictOn(
  result: SendReceipt | SendError,
  {
    now = QUEUED_AT,
    policy = POLICY,
    ...change
  }: Partial<OutboxEntry> & { now?: number; policy?: DeliveryPolicy } = {},
): Verdict & { nextAttemptAt?: number } {
  return decide({ entry: waiting(change), result, policy, now, random: () => 0.5 });
}

const statesOf = ({ recipients }: Pick<OutboxEntry, "recipients">): string[] => recipients.map(({ state }) => state);
const receipt = (...states: ("accepted" | "deferred" | "rejected")[]): SendReceipt => ({
  messageId: "<a@example.com>",
  response: "250 Ok",
  recipients: states.map((state, at) => recipient([A, B, C][at] as string, state)),
});

type Row = [what: string, error: SendError, next: Verdict["next"], outcome: AttemptOutcome, waitMs?: number];

const ROWS: readonly Row[] = [
  ["the name is not found", failure("dns-not-found", "dns"), "defer", "postponed", 0],
  ["the port is closed", away(), "defer", "postponed", 0],
  ["unreachable", failure("connect-unreachable", "connect"), "defer", "postponed", 0],
  ["no connection in time", failure("connect-timeout", "connect"), "defer", "postponed", 0],
  ["no greeting in time", failure("greeting-timeout", "greeting"), "defer", "postponed", 0],
  ["hung up at the greeting", failure("dropped", "greeting"), "defer", "postponed", 0],
  ["hung up at MAIL", failure("dropped", "mail"), "defer", "postponed", 0],
  ["hung up at RCPT", failure("dropped", "rcpt"), "defer", "postponed", 0],
  ["hung up at DATA", failure("dropped", "data"), "defer", "postponed", 0],
  ["421 at the greeting", failure("greeting-busy", "greeting", 421), "defer", "postponed", 0],
  ["421 at MAIL", throttled(), "defer", "postponed", 0],
  ["421 at RCPT", failure("throttled", "rcpt", 421), "defer", "postponed", 0],
  ["432", failure("throttled", "mail", 432), "defer", "postponed", 0],
  ["454 at sign-in", failure("auth-temporary", "auth", 454), "defer", "postponed", 0],
  ["450 at MAIL", failure("sender-deferred", "mail", 450), "defer", "deferred", 30_000],
  ["450 at MAIL that speaks of too many", failure("throttled", "mail", 450), "defer", "deferred", 30_000],
  ["an answer at MAIL that does not come", failure("answer-timeout", "mail"), "defer", "deferred", 30_000],
  ["451 at DATA", failure("content-deferred", "data", 451), "defer", "deferred", 30_000],
  ["451 after the dot", greylisted(), "defer", "deferred", 30_000],
  ["530 at MAIL", failure("auth-required", "mail", 530), "defer", "postponed", 0],
  ["530 at RCPT", failure("auth-required", "rcpt", 530), "defer", "postponed", 0],
  ["534", failure("auth-google-app-password", "auth", 534), "defer", "postponed", 0],
  ["535", failure("auth-refused", "auth", 535), "defer", "postponed", 0],
  ["no sign-in offered", failure("auth-no-mechanism", "auth"), "defer", "postponed", 0],
  ["a bad certificate", failure("tls-expired", "tls"), "defer", "postponed", 0],
  ["no TLS where it must be", failure("starttls-not-offered", "starttls"), "defer", "postponed", 0],
  ["554 at the greeting", failure("greeting-refused", "greeting", 554), "defer", "postponed", 0],
  ["550 at MAIL", failure("sender-refused", "mail", 550), "bury", "failed"],
  ["550 at DATA", failure("content-refused", "data", 550), "bury", "failed"],
  ["554 after the dot", failure("content-refused", "dot", 554), "bury", "failed"],
  ["too large", failure("message-too-large", "body"), "bury", "failed"],
  ["no answer after the body", lostAnswer(), "defer", "unconfirmed", 60_000],
  ["cut off by a redeploy", failure("cancelled", "rcpt"), "defer", "postponed", 0],
  ["a store on a full disk", failure("store-full", "queue"), "defer", "deferred", 30_000],
  ["a store that cannot be written", failure("store-unwritable", "queue"), "defer", "deferred", 30_000],
];

describe("decide", () => {
  for (const [what, error, next, outcome, waitMs] of ROWS) {
    it(`${what}: ${next}, ${outcome}`, () => {
      const verdict = verdictOn(error);
      assert.deepEqual(
        { next: verdict.next, outcome: verdict.outcome, at: verdict.nextAttemptAt, states: statesOf(verdict) },
        {
          next,
          outcome,
          at: waitMs === undefined ? undefined : QUEUED_AT + waitMs,
          states: ["unknown", "unknown", "unknown"],
        },
      );
    });
  }

  it("530 at RCPT marks no recipient as refused", () => {
    const recipients = [recipient(A, "rejected"), recipient(B, "rejected"), recipient(C, "rejected")];
    const verdict = verdictOn(Object.assign(failure("auth-required", "rcpt", 530), { recipients }));
    assert.deepEqual([verdict.next, statesOf(verdict)], ["defer", ["unknown", "unknown", "unknown"]]);
  });

  it("is done when everybody accepted", () => {
    const { next, outcome, error } = verdictOn(receipt("accepted", "accepted", "accepted"));
    assert.deepEqual({ next, outcome, error }, { next: "complete", outcome: "accepted", error: undefined });
  });

  it("is done, in part, when the others were refused for good", () => {
    const { next, outcome } = verdictOn(receipt("accepted", "rejected", "rejected"));
    assert.deepEqual({ next, outcome }, { next: "complete", outcome: "partial" });
  });

  it("buries what every recipient refused for good", () => {
    const error = allRefused([A, B, C].map((address) => recipient(address, "rejected")));
    const verdict = verdictOn(error);
    assert.deepEqual([verdict.next, verdict.outcome, verdict.error], ["bury", "failed", error]);
  });

  describe("with 250, 450 and 550", () => {
    it("tries the 450 alone again", () => {
      const verdict = verdictOn(receipt("accepted", "deferred", "rejected"));
      assert.deepEqual([verdict.next, verdict.outcome], ["defer", "partial"]);
      assert.deepEqual(openRecipients(waiting({ recipients: verdict.recipients })), [B]);
    });

    it("and keeps what was said of the others when that one is accepted", () => {
      const { recipients } = verdictOn(receipt("accepted", "deferred", "rejected"));
      const later = { ...receipt(), recipients: [recipient(B, "accepted")] };
      const verdict = verdictOn(later, { recipients });
      assert.deepEqual([verdict.next, statesOf(verdict)], ["complete", ["accepted", "accepted", "rejected"]]);
    });

    it("and is sent, in part, when that one is refused for good", () => {
      const { recipients } = verdictOn(receipt("accepted", "deferred", "rejected"));
      const verdict = verdictOn(allRefused([recipient(B, "rejected")]), { recipients });
      assert.deepEqual([verdict.next, verdict.outcome], ["complete", "partial"]);
    });

    it("and is sent, in part, when that one is given up by age", () => {
      const { recipients } = verdictOn(receipt("accepted", "deferred", "rejected"));
      const verdict = verdictOn(allRefused([recipient(B, "deferred")]), { recipients, now: 49 * HOUR });
      assert.deepEqual([verdict.next, verdict.error?.code], ["complete", "ERR_MAIL_EXPIRED"]);
    });

    it("without a second attempt it is sent, in part, at once", () => {
      const verdict = verdictOn(receipt("accepted", "deferred", "rejected"), { policy: ONCE });
      assert.deepEqual([verdict.next, verdict.outcome], ["complete", "partial"]);
    });
  });

  describe("giving up", () => {
    for (const [what, error] of [
      ["deferred", greylisted()],
      ["away", away()],
      ["throttled", throttled()],
    ] as const) {
      it(`a mail that is ${what} expires, and its last reason is told`, () => {
        const verdict = verdictOn(error, { now: QUEUED_AT + 48 * HOUR });
        assert.deepEqual([verdict.next, verdict.error?.code], ["bury", "ERR_MAIL_EXPIRED"]);
        assert.ok(verdict.error?.message.includes(error.message.trim()), verdict.error?.message);
      });

      it(`a mail that is ${what} fails at once with its own error where there is no second attempt`, () => {
        const verdict = verdictOn(error, { policy: ONCE });
        assert.deepEqual([verdict.next, verdict.error], ["bury", error]);
      });
    }

    it("comes before the attempt that would be too late", () => {
      const lastWait = 30_000;
      assert.equal(verdictOn(greylisted(), { now: QUEUED_AT + 48 * HOUR - lastWait }).next, "defer");
      assert.equal(verdictOn(greylisted(), { now: QUEUED_AT + 48 * HOUR - lastWait + 1 }).next, "bury");
    });

    it("counts from when a person had the mail tried again, with the waits of a new mail", () => {
      const agesFrom = QUEUED_AT + 72 * HOUR;
      const attempts = [1, 2, 3].map((hour) => ({ at: hour * HOUR, ms: 1, outcome: "deferred" as const }));
      for (const error of [greylisted(), away()]) {
        const verdict = verdictOn(error, { now: agesFrom, agesFrom, attempts });
        assert.equal(verdict.next, "defer");
        assert.equal(verdictOn(error, { now: agesFrom + 48 * HOUR, agesFrom }).error?.code, "ERR_MAIL_EXPIRED");
      }
      assert.equal(verdictOn(greylisted(), { now: agesFrom, agesFrom, attempts }).nextAttemptAt, agesFrom + 30_000);
    });

    it("never happens to what is held or was cut off: it waits for a person, or for the next start", () => {
      for (const error of [failure("auth-refused", "auth", 535), failure("cancelled", "mail")]) {
        assert.equal(verdictOn(error, { now: 100 * HOUR }).next, "defer");
      }
    });

    it("follows a refused login at once where there is no second attempt, but not a redeploy", () => {
      assert.equal(verdictOn(failure("auth-refused", "auth", 535), { policy: ONCE }).next, "bury");
      assert.equal(verdictOn(failure("cancelled", "mail"), { policy: ONCE }).next, "defer");
    });
  });

  describe("without the server's answer", () => {
    const next = (unconfirmed: number, policy = POLICY): [string, number | undefined] => {
      const verdict = verdictOn(lostAnswer(), { unconfirmed, policy });
      return [verdict.next, verdict.unconfirmed];
    };

    it("sends twice again, then holds", () => {
      assert.deepEqual(
        [0, 1, 2, 3].map((times) => next(times)),
        [
          ["defer", 1],
          ["defer", 2],
          ["hold", 3],
          ["hold", 4],
        ],
      );
    });

    it("holds at once where that is asked for", () => {
      assert.deepEqual(next(0, { ...POLICY, onUnconfirmed: "hold" }), ["hold", 1]);
    });

    it("fails where there is no second attempt", () => {
      const verdict = verdictOn(lostAnswer(), { policy: ONCE });
      assert.deepEqual(
        [verdict.next, verdict.outcome, verdict.error?.code],
        ["bury", "unconfirmed", "ERR_MAIL_UNCONFIRMED"],
      );
    });
  });

  it("waits longer after each refusal of the mail, whatever the server's absences in between", () => {
    const attempts = (["postponed", "deferred", "postponed", "postponed"] as const).map((outcome, at) => ({
      at: QUEUED_AT + at,
      ms: 1,
      outcome,
    }));
    assert.equal(verdictOn(greylisted(), { attempts }).nextAttemptAt, QUEUED_AT + 60_000);
  });
});
