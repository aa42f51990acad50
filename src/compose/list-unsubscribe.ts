import { isAddress } from "../model/address-syntax";
import type { HeaderField } from "../model/email";
import { readLine, readToken, refuse } from "./fields";

/**
 * Commas and spaces between two of them: within a URI neither begins another one. Only where a run of them begins,
 * because to look from each of its characters takes minutes on a long one.
 */
const BETWEEN = /(?<![\s,])[\s,]+(?=<?(?:mailto|https):)/i;

/**
 * Reads how a reader leaves a list: `mailto:` and `https:` URIs, at most one of the latter, which then
 * is the one-click kind: receivers POST to it themselves (RFC 2369 §3.2, RFC 8058 §3.1).
 * `others` are the mail's own headers. Throws SendError that names the field.
 */
export function readListUnsubscribe(value: unknown, field: string, others: readonly HeaderField[]): HeaderField[] {
  const texts = (Array.isArray(value) ? value : [value]).map((text) => readLine(text, field).trim());
  const uris = texts.flatMap((text) => (text === "" ? [] : text.split(BETWEEN))).map((text) => readUri(text, field));
  if (uris.length === 0) return [];
  const twice = others.find(({ name }) => /^list-unsubscribe(?:-post)?$/i.test(name));
  if (twice) throw refuse("header-refused", `headers.${twice.name}`, "this header is written from Unsubscribe already");
  const https = uris.filter((uri) => uri.startsWith("https:"));
  if (https.length > 1) throw refuse("field-type", field, "must have at most one https address");
  return [
    { name: "List-Unsubscribe", value: uris.map((uri) => `<${uri}>`).join(", ") },
    ...(https.length > 0 ? [{ name: "List-Unsubscribe-Post", value: "List-Unsubscribe=One-Click" }] : []),
  ];
}

function readUri(text: string, field: string): string {
  const bare = text.replace(/^<(.*)>$/, "$1");
  const url = URL.canParse(bare) && !/[\s<>]/.test(bare) ? new URL(bare) : undefined;
  const known = url?.protocol === "https:" || (url?.protocol === "mailto:" && isAddress(addressOf(url), true));
  if (!url || !known) throw refuse("field-type", field, `“${text}” is neither a mailto: address nor an https: address`);
  // A comma would end it for readers that split the header at commas.
  return readToken(url.href.replaceAll(",", "%2C"), field);
}

function addressOf({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return "";
  }
}
