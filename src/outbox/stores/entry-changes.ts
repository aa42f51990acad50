import { sizeOf } from "../../compose/whole-mime";
import type { FailureFacts } from "../../model/catalogue";
import type { EntryState } from "../../model/entry-state";
import type { RecipientResult } from "../../model/receipt";
import { LONGEST_DELAY_MS } from "../backoff";
import type {
  Attempt,
  AttemptOutcome,
  AttemptResult,
  ClaimedEntry,
  ListFilter,
  NewEntry,
  OutboxEntry,
  Retention,
  UnreadableBody,
} from "../outbox-store";

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

/** The states in which entries are kept for a while only. */
export const ENDED_STATES = ["sent", "cancelled", "dead"] as const;
export type EndedState = (typeof ENDED_STATES)[number];

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
    sizeBytes: sizeOf(entry),
    queuedAt: entry.queuedAt,
    nextAttemptAt: entry.queuedAt,
    updatedAt: entry.queuedAt,
    attempts: [],
    unconfirmed: 0,
    bodyStarted: false,
    dedupeKey: entry.dedupeKey,
    dedupeUntil: entry.dedupeUntil,
    origin: entry.origin,
    linksUntil: entry.linksUntil,
  };
}

/** Later than this nobody was ever told to wait: it came from a clock that was set back since. */
export const latestDue = (now: number): number => now + LONGEST_DELAY_MS;

export function claimed(entry: OutboxEntry, now: number): OutboxEntry {
  const isFromTheFuture = (entry.agesFrom ?? entry.queuedAt) > now;
  return {
    ...entry,
    ...(isFromTheFuture ? { agesFrom: now } : {}),
    state: "sending",
    updatedAt: now,
    bodyStarted: false,
  };
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
  const due: OutboxEntry = { ...entry, nextAttemptAt: now, updatedAt: now };
  if (entry.state === "deferred") return due;
  if (!isReleasable(entry.state)) return undefined;
  // The refusals of a held mail stand: only for a dead one they are what it was given up for.
  const recipients = entry.state === "dead" ? entry.recipients.map(askedAgain) : entry.recipients;
  return { ...due, state: "queued", recipients, agesFrom: now };
}

function askedAgain(recipient: RecipientResult): RecipientResult {
  return recipient.state === "rejected" ? { address: recipient.address, state: "unknown" } : recipient;
}

export function parked(entry: OutboxEntry, now: number): OutboxEntry | undefined {
  return isWaiting(entry.state) ? { ...entry, state: "held", updatedAt: now } : undefined;
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

/** What takes the place of a body that cannot be read: whoever sends it tells why, and the others go on. */
export function noBody(
  reason: UnreadableBody["reason"],
  facts: FailureFacts = {},
): Pick<ClaimedEntry, "mime" | "unreadable"> {
  return { mime: Buffer.alloc(0), unreadable: { reason, facts } };
}

/** Whether an entry still keeps others with its dedupe key out; one that was given up or thrown away does not. */
export function keepsOut({ state, dedupeUntil }: OutboxEntry, now: number): boolean {
  return state !== "cancelled" && state !== "dead" && (dedupeUntil === undefined || dedupeUntil > now);
}

/** Before which time an entry of this queue must have ended to be forgotten. */
export function endedBefore(state: EndedState, queue: string, retention: Retention): number {
  const { sentBefore, deadBefore } = retention.queues?.get(queue) ?? retention;
  return state === "dead" ? deadBefore : sentBefore;
}

/** Whether an entry of a mail that was sent has to stay, so that its key keeps others out for as long as was asked. */
export function isKeptForItsKey({ state, dedupeUntil }: OutboxEntry, now: number): boolean {
  return state === "sent" && dedupeUntil !== undefined && dedupeUntil > now;
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
