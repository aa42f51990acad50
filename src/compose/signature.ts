import { placesOf } from "./quoted-html";
import { startOfQuote } from "./quoted-text";

/** In HTML each character may stand as an entity, and there are tags for the lines. */
const MOST_MARKUP = 20;
const OPENING = '<div class="signature">';
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

/**
 * Adds the signature after the delimiter that readers know (RFC 3676 §4.3): before the mail that is quoted,
 * at the end where none is. Once: a text that ends with the very same one stays as it is.
 */
export function signText(text: string, signature: string): string {
  const quote = startOfQuote(text);
  const own = text.slice(0, quote).trimEnd();
  if (isSigned(own, signature)) return text;
  return joined(own, signature, quote === undefined ? "" : text.slice(quote));
}

/** The same for a HTML body; the signature is taken literally. */
export function signHtml(html: string, signature: string): string {
  const places = placesOf(html);
  const at = places.quote ?? places.end;
  if (isSignedHtml(html.slice(0, at), signature)) return html;
  const block = `${OPENING}<br>-- <br>${escapeHtml(signature).replace(/\r?\n/g, "<br>")}</div>`;
  return html.slice(0, at) + block + (places.quote === undefined ? "" : "<br>") + html.slice(at);
}

/** The text of a HTML body, signed where that would be; `textOf` reads it from HTML. */
export function signedTextOf(html: string, signature: string, textOf: (html: string) => string): string {
  const places = placesOf(html);
  const at = places.quote ?? places.end;
  if (isSignedHtml(html.slice(0, at), signature)) return textOf(html);
  const quoted = places.quote === undefined ? "" : textOf(html.slice(places.quote, places.end));
  return joined(textOf(html.slice(0, at)).trimEnd(), signature, quoted);
}

function joined(own: string, signature: string, quoted: string): string {
  const signed = `${own}\n\n-- \n${signature}`;
  return quoted === "" ? signed : `${signed}\n\n${quoted}`;
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

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
