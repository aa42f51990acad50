import type { FailureFacts, FailureReason } from "../../model/catalogue";
import type { Phase } from "../../model/codes";
import type { Redact } from "../../model/redaction";
import { SendError } from "../../model/send-error";
import { errorCodeOf, readAnswer, retryAfterMs } from "./answer";
import type { HttpReply } from "./exchange";
import { DAILY_LIMIT_RETRY_MS, USUAL_RETRY_AFTER_MS } from "./limits";

/** What a request is for: the same answer means different things of different requests. */
export type Purpose =
  /** Makes the mail go out. */
  | "send"
  /** Makes, fills or removes the draft of a mail; needs Mail.ReadWrite. */
  | "draft"
  /** Looks at the mailbox. */
  | "look";

export interface Asked {
  readonly purpose: Purpose;
  readonly mailbox: string;
  readonly host: string;
  /** What the token allows; empty where that is not known. */
  readonly permissions: readonly string[];
  readonly recipients?: readonly string[];
}

/** Graph's names for failures that mean the same whatever the status beside them. */
const BY_CODE: Readonly<Record<string, FailureReason>> = {
  errorsendasdenied: "graph-send-as-denied",
  errorinvaliduser: "graph-mailbox-not-found",
  resourcenotfound: "graph-mailbox-not-found",
  request_resourcenotfound: "graph-mailbox-not-found",
  errornonexistentmailbox: "graph-mailbox-not-found",
  mailboxnotenabledforrestapi: "graph-mailbox-not-online",
  mailboxnotsupportedforrestapi: "graph-mailbox-not-online",
  erroritemnotfound: "graph-draft-lost",
  errorinvalidrecipients: "graph-recipient-invalid",
  errorexceededmessagelimit: "graph-daily-limit",
  errorquotaexceeded: "graph-mailbox-full",
  errormessagesubmissionblocked: "graph-submission-blocked",
  erroraccountsuspend: "graph-submission-blocked",
  errormessagesizeexceeded: "message-too-large",
};

const PHASES: Readonly<Partial<Record<FailureReason, Phase>>> = {
  "graph-token-refused": "token",
  "graph-access-denied": "permission",
  "graph-mailbox-not-found": "mailbox",
  "graph-mailbox-not-online": "mailbox",
};

/** Tells what a refusing answer means: by status first, then by Graph's name for it, never by its words. */
export function classifyAnswer(reply: HttpReply, asked: Asked, redact: Redact, now: number): SendError {
  const reason = reasonOf(reply, asked);
  const http = readAnswer(reply, redact);
  const waitMs = waitOf(reply, reason, now);
  return new SendError(reason, {
    phase: PHASES[reason] ?? "request",
    facts: factsOf(http.response, asked),
    http,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
}

/** The catalogue's name for an answer that is not the expected one. */
function reasonOf(reply: HttpReply, { purpose, permissions }: Asked): FailureReason {
  const { status, headers } = reply;
  if (status === 401) return "graph-token-refused";
  if (status === 429) return isDailyLimit(reply) ? "graph-daily-limit" : "graph-throttled";
  // Only a 503 that says when to come back says that nothing was done (throttling guidance of Microsoft Graph).
  if (status === 503 && headers["retry-after"] !== undefined) return "graph-busy";
  if (status >= 500) return purpose === "send" ? "unconfirmed" : "graph-busy";
  if (status < 300) return purpose === "send" ? "unconfirmed" : "graph-unexpected";
  if (status < 400) return "graph-unexpected";
  const named = BY_CODE[errorCodeOf(reply).toLowerCase()];
  if (named) return named;
  return refusalOf(status, errorCodeOf(reply), mayNotDraft(purpose, permissions));
}

function refusalOf(status: number, code: string, draftMissing: boolean): FailureReason {
  if (status === 403) return draftMissing ? "graph-readwrite-missing" : "graph-access-denied";
  if (status === 413) return "message-too-large";
  if ([408, 409, 423, 425].includes(status)) return "graph-busy";
  // Graph names its failures; something else that answers does not.
  return code === "" ? "graph-unexpected" : "graph-request-refused";
}

function mayNotDraft(purpose: Purpose, permissions: readonly string[]): boolean {
  return purpose === "draft" && !permissions.some((permission) => /^Mail\.ReadWrite(?:\.Shared)?$/i.test(permission));
}

function isDailyLimit(reply: HttpReply): boolean {
  return errorCodeOf(reply).toLowerCase() === "errorexceededmessagelimit";
}

function waitOf(reply: HttpReply, reason: FailureReason, now: number): number | undefined {
  const asked = retryAfterMs(reply, now);
  if (reason === "graph-daily-limit") return Math.max(asked ?? 0, DAILY_LIMIT_RETRY_MS);
  if (reason === "graph-throttled") return asked ?? USUAL_RETRY_AFTER_MS;
  return reason === "graph-busy" ? asked : undefined;
}

function factsOf(response: string, { mailbox, host, recipients = [] }: Asked): FailureFacts {
  return { mailbox, host, response, names: recipients.slice(0, 5).join(", ") };
}
