import type { SendResult } from "../../src/mailer";
import type { RecipientResult } from "../../src/model/receipt";
import { SendError } from "../../src/model/send-error";

/** What a step writes into `msg.email`; documented in the node's help. */
export function emailResultOf(result: SendResult): Record<string, unknown> {
  return { ...result, recipients: result.recipients.map(flatRecipient) };
}

/** The error of a mail that only some recipients were spared; the others have it already. */
export function partlyRefused(result: SendResult): SendError {
  const refused = result.recipients.filter(({ state }) => state !== "accepted");
  const names = refused.map(({ address }) => address).join(", ");
  const response = refused[0]?.answer?.response ?? "";
  return new SendError("recipients-partly-refused", {
    phase: "rcpt",
    facts: { names, response },
    recipients: result.recipients,
  });
}

/**
 * The error that reaches Catch. Node-RED copies `message`, `code` and `cause` of it into
 * `msg.error`, so everything else that a flow can use is a plain object in `cause`.
 */
export function errorForCatch(error: SendError): Error {
  const { code, reason, disposition, phase, remedy, field, smtp, recipients } = error;
  const details = { reason, disposition, phase, remedy, field, smtp, recipients: recipients?.map(flatRecipient) };
  const cause = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
  const told = Object.assign(new Error(`${error.message} ${remedy}`, { cause }), { code });
  // It would be printed instead of the message, and tells a flow's author nothing.
  delete told.stack;
  return told;
}

function flatRecipient({ address, state, answer }: RecipientResult): Record<string, unknown> {
  return { address, state, ...answer };
}
