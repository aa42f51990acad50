import { placesOf } from "./quoted-html";
import { startOfQuote } from "./quoted-text";

/** In HTML each character may stand as an entity, and there are tags for the lines. */
const MOST_MARKUP = 20;
const OPENING = '<div class="signature">';
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

/** What a body ends with besides its own words; either may be empty. */
export interface Ending {
  readonly signature: string;
  /** The files that are linked, as the body shows them. */
  readonly files?: string;
}

/**
 * Adds the files that are linked, and the signature after the delimiter that readers know (RFC 3676 §4.3): before
 * the mail that is quoted, at the end where none is. The signature once: not to a text that ends with the very same.
 */
export function signText(text: string, { signature, files = "" }: Ending): string {
  const quote = startOfQuote(text);
  const own = text.slice(0, quote).trimEnd();
  const ending = [files, isSigned(own, signature) ? "" : delimited(signature)];
  return joined(text, own, ending, quote === undefined ? "" : text.slice(quote));
}

/** The same for a HTML body; the signature is taken literally. */
export function signHtml(html: string, { signature, files = "" }: Ending): string {
  const places = placesOf(html);
  const at = places.quote ?? places.end;
  const block = files + (isSignedHtml(html.slice(0, at), signature) ? "" : blockOf(signature));
  if (block === "") return html;
  return html.slice(0, at) + block + (places.quote === undefined ? "" : "<br>") + html.slice(at);
}

/** The text of a HTML body, signed where that would be; `textOf` reads it from HTML. */
export function signedTextOf(
  html: string,
  { signature, files = "" }: Ending,
  textOf: (html: string) => string,
): string {
  const places = placesOf(html);
  const at = places.quote ?? places.end;
  const ending = [files, isSignedHtml(html.slice(0, at), signature) ? "" : delimited(signature)];
  if (ending.every((part) => part === "")) return textOf(html);
  const quoted = places.quote === undefined ? "" : textOf(html.slice(places.quote, places.end));
  return joined("", textOf(html.slice(0, at)).trimEnd(), ending, quoted);
}

function delimited(signature: string): string {
  return signature === "" ? "" : `-- \n${signature}`;
}

function blockOf(signature: string): string {
  if (signature === "") return "";
  return `${OPENING}<br>-- <br>${escapeHtml(signature).replace(/\r?\n/g, "<br>")}</div>`;
}

/** `whole` as it is where there is nothing to add. */
function joined(whole: string, own: string, ending: readonly string[], quoted: string): string {
  const added = ending.filter((part) => part !== "");
  return added.length === 0 ? whole : [own, ...added, ...(quoted === "" ? [] : [quoted])].join("\n\n");
}

function isSigned(text: string, signature: string): boolean {
  // Blanks and line ends are what changes on the way.
  const end = comparable(text.slice(-(signature.length * 2 + 10)));
  const wanted = comparable(signature);
  return wanted !== "" && (end.endsWith(`\n--\n${wanted}`) || end === `--\n${wanted}`);
}

function isSignedHtml(html: string, signature: string): boolean {
  const from = html.lastIndexOf(OPENING);
  if (from < 0) return false;
  const text = html
    .slice(from + OPENING.length, from + OPENING.length + (signature.length + 10) * MOST_MARKUP)
    .split(/<\/div/i, 1)[0] as string;
  const plain = text
    .replace(/\s+/g, " ")
    .replace(/<br ?\/?>/gi, "\n")
    .replace(/<[^<>]*>/g, "")
    .replace(/&(#?\w{2,5});/g, (entity, name: string) => ENTITIES[name] ?? entity);
  return comparable(plain).replace(/^--\n/, "") === comparable(signature);
}

function comparable(text: string): string {
  return text
    .trim()
    .split(/[^\S\n]*\n/)
    .map((line) => line.trim())
    .join("\n");
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
