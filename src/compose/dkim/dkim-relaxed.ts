import { createHash, type Hash } from "node:crypto";
import type { PreparedEmail } from "../../model/email";
import { encodedPieces } from "../whole-mime";

const LF = 0x0a;
/** Enough for few calls, little enough to need no memory. */
const SLICE_BYTES = 64 * 1024;
const BYTES_A_TURN = 1_000_000;
const WHITESPACE = new Set([0x20, 0x09, 0x0d, LF]);

/** A header field in the canonical form “relaxed” (RFC 6376 §3.4.2), without its line end. One character for each byte. */
export function relaxedField(field: string): string {
  const colon = field.indexOf(":");
  const value = field
    .slice(colon + 1)
    .replaceAll("\r\n", "")
    .replace(/[ \t]+/g, " ");
  return `${field.slice(0, colon).trimEnd().toLowerCase()}:${value.replace(/^ | $/g, "")}`;
}

/**
 * SHA-256 in base64 of the body in the canonical form “relaxed” (RFC 6376 §3.4.4).
 *
 * The body is read slice by slice and never copied as a whole, and other work has its turn in between.
 * `mime` has CRLF at the end of every line; its body begins at `start`. What comes from files is in that form
 * by itself: base64 has no white space but its line ends.
 */
export async function relaxedBodyHash(
  { mime, files = [] }: Pick<PreparedEmail, "mime" | "files">,
  start: number,
): Promise<string> {
  const hash = createHash("sha256");
  const end = endOfContent(mime, start);
  let from = start;
  for (const { at, file } of files) {
    await updateRelaxed(hash, mime, from, at);
    for await (const piece of encodedPieces(file)) hash.update(piece);
    from = at;
  }
  await updateRelaxed(hash, mime, from, end);
  if (end > start) hash.update("\r\n");
  return hash.digest("base64");
}

async function updateRelaxed(hash: Hash, mime: Buffer, start: number, end: number): Promise<void> {
  let sinceTurn = 0;
  for (let at = start; at < end; ) {
    const next = endOfSlice(mime, at, end);
    hash.update(relaxedLines(mime.toString("latin1", at, next)), "latin1");
    sinceTurn += next - at;
    at = next;
    if (sinceTurn < BYTES_A_TURN) continue;
    sinceTurn = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Where the last line that is not empty ends, its line end left out. */
function endOfContent(mime: Buffer, start: number): number {
  let end = mime.length;
  while (end > start && WHITESPACE.has(mime[end - 1] as number)) end--;
  return end;
}

/** At the end of a line, where white space is known to be the last of it. */
function endOfSlice(mime: Buffer, at: number, end: number): number {
  if (at + SLICE_BYTES >= end) return end;
  const lineEnd = mime.indexOf(LF, at + SLICE_BYTES);
  return lineEnd < 0 || lineEnd >= end ? end : lineEnd + 1;
}

/** A bare CR is a line end as well: nodemailer makes one of it when it sends (RFC 5321 §2.3.8 forbids it alone). */
function relaxedLines(text: string): string {
  return text
    .replace(/\r(?!\n)/g, "\r\n")
    .replace(/[ \t]{2,}|\t/g, " ")
    .replaceAll(" \r\n", "\r\n");
}
