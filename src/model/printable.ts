/** What breaks a line, moves a terminal's cursor, or hides or turns round what stands beside it. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** A stranger's words as they may stand in an error, a log line or a dialog: on one line, and as they are stored. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, " ");
}
