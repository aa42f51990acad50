import type { RecipientResult, SendReceipt } from "../model/receipt";
import { SendError } from "../model/send-error";
import { mailDelay, type Random, UNCONFIRMED_MS } from "./backoff";
import type { AttemptOutcome, OutboxEntry } from "./outbox-store";

/** How often a mail that may have arrived is sent again. */
const MOST_RESENDS = 2;
/** What makes the next wait longer. */
const REFUSALS: readonly AttemptOutcome[] = ["deferred", "partial"];

export interface DeliveryPolicy {
  /** From being queued, or from being released by a person; 0 for no second attempt. */
  readonly giveUpAfterMs: number;
  /** What becomes of a mail whose answer was lost. */
  readonly onUnconfirmed: "resend" | "hold";
}

/** What the attempt means for the mail. */
export type Verdict = {
  readonly outcome: AttemptOutcome;
  readonly recipients: readonly RecipientResult[];
  readonly error?: SendError;
  readonly unconfirmed?: number;
} & ({ readonly next: "complete" | "bury" | "hold" } | { readonly next: "defer"; readonly nextAttemptAt: number });

interface Attempted {
  readonly entry: OutboxEntry;
  readonly result: SendReceipt | SendError;
  readonly policy: DeliveryPolicy;
  readonly now: number;
  readonly random: Random;
}

/** Decides by the server's answers alone what becomes of a mail; the table is in docs/outbox.md. */
export function decide(attempted: Attempted): Verdict {
  const { entry, result, policy } = attempted;
  const failure = result instanceof SendError ? result : undefined;
  // A configuration that is refused says nothing of any recipient, even where it was said at one.
  const said = failure && isMisconfigured(failure) && policy.giveUpAfterMs > 0 ? [] : (result.recipients ?? []);
  const recipients = mergeRecipients(entry.recipients, said);
  const accepted = recipients.some(({ state }) => state === "accepted");
  const told: Told = { recipients, accepted, ...(failure ? { error: failure } : {}) };
  const open = recipients.some(isOpen);
  // Neither sent nor lost: a person says what becomes of it.
  if (failure?.code === "ERR_MAIL_SAFE_MODE") return ended(told, "hold", "postponed");
  if (failure && open && isNotItsFault(failure)) return postpone(attempted, told, failure);
  if (!failure || failure.phase === "rcpt") {
    if (open) return retry(attempted, told, accepted ? "partial" : "deferred");
    return accepted
      ? ended(told, "complete", everyone(recipients) ? "accepted" : "partial")
      : ended(told, "bury", "failed");
  }
  if (failure.disposition === "ambiguous") return unconfirmed(attempted, told);
  if (failure.disposition === "permanent") return giveUp(told);
  return retry(attempted, told, "deferred");
}

/** Whom the next attempt is for: those who have neither the mail nor a refusal. */
export function openRecipients({ recipients }: OutboxEntry): string[] {
  return recipients.filter(isOpen).map(({ address }) => address);
}

function isOpen({ state }: RecipientResult): boolean {
  return state === "unknown" || state === "deferred";
}

/** Whether the server could not be reached, or hung up before the body, so that the next mail would fare alike. */
export function isAway(error: SendError): boolean {
  if (error.disposition !== "transient" || error.code === "ERR_MAIL_THROTTLED") return false;
  const beforeMail = ["token", "dns", "connect", "greeting", "ehlo", "tls", "starttls", "auth"].includes(error.phase);
  return error.code !== "ERR_MAIL_CANCELLED" && (beforeMail || error.reason === "dropped");
}

/** Whether no mail of this configuration would pass. What is wrong with our store is not the server's to mend. */
export function isMisconfigured(error: SendError): boolean {
  return error.disposition === "configuration" && error.code !== "ERR_MAIL_STORE";
}

/** Whether the server says that it is too much, rather than something of this mail: by code, because words also greylist. */
export function isOverloaded({ reason, phase, smtp, retryAfterMs, disposition }: SendError): boolean {
  if (retryAfterMs !== undefined && disposition === "transient") return true;
  if (reason === "greeting-busy" || reason === "auth-temporary" || reason === "sender-limit") return true;
  return reason === "throttled" && (phase === "ehlo" || smtp?.replyCode === 421 || smtp?.replyCode === 432);
}

interface Told {
  readonly recipients: readonly RecipientResult[];
  readonly accepted: boolean;
  readonly error?: SendError;
}

function isNotItsFault(error: SendError): boolean {
  return isMisconfigured(error) || isAway(error) || isOverloaded(error) || error.code === "ERR_MAIL_CANCELLED";
}

/** Due again as soon as the configuration or the server is: it is these that are waited for. */
function postpone({ entry, policy, now }: Attempted, told: Told, failure: SendError): Verdict {
  const once = policy.giveUpAfterMs === 0;
  // Only the server's absence makes a mail too old: a held one waits for its person, a cut off one for the next start.
  const ages = isMisconfigured(failure) ? once : failure.code !== "ERR_MAIL_CANCELLED";
  return ages && isTooOld(entry, policy, now) ? expire(told, policy) : deferred(told, "postponed", now);
}

function retry({ entry, policy, now, random }: Attempted, told: Told, outcome: AttemptOutcome): Verdict {
  const since = agesFrom(entry);
  const refusals = entry.attempts.filter(({ at, outcome }) => at >= since && REFUSALS.includes(outcome));
  const nextAttemptAt = now + mailDelay(refusals.length + 1, random);
  if (nextAttemptAt - since > policy.giveUpAfterMs) return expire(told, policy);
  return deferred(told, outcome, nextAttemptAt);
}

function unconfirmed({ entry, policy, now }: Attempted, told: Told): Verdict {
  const times = entry.unconfirmed + 1;
  if (policy.giveUpAfterMs === 0) return ended(told, "bury", "unconfirmed");
  const resend = policy.onUnconfirmed === "resend" && times <= MOST_RESENDS;
  if (!resend) return { ...ended(told, "hold", "unconfirmed"), unconfirmed: times };
  return { ...deferred(told, "unconfirmed", now + UNCONFIRMED_MS), unconfirmed: times };
}

/** Those who have it already make it a mail that was sent, to some. */
function giveUp(told: Told): Verdict {
  return ended(told, told.accepted ? "complete" : "bury", told.accepted ? "partial" : "failed");
}

/** Nothing is wrong with it but that it took too long; the last reason is told as part of that. */
function expire(told: Told, { giveUpAfterMs }: DeliveryPolicy): Verdict {
  const { error } = told;
  if (giveUpAfterMs === 0 || !error) return giveUp(told);
  const facts = { value: error.message, seconds: giveUpAfterMs / 3_600_000 };
  const { recipients, smtp, http } = error;
  const expired = new SendError("expired", {
    phase: error.phase,
    facts,
    ...(smtp ? { smtp } : {}),
    ...(http ? { http } : {}),
    ...(recipients ? { recipients } : {}),
  });
  return giveUp({ ...told, error: expired });
}

function ended(told: Told, next: "complete" | "bury" | "hold", outcome: AttemptOutcome): Verdict {
  return { ...told, next, outcome };
}

function deferred(told: Told, outcome: AttemptOutcome, nextAttemptAt: number): Verdict {
  return { ...told, next: "defer", outcome, nextAttemptAt };
}

function isTooOld(entry: OutboxEntry, policy: DeliveryPolicy, now: number): boolean {
  return now - agesFrom(entry) >= policy.giveUpAfterMs;
}

function agesFrom(entry: OutboxEntry): number {
  return entry.agesFrom ?? entry.queuedAt;
}

function everyone(recipients: readonly RecipientResult[]): boolean {
  return recipients.every(({ state }) => state === "accepted");
}

/** What was said of those who were tried now stands beside what was said of the others before. */
function mergeRecipients(before: readonly RecipientResult[], now: readonly RecipientResult[]): RecipientResult[] {
  const news = new Map(now.map((recipient) => [recipient.address, recipient]));
  return before.map((recipient) => news.get(recipient.address) ?? recipient);
}
