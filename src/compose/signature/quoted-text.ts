const UNDERLINES = /^_{20,}$/;
/** “-----Original Message-----”, “---------- Forwarded message ---------”, in any language. */
const ORIGINAL = /^-{3,}\s?[^\s-][^-]{0,60}[^\s-]\s?-{3,}$/;
/** The first field that Outlook copies of the mail that is answered, in languages that it writes. */
const SENDER = /^(?:From|Von|De|Da|Van|Fra|Från|Od|Lähettäjä)\s?:\s?\S/;
const FIELD = /^[\p{L} -]{1,30}:\s?\S/u;
/** The first line of “On Monday, 3 May 2027 at 10:12 Ann Example ⏎ <ann@example.com> wrote:”, in any language. */
const WRAPPED = /^\p{L}{1,4}\.?,? .*\d/u;
/** No form that is looked for is longer. */
const LONGEST_LINE = 500;

/**
 * Where the quoted text of a reply begins, with the lines that say whose it is; undefined where the text
 * does not end with one. In time that grows with the text's length only, whatever is in it.
 */
export function startOfQuote(text: string): number | undefined {
  const lines = linesOf(text);
  return outlookQuote(lines) ?? markedQuote(lines);
}

interface Line {
  readonly start: number;
  /** Without blanks at its end; of a long one its beginning and an ellipsis. */
  readonly text: string;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= text.length; ) {
    const lf = text.indexOf("\n", start);
    const end = lf < 0 ? text.length : lf;
    const cut = end - start > LONGEST_LINE;
    lines.push({ start, text: cut ? `${text.slice(start, start + LONGEST_LINE)}…` : text.slice(start, end).trimEnd() });
    start = end + 1;
  }
  return lines;
}

/** All that follows is the quote: Outlook does not mark its lines. */
function outlookQuote(lines: readonly Line[]): number | undefined {
  return lines.find(({ text }, at) => {
    if (!UNDERLINES.test(text) && !ORIGINAL.test(text)) return false;
    const first = lines[at + 1]?.text === "" ? at + 2 : at + 1;
    return SENDER.test(lines[first]?.text ?? "") && FIELD.test(lines[first + 1]?.text ?? "");
  })?.start;
}

/** Lines that begin with `>`, up to the end. */
function markedQuote(lines: readonly Line[]): number | undefined {
  let first: number | undefined;
  let at = lines.length - 1;
  for (; at >= 0; at--) {
    const { text } = lines[at] as Line;
    if (text.startsWith(">")) first = at;
    else if (text !== "") break;
  }
  return first === undefined ? undefined : lines[withAttribution(lines, first, at)]?.start;
}

/** The line before, where it ends with a colon, and the one before that, where it is the beginning of the same sentence. */
function withAttribution(lines: readonly Line[], first: number, before: number): number {
  if (before < 0 || first - before > 2 || !lines[before]?.text.endsWith(":")) return first;
  const [earlier = "", last = ""] = [lines[before - 1]?.text, lines[before]?.text];
  return WRAPPED.test(earlier) && !WRAPPED.test(last) ? before - 1 : before;
}
