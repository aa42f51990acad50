import { type HtmlTag, hasWord, tagsOf } from "./html-tags";

export interface HtmlPlaces {
  /** Where the body ends. */
  readonly end: number;
  /** Where the mail that is answered begins, with the line that says whose it is; absent where none is quoted at the end. */
  readonly quote?: number;
}

/** Outlook writes these before what it quotes, which is in no element of its own: all that follows is the quote. */
const OUTLOOK_IDS = ["appendonsend", "divRplyFwdMsg"];
/** What may follow a quote and shows nothing. */
const INVISIBLE = new Set(["br", "div", "p", "span"]);
/** Longer is no “On Monday Ann wrote:”. */
const LONGEST_ATTRIBUTION = 1000;

/** Where a signature can go in a HTML body. Only what mail programs are known to write counts as a quote. */
export function placesOf(html: string): HtmlPlaces {
  const quotes = new QuoteFinder();
  let end = html.length;
  for (const tag of tagsOf(html)) {
    if (tag.closing && tag.name === "body") end = tag.start;
    quotes.read(tag);
  }
  const { start } = quotes;
  return start === undefined ? { end } : { end, quote: start };
}

/** An element that is open, or the last one of its kind that was. */
interface Box {
  readonly name: string;
  readonly start: number;
  /** How many of its name are open around it. */
  readonly depth: number;
  closed: boolean;
}

class QuoteFinder {
  readonly #depths = new Map<string, number>();
  /** What quotes, as long as nothing to see comes after it. */
  #quote: Box | undefined;
  /** The last paragraph that began: it may say who is quoted. */
  #attribution: (Box & { last?: string }) | undefined;
  #rule: number | undefined;
  #outlook: number | undefined;

  get start(): number | undefined {
    return this.#outlook ?? (this.#quote?.closed ? this.#quote.start : undefined);
  }

  read(tag: HtmlTag): void {
    if (this.#outlook !== undefined) return;
    const { afterText, lastCharacter, closing, name } = tag;
    if (afterText) this.#seeText(lastCharacter);
    if (closing) this.#close(name);
    else this.#open(tag);
  }

  #seeText(last: string): void {
    this.#rule = undefined;
    if (this.#quote?.closed) this.#quote = undefined;
    if (this.#attribution?.closed) this.#attribution = undefined;
    else if (this.#attribution) this.#attribution.last = last;
  }

  #open({ name, attributes, start }: HtmlTag): void {
    if (this.#quote?.closed && !INVISIBLE.has(name)) this.#quote = undefined;
    const depth = this.#depths.get(name) ?? 0;
    this.#depths.set(name, depth + 1);
    if (name === "div" && OUTLOOK_IDS.some((id) => hasWord(attributes, "id", id))) {
      this.#outlook = this.#rule ?? start;
      return;
    }
    const quotes = name === "blockquote" || (name === "div" && isGmailQuote(attributes));
    if (quotes && !this.#quote) this.#quote = { name, depth, start: this.#withAttribution(start), closed: false };
    if (name === "div" || name === "p") this.#attribution = { name, depth, start, closed: false };
    if (name === "hr") this.#rule = start;
    else if (!INVISIBLE.has(name)) this.#rule = undefined;
  }

  #close(name: string): void {
    const depth = Math.max(0, (this.#depths.get(name) ?? 0) - 1);
    this.#depths.set(name, depth);
    for (const box of [this.#quote, this.#attribution]) {
      if (box && !box.closed && box.name === name && box.depth >= depth) box.closed = true;
    }
  }

  #withAttribution(start: number): number {
    const { closed, last, start: from } = this.#attribution ?? { start };
    return closed && last === ":" && start - from <= LONGEST_ATTRIBUTION ? from : start;
  }
}

function isGmailQuote(attributes: string): boolean {
  return hasWord(attributes, "class", "gmail_quote") || hasWord(attributes, "class", "gmail_quote_container");
}
