import type { EntryState } from "../../model/entry-state";
import type { Attempt, AttemptOutcome, AttemptResult, ListFilter, NewEntry, OutboxEntry } from "../outbox-store";

/** What the states allow and leave behind: one place for every store. */

const MAX_ATTEMPTS = 50;

/** The states from which an entry is handed out when it is due. */
export const isWaiting = (state: EntryState): boolean => state === "queued" || state === "deferred";

const isReleasable = (state: EntryState): boolean => state === "held" || state === "dead";

/** A result as the stores take it: what all kinds of outcome have, and what some of them add. */
export interface Outcome extends AttemptResult {
  readonly nextAttemptAt?: number;
  readonly unconfirmed?: number;
}

export type OutcomeState = "sent" | "deferred" | "dead" | "held";

export function created(entry: NewEntry): OutboxEntry {
  // Field by field, which is much faster than leaving one out.
  return {
    id: entry.id,
    queue: entry.queue,
    state: "queued",
    messageId: entry.messageId,
    from: entry.from,
    recipients: entry.recipients,
    subject: entry.subject,
    sizeBytes: entry.mime.byteLength,
    queuedAt: entry.queuedAt,
    nextAttemptAt: entry.queuedAt,
    updatedAt: entry.queuedAt,
    attempts: [],
    unconfirmed: 0,
    bodyStarted: false,
    dedupeKey: entry.dedupeKey,
    dedupeUntil: entry.dedupeUntil,
    origin: entry.origin,
  };
}

export function claimed(entry: OutboxEntry, now: number): OutboxEntry {
  return { ...entry, state: "sending", updatedAt: now, bodyStarted: false };
}

/** Undefined for an entry that is not being sent: a late or second answer changes nothing. */
export function finished(entry: OutboxEntry, state: OutcomeState, outcome: Outcome): OutboxEntry | undefined {
  if (entry.state !== "sending") return undefined;
  // Recovering has recorded an interruption already; whoever decides on it tells it in full.
  const attempts = outcome.attempt.outcome === "interrupted" ? entry.attempts.slice(0, -1) : entry.attempts;
  return {
    ...entry,
    state,
    recipients: outcome.recipients,
    attempts: withAttempt({ ...entry, attempts }, outcome.attempt),
    nextAttemptAt: outcome.nextAttemptAt ?? entry.nextAttemptAt,
    unconfirmed: outcome.unconfirmed ?? entry.unconfirmed,
    updatedAt: outcome.now,
    bodyStarted: false,
  };
}

export function released(entry: OutboxEntry, now: number): OutboxEntry | undefined {
  if (!isReleasable(entry.state)) return undefined;
  return { ...entry, state: "queued", nextAttemptAt: now, updatedAt: now, bodyStarted: false };
}

export function cancelled(entry: OutboxEntry, now: number): OutboxEntry | undefined {
  if (!isWaiting(entry.state) && !isReleasable(entry.state)) return undefined;
  return { ...entry, state: "cancelled", updatedAt: now, bodyStarted: false };
}

/** An entry that was being sent, after the process that sent it has died. The same again, if that one did nothing. */
export function recovered(entry: OutboxEntry, now: number): OutboxEntry {
  if (!entry.bodyStarted) return { ...entry, state: "queued", updatedAt: now };
  const last = entry.attempts.at(-1);
  if (last?.outcome === "interrupted" && last.at === entry.updatedAt) return entry;
  const attempts = withAttempt(entry, endedAt(now, "interrupted"));
  return { ...entry, attempts, unconfirmed: entry.unconfirmed + 1, updatedAt: now };
}

/** An entry whose body is not there any more can only be looked at. */
export function withoutBody(entry: OutboxEntry, now: number): OutboxEntry {
  const attempt = { ...endedAt(now, "failed"), code: "ERR_MAIL_STORE", reason: "store-body-missing" };
  return { ...entry, state: "dead", attempts: withAttempt(entry, attempt), updatedAt: now };
}

/** Whether an entry still keeps others with its dedupe key out; one that was given up or thrown away does not. */
export function keepsOut({ state, dedupeUntil }: OutboxEntry, now: number): boolean {
  return state !== "cancelled" && state !== "dead" && (dedupeUntil === undefined || dedupeUntil > now);
}

export function found(entry: OutboxEntry, search: string | undefined): boolean {
  if (!search) return true;
  const wanted = search.toLowerCase();
  const searched = [entry.subject, entry.messageId, ...entry.recipients.map(({ address }) => address)];
  return searched.some((text) => text.toLowerCase().includes(wanted));
}

export type Cursor = NonNullable<ListFilter["before"]>;

/** Newest first; the id decides between entries of the same millisecond. */
export function newestFirst(a: Cursor, b: Cursor): number {
  if (a.queuedAt !== b.queuedAt) return b.queuedAt - a.queuedAt;
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1;
}

function withAttempt(entry: OutboxEntry, attempt: Attempt): Attempt[] {
  return [...entry.attempts, attempt].slice(-MAX_ATTEMPTS);
}

function endedAt(at: number, outcome: AttemptOutcome): Attempt {
  return { at, ms: 0, outcome };
}
