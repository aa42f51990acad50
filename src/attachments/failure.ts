import { shorten } from "../compose/fields";
import type { FailureFacts, FailureReason } from "../model/catalogue";
import type { Disposition } from "../model/codes";
import { SendError } from "../model/send-error";

/** Why an attachment cannot be had; `field` names the property of the message that asks for it. */
export function failure(
  reason: FailureReason,
  field: string,
  facts: FailureFacts,
  disposition?: Disposition,
): SendError {
  return new SendError(reason, { phase: "input", facts: { ...facts, field }, ...(disposition ? { disposition } : {}) });
}

/** A web address as errors show it: what may be a secret, before the host and after the path, is left out. */
export function shownUrl({ protocol, host, pathname }: URL): string {
  return shorten(`${protocol}//${host}${pathname}`);
}
