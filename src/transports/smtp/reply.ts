import { printable } from "../../model/printable";
import type { SmtpAnswer } from "../../model/receipt";

/** Codes begin with 2 to 5 (RFC 5321 §4.2.1); what is behind them is not always parted by a blank. */
const REPLY = /^([2-5]\d{2})(?!\d)[ -]?(?:(\d\.\d{1,3}\.\d{1,3})(?=\s|$))?/;

/** Whether this can be a reply at all. */
export function isReply(text: string): boolean {
  return REPLY.test(text);
}

/** Reads a server's reply: its code, its enhanced code (RFC 3463), and its words on one line. */
export function readReply(text: string): SmtpAnswer {
  const match = REPLY.exec(text);
  // Every further line repeats code and enhanced code (RFC 5321 §4.2.1, RFC 2034 §4); once is enough.
  const [first = "", ...more] = text.split(/\r?\n/);
  const words = [first.replace(/^(\d{3})-/, "$1 "), ...(more.length > 0 ? withoutCodes(more, match?.[1]) : [])]
    .join(" ")
    .slice(0, match ? MAX_RESPONSE_CHARACTERS : MAX_BANNER_CHARACTERS);
  const response = printable(words).trim();
  return {
    ...(match ? { replyCode: Number(match[1]) } : {}),
    ...(match?.[2] ? { enhancedCode: match[2] } : {}),
    response,
  };
}

function withoutCodes(lines: readonly string[], code = "\\d{3}"): string[] {
  const repeated = new RegExp(`^${code}[ -](?:\\d\\.\\d{1,3}\\.\\d{1,3}\\s+)?`);
  return lines.map((line) => line.replace(repeated, ""));
}

/** A hostile server's novel must fill neither a status nor a log. */
const MAX_RESPONSE_CHARACTERS = 1000;
/** What is no reply comes from something else than a mail server: as much as tells a person what it is. */
const MAX_BANNER_CHARACTERS = 100;
