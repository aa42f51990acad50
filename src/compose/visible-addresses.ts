const BLANK = /\s/;
/** What ends an address outside quotes. */
const SEPARATOR = /[<>,;:()@\s]/;

/**
 * The addresses that a person sees in a text: whatever has an @ outside quotes and comments, without the
 * blanks beside the @ (RFC 5322 §4.4). Undefined where a quote or comment does not end, or quotes stand
 * in the middle of an address: readers do not agree on what that is.
 */
export function visibleAddresses(text: string): string[] | undefined {
  const masked = mask(text);
  if (masked === undefined) return undefined;
  const found: string[] = [];
  for (let at = masked.indexOf("@"); at >= 0; at = masked.indexOf("@", at + 1)) {
    const localEnd = back(masked, at, (character) => BLANK.test(character));
    const domainStart = on(masked, at + 1, (character) => BLANK.test(character));
    const localStart = back(masked, localEnd, isPart);
    const end = endOfDomain(masked, domainStart);
    const partlyQuoted = /"[^"]|[^"]"/.test(masked.slice(localStart, localEnd));
    if (partlyQuoted || masked.slice(domainStart, end).includes('"')) return undefined;
    const [local, domain] = [text.slice(localStart, localEnd), text.slice(domainStart, end)];
    const apart = localEnd !== at || domainStart !== at + 1;
    // “Support @ Example” is a name; “orders @ example.com” is an address.
    if (local === "" || domain === "" || (apart && !domain.includes("."))) continue;
    found.push(`${local}@${domain}`);
  }
  return found;
}

/** What stands between the separators of a list beside comments, in the form of `bareAddress`. */
export function listParts(text: string): Set<string> {
  const masked = mask(text) ?? text;
  const parts = new Set<string>();
  let from = 0;
  for (const { index } of masked.matchAll(/[,;:]|$/g)) {
    const open = masked
      .slice(from, index)
      .split("")
      .map((shown, at) => (shown === " " ? "" : text[from + at]));
    parts.add(bareAddress(open.join("")));
    from = index + 1;
  }
  return parts;
}

/** For comparing: a parser leaves out quotes, blanks and backslashes that are not needed. */
export function bareAddress(address: string): string {
  return address.replace(/["\\\s]/g, "").toLowerCase();
}

/** The text with quoted characters as quotes and comments as blanks, of the same length. */
function mask(text: string): string | undefined {
  let [masked, quoted, depth] = ["", false, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && (quoted || depth > 0)) {
      masked += quoted ? '""' : "  ";
      at++;
    } else if (character === '"' && depth === 0) {
      quoted = !quoted;
      masked += '"';
    } else if (quoted) masked += '"';
    else if (character === "(" || depth > 0) {
      if (character === "(") depth++;
      if (character === ")") depth--;
      masked += " ";
    } else masked += character;
  }
  return quoted || depth > 0 ? undefined : masked.slice(0, text.length);
}

const isPart = (character: string): boolean => !SEPARATOR.test(character);

function back(text: string, from: number, fits: (character: string) => boolean): number {
  let at = from;
  while (at > 0 && fits(text[at - 1] as string)) at--;
  return at;
}

function on(text: string, from: number, fits: (character: string) => boolean): number {
  let at = from;
  while (at < text.length && fits(text[at] as string)) at++;
  return at;
}

/** An address literal may have colons: `[IPv6:2001:db8::1]`. */
function endOfDomain(masked: string, from: number): number {
  const close = masked[from] === "[" ? masked.indexOf("]", from) : -1;
  return close > 0 ? close + 1 : on(masked, from, isPart);
}
