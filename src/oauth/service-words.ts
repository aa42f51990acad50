import { printable } from "../model/printable";

/** Long enough for the sentence that tells the reason, short enough for a node's status and a log line. */
const MOST_CHARACTERS = 300;

/**
 * The first sentences of what a service said, on one line.
 * Secrets must have been removed before: a cut one is not found any more.
 */
export function shortWords(text: string): string {
  const line = printable(text).replace(/\s+/g, " ").trim();
  if (line.length <= MOST_CHARACTERS) return line;
  const cut = line.slice(0, MOST_CHARACTERS);
  const end = Math.max(cut.lastIndexOf(". "), cut.lastIndexOf("! "), cut.lastIndexOf("? "));
  return end > MOST_CHARACTERS / 3 ? cut.slice(0, end + 1) : `${cut.slice(0, cut.lastIndexOf(" "))} …`;
}

/** With a full stop where there is none: the words stand at the end of a cause. */
export function asSentence(text: string): string {
  return /[.!?…”]$/.test(text) ? text : `${text}.`;
}

/** An id of a request, as Microsoft writes them; undefined where it is anything else, and so might be a secret. */
export function asRequestId(text: unknown): string | undefined {
  return typeof text === "string" && /^[\da-f-]{8,64}$/i.test(text) ? text : undefined;
}

/** The name of an error (RFC 6749 §5.2); undefined where it is anything else. */
export function asErrorName(text: unknown): string | undefined {
  return typeof text === "string" && /^[A-Za-z_]{1,40}$/.test(text) ? text : undefined;
}
