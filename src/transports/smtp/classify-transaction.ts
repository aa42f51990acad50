import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { phrase } from "../../model/catalogue";
import type { Phase } from "../../model/codes";
import type { PreparedEmail } from "../../model/email";
import type { RecipientResult, SendReceipt, SmtpAnswer } from "../../model/receipt";
import type { Redact } from "../../model/redaction";
import { SendError } from "../../model/send-error";
import type { GenericSettings } from "../../settings/generic";
import { classifyReply, isTooManyRecipients } from "./classify-reply";
import { factsOf } from "./classify-socket";
import { readReply } from "./reply";

/** What is read of nodemailer's errors. */
export type NodemailerError = Partial<SMTPConnection.SMTPError> & {
  rejectedErrors?: NodemailerError[];
  recipient?: string;
};

/** The receipt of a mail that was accepted for at least one recipient, with each one's own answer. */
export function receiptOf(email: PreparedEmail, info: SMTPConnection.SentMessageInfo, redact: Redact): SendReceipt {
  const answer = readReply(redact(info.response));
  const refused = new Map(
    (info.rejectedErrors ?? []).map((error: NodemailerError) => [
      error.recipient,
      readReply(redact(error.response ?? "")),
    ]),
  );
  const recipients = email.envelope.to.map((address): RecipientResult => {
    const refusal = refused.get(address);
    return refusal ? refusedRecipient(address, refusal) : { address, state: "accepted", answer };
  });
  return { messageId: email.messageId, recipients, response: answer.response };
}

/**
 * The same failure with what was said of single recipients before the conversation ended.
 *
 * Postfix hangs up (421) after twenty recipients whom it does not know: sent to all of them again and again, the
 * mail would never come to those whom it knows.
 */
export function withRefusals(error: SendError, to: readonly string[], replies: readonly string[]): SendError {
  const { reason, phase, facts, smtp, disposition, recipients } = error;
  if (recipients || disposition !== "transient" || (phase !== "rcpt" && phase !== "data")) return error;
  const refused = replies.flatMap((reply, at): RecipientResult[] => {
    const [address, answer] = [to[at], readReply(reply)];
    const { replyCode = 0 } = answer;
    return address === undefined || replyCode < 400 || replyCode === 421 ? [] : [refusedRecipient(address, answer)];
  });
  if (refused.length === 0 || refused.length === to.length) return error;
  return new SendError(reason, { phase, facts, recipients: refused, ...(smtp ? { smtp } : {}) });
}

/** Tells what a refusal of the sender, of every recipient, or of the content means. */
export function classifyTransaction(error: NodemailerError, settings: GenericSettings, redact: Redact): SendError {
  if (error.rejectedErrors && error.rejectedErrors.length > 0)
    return allRefused(error.rejectedErrors, settings, redact);
  const phase: Phase = error.command === "MAIL FROM" ? "mail" : error.code === "EMESSAGE" ? "body" : "data";
  if (typeof error.response !== "string") {
    return new SendError("protocol-error", {
      phase,
      facts: { ...factsOf(settings, phase), response: phrase("no-answer") },
    });
  }
  return classifyReply(readReply(redact(error.response)), phase, settings);
}

function allRefused(errors: readonly NodemailerError[], settings: GenericSettings, redact: Redact): SendError {
  const recipients = errors.map((error) =>
    refusedRecipient(error.recipient ?? "", readReply(redact(error.response ?? ""))),
  );
  // One recipient who may be served later makes the whole mail worth keeping.
  const decisive = recipients.find(({ state }) => state === "deferred") ?? (recipients[0] as RecipientResult);
  const names = recipients.map(({ address }) => address).join(", ");
  const told = classifyReply(decisive.answer as SmtpAnswer, "rcpt", settings, names);
  return new SendError(told.reason, {
    phase: "rcpt",
    facts: { ...factsOf(settings, "rcpt"), response: decisive.answer?.response ?? "", names },
    ...(decisive.answer ? { smtp: decisive.answer } : {}),
    recipients,
  });
}

function refusedRecipient(address: string, answer: SmtpAnswer): RecipientResult {
  const temporary = (answer.replyCode ?? 0) < 500 || isTooManyRecipients(answer);
  return { address, state: temporary ? "deferred" : "rejected", answer };
}
