import { describeFailure, type FailureFacts, type FailureReason } from "./catalogue";
import type { Disposition, ErrorCode, Phase } from "./codes";
import type { HttpAnswer, RecipientResult, SmtpAnswer } from "./receipt";

export interface SendErrorDetail {
  phase: Phase;
  facts?: FailureFacts;
  smtp?: SmtpAnswer;
  recipients?: readonly RecipientResult[];
  disposition?: Disposition;
  /** How long the server asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
  http?: HttpAnswer;
}

/**
 * The only error that leaves `src`.
 *
 * Everything on it is safe to show: it is built from the catalogue and from the server's words
 * after secrets were removed, and never carries another library's error as its cause.
 */
export class SendError extends Error {
  override readonly name = "SendError";
  readonly code: ErrorCode;
  readonly reason: FailureReason;
  readonly phase: Phase;
  readonly disposition: Disposition;
  readonly remedy: string;
  /** What fills the places of cause and remedy: a translation is made of the reason and of these. */
  readonly facts: FailureFacts;
  /** The field of the configuration or message that is wrong, as it is called in the flow file. */
  readonly field?: string;
  readonly smtp?: SmtpAnswer;
  readonly recipients?: readonly RecipientResult[];
  readonly retryAfterMs?: number;
  readonly http?: HttpAnswer;

  constructor(reason: FailureReason, detail: SendErrorDetail) {
    const entry = describeFailure(reason, detail.facts);
    super(entry.cause);
    this.code = entry.code;
    this.reason = reason;
    this.phase = detail.phase;
    this.disposition = detail.disposition ?? entry.disposition;
    this.remedy = entry.remedy;
    this.facts = entry.facts;
    const field = detail.facts?.field ?? entry.field;
    if (field !== undefined) this.field = String(field);
    if (detail.smtp) this.smtp = detail.smtp;
    if (detail.recipients) this.recipients = detail.recipients;
    if (detail.retryAfterMs !== undefined) this.retryAfterMs = detail.retryAfterMs;
    if (detail.http) this.http = detail.http;
  }
}
