import type { RecipientResult } from "../model/receipt";
import type { SendError } from "../model/send-error";
import type { Attempt, OutboxEntry } from "./outbox-store";

/** What a mail is doing while somebody waits for it. */
export type Progress =
  | { readonly state: "queued" }
  /** The limit of mails per minute is used up until then (milliseconds since 1970). */
  | { readonly state: "limited"; readonly until: number }
  | { readonly state: "sending" }
  /** Tried again then, because of that. */
  | { readonly state: "retry"; readonly at: number; readonly error?: SendError }
  /** Waits until a person mends the configuration or releases the mail. */
  | { readonly state: "held"; readonly error?: SendError };

/** How a mail ended. `error` is there where it was not accepted by everybody. */
export interface Outcome {
  readonly id: string;
  /** The configuration that sent it. */
  readonly queue: string;
  readonly state: "sent" | "dead" | "cancelled";
  readonly messageId: string;
  readonly from: string;
  readonly recipients: readonly RecipientResult[];
  readonly response: string;
  readonly attempts: readonly Attempt[];
  readonly durationMs: number;
  readonly error?: SendError;
  readonly origin?: string;
}

interface Waiter {
  progress(progress: Progress): void;
  settle(outcome: Outcome): void;
}

/**
 * Who waits for which mail of this process.
 *
 * It outlives configurations: a redeployed one goes on with the mails of its predecessor, and
 * tells those who wait.
 */
export class Outcomes {
  readonly #waiters = new Map<string, Waiter>();
  readonly #listeners = new Map<string, (outcome: Outcome) => void>();
  readonly #watchers = new Set<(outcome?: Outcome) => void>();

  wait(id: string, onProgress: (progress: Progress) => void): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#waiters.set(id, { progress: onProgress, settle: resolve });
    });
  }

  forget(id: string): void {
    this.#waiters.delete(id);
  }

  progress(id: string, progress: Progress): void {
    told(() => this.#waiters.get(id)?.progress(progress));
    this.#tellWatchers();
  }

  /** Mails that waited before can be seen now, or not any more. */
  seenAnew(): void {
    this.#tellWatchers();
  }

  /** Hears of everything that happens to any mail, with its outcome where that is what happened. */
  watch(run: (outcome?: Outcome) => void): () => void {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  /** Hears the outcomes of mails of this origin that nobody waits for: those of an earlier process. */
  listen(origin: string, run: (outcome: Outcome) => void): () => void {
    this.#listeners.set(origin, run);
    return () => {
      if (this.#listeners.get(origin) === run) this.#listeners.delete(origin);
    };
  }

  settle(outcome: Outcome): void {
    const waiter = this.#waiters.get(outcome.id);
    this.#waiters.delete(outcome.id);
    if (waiter) waiter.settle(outcome);
    else if (outcome.origin !== undefined) told(() => this.#listeners.get(outcome.origin ?? "")?.(outcome));
    this.#tellWatchers(outcome);
  }

  #tellWatchers(outcome?: Outcome): void {
    for (const run of this.#watchers) told(() => run(outcome));
  }
}

/** Whoever only listens must not stop the mail. */
export function told(tell: () => void): void {
  try {
    tell();
  } catch {
    // It is the listener's own failure, and nobody here can mend it.
  }
}

/** The outcome of an entry as it ended. */
export function outcomeOf(entry: OutboxEntry, state: Outcome["state"], now: number, error?: SendError): Outcome {
  const { id, queue, messageId, from, recipients, attempts, queuedAt, origin } = entry;
  const response = attempts.at(-1)?.response ?? "";
  return {
    id,
    queue,
    state,
    messageId,
    from,
    recipients,
    response,
    attempts,
    durationMs: now - queuedAt,
    ...(error ? { error } : {}),
    ...(origin === undefined ? {} : { origin }),
  };
}
