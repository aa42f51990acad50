import type { SendResult } from "../../src/mailer";
import type { RecipientResult } from "../../src/model/receipt";
import { SendError } from "../../src/model/send-error";

/** What a step writes into `msg.email`; documented in the node's help. */
export function emailResultOf(result: SendResult): Record<string, unknown> {
  return { ...result, recipients: result.recipients.map(flatRecipient) };
}

/** Whether a step wrote this, not the flow: `msg.email` may as well be somebody's address. */
export function isResult(email: unknown): boolean {
  return typeof (email as { state?: unknown } | null | undefined)?.state === "string";
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
  const { code, reason, disposition, phase, remedy, field, smtp, http, recipients } = error;
  const known = { reason, disposition, phase, remedy, field, smtp, http };
  const details = { ...known, recipients: recipients?.map(flatRecipient) };
  const cause = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
  const told = Object.assign(new Error(inWords(error), { cause }), { code });
  // It would be printed instead of the message, and tells a flow's author nothing.
  delete told.stack;
  // Node-RED shows what toString gives, in Catch and in the debug sidebar: without "Error: " before it.
  return Object.defineProperty(told, "name", { value: "", configurable: true, writable: true });
}

/** Cause and remedy as sentences; a cause often ends in a server's words, which may have no full stop. */
export function inWords({ message, remedy }: SendError): string {
  return `${message}${/[.!?…:;][”"')\]]*$/.test(message) ? "" : "."} ${remedy}`;
}

function flatRecipient({ address, state, answer }: RecipientResult): Record<string, unknown> {
  return { address, state, ...answer };
}
