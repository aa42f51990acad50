import { readLine, refuse } from "./fields";
import { readFileName } from "./file-name";

/** A file whose content is still to be read, or a web address that it is still to be fetched from. */
export type ContentSource = ({ readonly path: string } | { readonly url: URL }) & {
  /** The property of the message that says so, for errors to name. */
  readonly field: string;
  /** The message gives no file name, so whoever has the content may know a better one than the address tells. */
  readonly unnamed: boolean;
};

/** Systems take paths of half of that (Windows: 32,767), and servers far shorter addresses. */
const MOST_CHARACTERS = 65_536;
const LOCATIONS = ["path", "href", "url"] as const;
const WEB = /^https?:/i;
/** `C:` is a drive of Windows, and a file's name may have a colon in it. */
const OTHER_SCHEME = /^(?:[a-z][a-z0-9+.-]+:\/\/|(?:file|data|blob|javascript|mailto|view-source):)/i;

/**
 * Where the content of an attachment is, as nodemailer's users write it: `path` is a file or a web address,
 * `href` and `url` are web addresses. Undefined where there is none of them. Throws SendError.
 */
export function readSource(properties: Readonly<Record<string, unknown>>, field: string): ContentSource | undefined {
  const isGiven = (name: string): boolean => properties[name] !== undefined && properties[name] !== null;
  const [given, ...more] = LOCATIONS.filter(isGiven);
  if (given === undefined) return undefined;
  const second = more[0] ?? ["content", "encoding"].find(isGiven);
  if (second) throw refuse("attachment-invalid", `${field}.${second}`, `does not go together with ${given}`);
  const at = `${field}.${given}`;
  const text = readLine(properties[given], at);
  if (text.length > MOST_CHARACTERS) throw refuse("attachment-location", at, withoutSecrets(text.slice(0, 200)));
  const rest = { field: at, unnamed: !properties.filename && !properties.name };
  if (WEB.test(text)) return { url: readUrl(text, at), ...rest };
  if (text === "" || given !== "path" || OTHER_SCHEME.test(text))
    throw refuse("attachment-location", at, withoutSecrets(text));
  return { path: text, ...rest };
}

function readUrl(text: string, field: string): URL {
  if (!URL.canParse(text)) throw refuse("attachment-location", field, withoutSecrets(text));
  return new URL(text);
}

/** What stands before the host, after the path, or in a data URI is nobody's to see. */
function withoutSecrets(text: string): string {
  return text
    .replace(/[?#].*$/, "")
    .replace(/\/\/[^/]*@/, "//")
    .replace(/^data:.*/i, "data:…");
}

/** The name that a source has by itself; empty where it has none. */
export function nameOf(source: ContentSource): string {
  if ("path" in source) return readFileName(source.path);
  try {
    return readFileName(decodeURIComponent(source.url.pathname));
  } catch {
    return readFileName(source.url.pathname);
  }
}
