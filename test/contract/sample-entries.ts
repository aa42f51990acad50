import assert from "node:assert/strict";
import { SendError } from "../../src/model/send-error";
import type { Attempt, AttemptOutcome, AttemptResult, NewEntry, OutboxStore } from "../../src/outbox/outbox-store";

export const QUEUE = "q1";

export function entry(id: string, change: Partial<NewEntry> = {}): NewEntry {
  return {
    id,
    queue: QUEUE,
    messageId: `<${id}@example.com>`,
    from: "orders@example.com",
    recipients: [
      { address: "anna@example.com", state: "unknown" },
      { address: "bert@example.org", state: "unknown" },
    ],
    subject: `Order ${id}`,
    queuedAt: 1000,
    mime: Buffer.from(`Subject: Order ${id}\r\n\r\nbody\r\n`),
    ...change,
  };
}

export function attempt(at: number, outcome: AttemptOutcome): Attempt {
  return { at, ms: 12, outcome, code: "ERR_MAIL_THROTTLED", reason: "content-deferred", response: "451 4.7.1 Später" };
}

export function result(now: number, outcome: AttemptOutcome = "deferred"): AttemptResult {
  return {
    now,
    recipients: [
      {
        address: "anna@example.com",
        state: "accepted",
        answer: { replyCode: 250, enhancedCode: "2.1.5", response: "250 2.1.5 Ok" },
      },
      { address: "bert@example.org", state: "deferred" },
    ],
    attempt: attempt(now - 12, outcome),
  };
}

export const idsOf = (entries: readonly { id: string }[]): string[] => entries.map(({ id }) => id);

export function isStoreFailure(error: unknown): boolean {
  assert.ok(error instanceof SendError);
  assert.equal(error.code, "ERR_MAIL_STORE");
  return true;
}

/** One entry of each state, its id being the state's name. They are due and queued at 1000, ended at 2000. */
export async function addOneOfEach(store: OutboxStore): Promise<void> {
  for (const id of ["sending", "deferred", "held", "sent", "dead", "cancelled", "queued"]) await store.add(entry(id));
  await store.claim(QUEUE, 5, 1000);
  await store.defer("deferred", { ...result(2000), nextAttemptAt: 9000 });
  await store.hold("held", result(2000));
  await store.complete("sent", result(2000, "accepted"));
  await store.bury("dead", result(2000, "failed"));
  await store.cancel(["cancelled"], 2000);
}
