/** What a preview must not have: it runs, goes elsewhere, fetches something, or makes something that does. */
const FORBIDDEN =
  "script, link, meta, base, iframe, frame, frameset, object, embed, portal, fencedframe, template, set, animate";
/** Parsing what was written may bring forth what was hidden; a mail for which that goes on is not shown. */
const MOST_TURNS = 5;

const PAGE = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light">
<style>a{color:#0645ad;text-decoration:underline}img:not([src]){outline:1px dashed #999;min-width:32px;min-height:24px}</style>`;

/** What these name is fetched by itself. */
const FETCHED = ["src", "srcset", "poster", "background", "data"];
/** What runs, or sends somewhere. */
const ACTIVE = /^(?:on|action$|formaction$|ping$|target$|http-equiv$|srcdoc$)/i;

export interface SafeDocument {
  /** For the `srcdoc` of an iframe with an empty `sandbox`. */
  readonly html: string;
  /** How many pictures and the like come from elsewhere, and are not shown. */
  readonly remote: number;
}

/**
 * The HTML of a mail for a look at it: no script runs, nothing is fetched, no link leads away. Undefined
 * where that cannot be made sure.
 *
 * Three walls, each of which would do for most: elements and links are taken out; the policy lets nothing be
 * fetched; and the frame that the mail stands in is itself in a sandboxed frame whose policy lets no frame
 * go anywhere.
 */
export function safeDocument(html: string, pictures: Readonly<Record<string, string>>): SafeDocument | undefined {
  let text = html;
  let remote = 0;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    // Neither runs nor fetches anything.
    const parsed = new DOMParser().parseFromString(text, "text/html");
    showPictures(parsed, pictures);
    if (turn === 0) remote = countRemote(parsed);
    const changed = clean(parsed);
    if (!changed && turn > 0) return { html: framed(text), remote };
    text = parsed.documentElement.outerHTML;
  }
  return undefined;
}

function framed(text: string): string {
  const style = "<style>html,body{margin:0;height:100%}iframe{display:block;width:100%;height:100%;border:0}</style>";
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "");
  frame.srcdoc = `<!doctype html>${PAGE}${text}`;
  return `<!doctype html>${PAGE}${style}${frame.outerHTML}`;
}

function showPictures(parsed: Document, pictures: Readonly<Record<string, string>>): void {
  for (const shown of parsed.querySelectorAll("[src^='cid:' i], [background^='cid:' i]")) {
    for (const name of ["src", "background"]) {
      const id = shown.getAttribute(name)?.slice("cid:".length) ?? "";
      const picture = pictures[id] ?? pictures[decoded(id)];
      if (picture) shown.setAttribute(name, picture);
    }
  }
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** What a person would miss: pictures, media, backgrounds, style sheets. */
function countRemote(parsed: Document): number {
  const elements = parsed.querySelectorAll("[src], [srcset], [poster], [background], link[href], image, feImage, use");
  const sources = [...elements].filter((each) => {
    const addresses = [...FETCHED, "href", "xlink:href"].map((name) => each.getAttribute(name));
    return addresses.some((address) => address && !/^\s*(data:|cid:|#)/i.test(address));
  });
  const styles = [...parsed.querySelectorAll("style")].map(({ textContent }) => textContent ?? "");
  for (const each of parsed.querySelectorAll("[style]")) styles.push(each.getAttribute("style") ?? "");
  const inStyles = styles.join("\n").match(/url\(\s*["']?\s*(?!data:|#|["')\s])|@import/gi) ?? [];
  return sources.length + inStyles.length;
}

/** Takes out what is forbidden; false where there was nothing. */
function clean(parsed: Document): boolean {
  let changed = false;
  for (const each of parsed.querySelectorAll("*")) {
    if (each.matches(FORBIDDEN)) each.remove();
    else if (!cleanAttributes(each)) continue;
    changed = true;
  }
  return changed;
}

function cleanAttributes(element: Element): boolean {
  const forbidden = [...element.attributes].filter(({ name, value }) => {
    const isFetched = FETCHED.includes(name.toLowerCase()) && !/^\s*data:/i.test(value);
    return isFetched || isLink(name, value) || ACTIVE.test(name);
  });
  for (const { name, value } of forbidden) {
    element.removeAttribute(name);
    // Where it would lead is worth a look.
    if (isLink(name, value) && !element.hasAttribute("title")) element.setAttribute("title", value);
  }
  return forbidden.length > 0;
}

function isLink(name: string, value: string): boolean {
  return /^(?:xlink:)?href$/i.test(name) && !value.startsWith("#");
}
