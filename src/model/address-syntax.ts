const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\\u0080-\\u{10FFFF}]+";
const DOT_ATOM = new RegExp(`^${ATEXT}(?:\\.${ATEXT})*$`, "u");
const QUOTED = /^"(?:[^"\\\u0000-\u001f\u007f]|\\[\u0020-\u007e])*"$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u;
const ADDRESS_LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]+)\]$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * Whether this is one e-mail address without a name.
 *
 * Strict: addr-spec of RFC 5322 §3.4.1 with the letters of RFC 6532 and the lengths of
 * RFC 5321 §4.5.3.1. Lenient: whatever some server may deliver, such as two dots in a row,
 * as long as it cannot be mistaken for anything else in a mail command.
 */
export function isAddress(text: string, strict: boolean): boolean {
  const at = text.lastIndexOf("@");
  if (at < 1 || text.length > 254 || hasControlCharacter(text)) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (!isDomain(domain)) return false;
  if (strict) return local.length <= 64 && (DOT_ATOM.test(local) || QUOTED.test(local));
  return !/[\s<>(),;:"\\@]/.test(local) || QUOTED.test(local);
}

/** Whether this can be the part after the @, or the name of a server. */
export function isDomain(text: string): boolean {
  if (text.length > 253) return false;
  return ADDRESS_LITERAL.test(text) || text.split(".").every((label) => label.length <= 63 && LABEL.test(label));
}

/** Whether the text has a line break or another character that ends or hides a header line. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL.test(text);
}
