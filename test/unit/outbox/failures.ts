import type { FailureReason } from "../../../src/model/catalogue";
import type { Phase } from "../../../src/model/codes";
import type { RecipientResult, RecipientState } from "../../../src/model/receipt";
import { SendError } from "../../../src/model/send-error";

export const HOUR = 3_600_000;

export function recipient(address: string, state: RecipientState): RecipientResult {
  return { address, state };
}

export function failure(reason: FailureReason, phase: Phase, replyCode?: number): SendError {
  const smtp = replyCode === undefined ? {} : { smtp: { replyCode, response: `${replyCode} said so` } };
  return new SendError(reason, { phase, ...smtp });
}

/** Every recipient was refused at RCPT, each in its own way. */
export function allRefused(recipients: readonly RecipientResult[]): SendError {
  const later = recipients.some(({ state }) => state === "deferred");
  return new SendError(later ? "recipient-deferred" : "recipient-refused", { phase: "rcpt", recipients });
}

export const away = (): SendError => failure("connect-refused", "connect");
export const throttled = (): SendError => failure("throttled", "mail", 421);
export const greylisted = (): SendError => failure("content-deferred", "dot", 451);
export const loginRefused = (): SendError => failure("auth-refused", "auth", 535);
export const lostAnswer = (): SendError => failure("unconfirmed", "dot");
