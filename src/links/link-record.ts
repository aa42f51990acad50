/** What is known of a file that is linked. */
export interface LinkRecord {
  readonly filename: string;
  /** Without parameters. */
  readonly contentType: string;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  /** Milliseconds since 1970; from then on the file is not given out. */
  readonly expiresAt: number;
  /** The id of the mail that names it. */
  readonly mail: string;
}

/** No line of a record is longer. */
export const MOST_RECORD_BYTES = 8192;
const MOST_NAME_CHARACTERS = 200;

/** A record as one line. Each download adds a sign behind it: nothing is written anew, so nothing can be lost. */
export function writeRecord(record: LinkRecord): string {
  const contentType = (record.contentType.split(";")[0] ?? "").trim().slice(0, MOST_NAME_CHARACTERS);
  return `${JSON.stringify({ ...record, filename: shortName(record.filename), contentType })}\n`;
}

/** The record at the beginning of a file, and where its line ends; undefined where it was not written to its end. */
export function readRecord(beginning: Buffer): { readonly record: LinkRecord; readonly end: number } | undefined {
  const end = beginning.indexOf("\n") + 1;
  try {
    const record: unknown = end === 0 ? undefined : JSON.parse(beginning.toString("utf8", 0, end));
    return isRecord(record) ? { record, end } : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is LinkRecord {
  const { filename, contentType, size, keptAt, expiresAt, mail } = (value ?? {}) as Record<string, unknown>;
  const texts = [filename, contentType, mail].every((one) => typeof one === "string");
  return texts && [size, keptAt, expiresAt].every(Number.isSafeInteger);
}

/** A name that a file system takes, with its ending. */
function shortName(filename: string): string {
  const signs = [...filename.toWellFormed()];
  if (signs.length <= MOST_NAME_CHARACTERS) return signs.join("");
  const [ending = ""] = /\.[A-Za-z0-9]{1,10}$/.exec(filename) ?? [];
  return signs.slice(0, MOST_NAME_CHARACTERS - ending.length).join("") + ending;
}
