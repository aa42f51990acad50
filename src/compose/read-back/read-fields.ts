import type { HeaderField } from "../../model/email";

/** A header's value and its parameters (RFC 2045 §5.1), names in lower case, values decoded. */
export interface StructuredValue {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The fields of a header block in their order, unfolded (RFC 5322 §2.2.3) but not decoded. */
export function readFields(block: string): HeaderField[] {
  return block
    .replace(/\r\n(?=[ \t])/g, "")
    .split("\r\n")
    .flatMap((line) => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [{ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }];
    });
}

const WORD = "=\\?([\\w.-]+)(?:\\*[\\w-]*)?\\?([bq])\\?([^?\\s]*)\\?=";
const WORDS = new RegExp(`${WORD}(?:[ \\t]*${WORD})*`, "gi");

/** Replaces encoded words by what they stand for (RFC 2047); white space between two of them is not part of the text. */
export function decodeWords(text: string): string {
  return text.replace(WORDS, (run) => {
    const words = [...run.matchAll(new RegExp(WORD, "gi"))].map(([, charset = "", kind = "", content = ""]) => ({
      charset: charset.toLowerCase(),
      bytes: /b/i.test(kind) ? Buffer.from(content, "base64") : fromPercent(content.replace(/_/g, " "), "="),
    }));
    // Bytes first: a composer may have split one character between two words.
    const joined = words.reduce<{ charset: string; bytes: Buffer[] }[]>((runs, { charset, bytes }) => {
      const last = runs.at(-1);
      if (last?.charset === charset) last.bytes.push(bytes);
      else runs.push({ charset, bytes: [bytes] });
      return runs;
    }, []);
    return joined.map(({ charset, bytes }) => decodeCharset(Buffer.concat(bytes), charset)).join("");
  });
}

const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/gs;

/** Reads a value with parameters, those in pieces or in another charset included (RFC 2231). */
export function readStructured(text: string): StructuredValue {
  const sections = new Map<string, Section[]>();
  for (const [, name = "", raw = ""] of text.matchAll(PARAMETER)) {
    const [, base = name, number, star] = /^([^*]+)(?:\*(\d+))?(\*)?$/.exec(name) ?? [];
    const key = base.toLowerCase();
    const section = { number: Number(number ?? 0), extended: star !== undefined, text: unquote(raw) };
    sections.set(key, [...(sections.get(key) ?? []), section]);
  }
  const parameters = new Map([...sections].map(([name, parts]) => [name, joinSections(parts)]));
  return { value: (/^[^;]*/.exec(text)?.[0] ?? "").trim().toLowerCase(), parameters };
}

interface Section {
  readonly number: number;
  readonly extended: boolean;
  readonly text: string;
}

function joinSections(sections: readonly Section[]): string {
  const inOrder = [...sections].sort((a, b) => a.number - b.number);
  const [first] = inOrder;
  if (!first?.extended) return decodeWords(inOrder.map(({ text }) => text).join(""));
  const [, charset = "utf-8", start = ""] = /^([^']*)'[^']*'(.*)$/s.exec(first.text) ?? [
    undefined,
    "utf-8",
    first.text,
  ];
  const bytes = [{ ...first, text: start }, ...inOrder.slice(1)].map(({ extended, text }) =>
    extended ? fromPercent(text, "%") : Buffer.from(text, "utf8"),
  );
  return decodeCharset(Buffer.concat(bytes), charset.toLowerCase());
}

function unquote(raw: string): string {
  const text = raw.trim();
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;
}

/** Quoted-printable's `=E2` and RFC 2231's `%E2` differ in their sign only. */
export function fromPercent(text: string, sign: "=" | "%"): Buffer {
  if (!text.includes(sign)) return Buffer.from(text, "utf8");
  const pieces = text.split(new RegExp(`((?:${sign}[0-9A-Fa-f]{2})+)`));
  return Buffer.concat(
    pieces.map((piece, at) => (at % 2 === 1 ? Buffer.from(piece.replaceAll(sign, ""), "hex") : Buffer.from(piece))),
  );
}

export function decodeCharset(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset, { ignoreBOM: true }).decode(bytes);
  } catch {
    // A charset that nobody knows: most of it is ASCII all the same.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }
}
