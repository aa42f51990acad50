const CR = 0x0d;
const LF = 0x0a;

/**
 * The same bytes with CRLF at the end of every line, as RFC 5322 §2.1 has it; the same Buffer where they have it already.
 * Much cheaper than nodemailer's own conversion, which is a stream.
 */
export function withCrlf(mime: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = mime.indexOf(LF); at >= 0; at = mime.indexOf(LF, at + 1)) {
    if (at > 0 && mime[at - 1] === CR) continue;
    parts.push(mime.subarray(from, at), CRLF);
    from = at + 1;
  }
  return parts.length === 0 ? mime : Buffer.concat([...parts, mime.subarray(from)]);
}

const CRLF = Buffer.from("\r\n");

/**
 * The same text with LF at the end of its lines. A CR alone must not stand in a mail (RFC 5322 §2.3): SMTP turns
 * it into a line end on the way, after the mail was signed and its size announced.
 */
export function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}
