import type { Envelope, Mailbox } from "../model/email";
import { toEnvelopeAddress } from "./addresses";
import type { ReadMail } from "./read-back/read-mime";

/** Whom a mail goes to, by the field that shows them; Bcc shows nobody. */
export interface Recipients {
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
}

/**
 * Those of the envelope, by the headers that name them; whom no header names is Bcc.
 *
 * For services that send to whoever the headers name: who is not in the envelope any more, because
 * they have the mail already, must not be named either.
 */
export function recipientsOf({ to, cc }: Pick<ReadMail, "to" | "cc">, envelope: Envelope): Recipients {
  const asked = new Set(envelope.to.map(keyOf));
  const named = new Set([...to, ...cc].map(({ address }) => keyOf(address)));
  const isAsked = ({ address }: Mailbox): boolean => asked.has(keyOf(address));
  return {
    to: to.filter(isAsked),
    cc: cc.filter(isAsked),
    bcc: envelope.to.filter((address) => !named.has(keyOf(address))).map((address) => ({ name: "", address })),
  };
}

/** A domain's letters count alike in either case (RFC 5321 §2.4), and in its Unicode and ASCII forms. */
function keyOf(address: string): string {
  const at = address.lastIndexOf("@") + 1;
  return toEnvelopeAddress(address.slice(0, at) + address.slice(at).toLowerCase());
}
