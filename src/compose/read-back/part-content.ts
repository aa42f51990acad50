import { closeSync, openSync, readSync } from "node:fs";
import type { KeptFile } from "../../model/email";
import { fileGone } from "../whole-mime";
import { decodeCharset, fromPercent } from "./read-fields";

const LF = 0x0a;
const CR = 0x0d;
const PADDING = 0x3d;

/** Where the encoded bytes of a part's body are, and how they are encoded. */
export interface EncodedBody {
  readonly mime: Buffer;
  readonly bodyStart: number;
  readonly end: number;
  readonly encoding: string;
}

/** The content of a part, decoded piece by piece. */
export interface PartContent {
  /** Decoded, in bytes. */
  readonly size: number;
  /** The decoded bytes from `from` up to, not including, `to`. */
  read(from: number, to: number): Buffer;
  /** Fills the target with the decoded bytes from `from` on; tells how many there were. */
  copy(target: Buffer, from: number): number;
}

/** The content as it was before it was encoded for the way (RFC 2045 §6). */
export function contentOf(body: EncodedBody): PartContent {
  if (body.encoding === "base64") return new Base64Content(body);
  const bytes = plainBytes(body);
  return {
    size: bytes.length,
    read: (from, to) => bytes.subarray(from, to),
    copy: (target, from) => bytes.copy(target, 0, from),
  };
}

/** A content that is in a file. Reading throws SendError where that is not what it was. */
export function fileContent({ path, size }: KeptFile): PartContent {
  const copy = (target: Buffer, from: number): number => {
    const wanted = Math.max(0, Math.min(target.length, size - from));
    const file = opened(path);
    try {
      for (let done = 0; done < wanted; ) {
        const read = readSync(file, target, done, wanted - done, from + done);
        if (read === 0) throw fileGone(path);
        done += read;
      }
      return wanted;
    } finally {
      closeSync(file);
    }
  };
  const read = (from: number, to: number): Buffer => {
    const target = Buffer.allocUnsafe(Math.max(0, Math.min(to, size) - from));
    copy(target, from);
    return target;
  };
  return { size, read, copy };
}

function opened(path: string): number {
  try {
    return openSync(path, "r");
  } catch {
    throw fileGone(path);
  }
}

/** A text part as text. */
export function textOf(body: EncodedBody, charset: string): string {
  const content = contentOf(body);
  return decodeCharset(content.read(0, content.size), charset);
}

function plainBytes({ mime, bodyStart, end, encoding }: EncodedBody): Buffer {
  const raw = mime.subarray(bodyStart, end);
  if (encoding !== "quoted-printable") return raw;
  return fromPercent(raw.toString("utf8").replace(/=[ \t]*\r\n/g, ""), "=");
}

/** How many lines lie between two places that are remembered. */
const LINES_PER_MARK = 128;
/** Decoded at once: groups of three bytes, few enough that what is left behind is cleared away quickly. */
const PIECE_BYTES = 3 * 16 * 1024;

interface Mark {
  /** Base64 characters before this line. */
  readonly characters: number;
  readonly at: number;
}

/**
 * Base64 whose ranges are decoded on request, so that a large attachment is never in memory twice.
 * Lines may have any length; the beginning of every 128th is remembered.
 */
class Base64Content implements PartContent {
  readonly size: number;
  readonly #body: EncodedBody;
  readonly #marks: Mark[] = [];

  constructor(body: EncodedBody) {
    this.#body = body;
    let characters = 0;
    let lines = 0;
    let padding = 0;
    for (let at = body.bodyStart; at < body.end; ) {
      if (lines++ % LINES_PER_MARK === 0) this.#marks.push({ characters, at });
      const line = this.#lineAt(at);
      characters += line.characters;
      padding += this.#paddingOf(at, line.characters);
      at = line.next;
    }
    this.size = Math.floor((characters * 3) / 4) - padding;
  }

  read(from: number, to: number): Buffer {
    const target = Buffer.allocUnsafe(Math.max(0, Math.min(to, this.size) - from));
    this.copy(target, from);
    return target;
  }

  copy(target: Buffer, from: number): number {
    const to = Math.min(from + target.length, this.size);
    for (let at = from; at < to; ) {
      // Begins where a group of four characters does, after the first piece.
      const end = Math.min(to, at - (at % 3) + PIECE_BYTES);
      this.#decode(at, end).copy(target, at - from);
      at = end;
    }
    return Math.max(0, to - from);
  }

  #decode(from: number, to: number): Buffer {
    const start = this.#placeOf(Math.floor(from / 3) * 4);
    const end = this.#placeOf(Math.ceil(to / 3) * 4);
    // Node skips the line ends by itself.
    const bytes = Buffer.from(this.#body.mime.toString("latin1", start, end), "base64");
    return bytes.subarray(from % 3, (from % 3) + (to - from));
  }

  /** Where in the mail the base64 character of this number stands. */
  #placeOf(character: number): number {
    const mark = this.#markBefore(character);
    let { at } = mark;
    let left = character - mark.characters;
    while (at < this.#body.end) {
      const line = this.#lineAt(at);
      if (left <= line.characters) return at + left;
      left -= line.characters;
      at = line.next;
    }
    return this.#body.end;
  }

  #markBefore(character: number): Mark {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#marks[middle]?.characters ?? 0) <= character) low = middle;
      else high = middle - 1;
    }
    return this.#marks[low] ?? { characters: 0, at: this.#body.bodyStart };
  }

  #lineAt(at: number): { characters: number; next: number } {
    const { mime, end } = this.#body;
    const found = mime.indexOf(LF, at);
    const lineEnd = found < 0 || found >= end ? end : found;
    const characters = lineEnd - at - (lineEnd > at && mime[lineEnd - 1] === CR ? 1 : 0);
    return { characters, next: lineEnd + 1 };
  }

  /** Padding stands at the very end, whichever line that is on. */
  #paddingOf(at: number, characters: number): number {
    const { mime } = this.#body;
    let padding = 0;
    while (padding < characters && mime[at + characters - 1 - padding] === PADDING) padding++;
    return padding;
  }
}
