/**
 * The same text with LF at the end of its lines. A CR alone must not stand in a mail (RFC 5322 §2.3): SMTP turns
 * it into a line end on the way, after the mail was signed and its size announced.
 */
export function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/**
 * A text whose lines end with LF, with CRLF instead, as RFC 5322 §2.1 has it. All else that is composed ends its
 * lines so by itself; to look through the whole mail costs a third of the time that composing it takes.
 */
export function withCrlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}
