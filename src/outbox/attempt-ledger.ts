import type { SendReceipt } from "../model/receipt";
import { SendError } from "../model/send-error";
import type { Verdict } from "./decide";
import type { Attempt, OutboxEntry, OutboxStore } from "./outbox-store";
import { type Outcomes, outcomeOf } from "./outcomes";
import { OwedMarks } from "./owed-marks";
import type { QueueStanding } from "./queue-standing";

/** Writes down how attempts ended, and then tells whoever waits for the mail. */
export class AttemptLedger {
  readonly #owed = new OwedMarks();

  constructor(
    private readonly store: OutboxStore,
    private readonly outcomes: Outcomes,
    private readonly standing: QueueStanding,
  ) {}

  /** Never rejects: the answer stands, whether or not the store can write it down now, and whoever waits is told. */
  async enter(entry: OutboxEntry, verdict: Verdict, attempt: Attempt, now: number): Promise<void> {
    const { store, outcomes } = this;
    const { id } = entry;
    const { recipients, error } = verdict;
    const result = { now, recipients, attempt };
    const after: OutboxEntry = { ...entry, recipients, attempts: [...entry.attempts, attempt] };
    const unconfirmed = verdict.unconfirmed === undefined ? {} : { unconfirmed: verdict.unconfirmed };
    switch (verdict.next) {
      case "complete":
        await this.#owed.write(() => store.complete(id, result));
        return outcomes.settle(outcomeOf(after, "sent", now, error));
      case "bury":
        await this.#owed.write(() => store.bury(id, result));
        return outcomes.settle(outcomeOf(after, "dead", now, error));
      case "hold":
        await this.#owed.write(() => store.hold(id, { ...result, ...unconfirmed }));
        return outcomes.progress(id, { state: "held", ...(error ? { error } : {}) });
      case "defer": {
        const { nextAttemptAt } = verdict;
        await this.#owed.write(() => store.defer(id, { ...result, nextAttemptAt, ...unconfirmed }));
        return outcomes.progress(id, this.standing.retrying(nextAttemptAt, now, error));
      }
    }
  }

  /** Writes what the store could not take before; rejects where it still cannot. */
  catchUp(): Promise<void> {
    return this.#owed.catchUp();
  }
}

/** An attempt that began at `at` and ended now, with the server's words. */
export function attemptOf(at: number, now: number, verdict: Verdict, result: SendReceipt | SendError): Attempt {
  return { at, ms: now - at, outcome: verdict.outcome, ...wordsOf(result) };
}

function wordsOf(
  result: SendReceipt | SendError,
): Pick<Attempt, "code" | "reason" | "response" | "requestId" | "safeMode"> {
  if (!(result instanceof SendError)) {
    const { response, requestId, safeMode } = result;
    return { response, ...(requestId === undefined ? {} : { requestId }), ...(safeMode ? { safeMode } : {}) };
  }
  const { code, reason, smtp, http } = result;
  const words = smtp ?? http;
  return {
    code,
    reason,
    ...(words ? { response: words.response } : {}),
    ...(http?.requestId === undefined ? {} : { requestId: http.requestId }),
  };
}
