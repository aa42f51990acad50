import type { SmtpAnswer } from "../../model/receipt";

const REPLY = /^(\d{3})[ -]?(?:(\d\.\d{1,3}\.\d{1,3})(?=\s|$))?/;

/** Reads a server's reply: its code, its enhanced code (RFC 3463), and its words on one line. */
export function readReply(text: string): SmtpAnswer {
  const match = REPLY.exec(text);
  // Every further line repeats code and enhanced code (RFC 5321 §4.2.1, RFC 2034 §4); once is enough.
  const lines = text.split(/\r?\n/);
  const repeated = new RegExp(`^${match?.[1] ?? "\\d{3}"}[ -](?:\\d\\.\\d{1,3}\\.\\d{1,3}\\s+)?`);
  const response = [lines[0]?.replace(/^(\d{3})-/, "$1 "), ...lines.slice(1).map((line) => line.replace(repeated, ""))]
    .join(" ")
    .trim()
    .slice(0, MAX_RESPONSE_CHARACTERS);
  return {
    ...(match ? { replyCode: Number(match[1]) } : {}),
    ...(match?.[2] ? { enhancedCode: match[2] } : {}),
    response,
  };
}

/** A hostile server's novel must fill neither a status nor a log. */
const MAX_RESPONSE_CHARACTERS = 1000;
