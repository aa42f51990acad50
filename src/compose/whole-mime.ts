import { open } from "node:fs/promises";
import type { KeptFile, PreparedEmail } from "../model/email";
import { SendError } from "../model/send-error";

/** RFC 2045 §6.8: no line of base64 is longer. */
const LINE = 76;
const BYTES_A_LINE = (LINE / 4) * 3;
/** Whole lines, so that each piece is encoded for itself; little enough to need no memory, enough for few turns. */
const PIECE_BYTES = BYTES_A_LINE * 1024;

type Whole = Pick<PreparedEmail, "mime" | "files">;

/** The bytes of the whole mail as it goes out. */
export function sizeOf({ mime, files = [] }: Whole): number {
  return mime.length + lengthOf(files.map(({ file }) => file));
}

/** The bytes of so many, encoded as base64 in lines. */
export function encodedLength(bytes: number): number {
  const characters = Math.ceil(bytes / 3) * 4;
  return characters + 2 * Math.max(0, Math.ceil(characters / LINE) - 1);
}

/** Bytes that are there, or a file whose encoded content stands in their place. */
export type MimePiece = Buffer | KeptFile;

/** What these bytes of a mail are made of, in order. */
export function sliceOf({ mime, files = [] }: Whole, start = 0, end = mime.length): MimePiece[] {
  const pieces: MimePiece[] = [];
  let from = start;
  for (const { at, file } of files.filter((each) => each.at >= start && each.at <= end)) {
    pieces.push(mime.subarray(from, at), file);
    from = at;
  }
  return [...pieces, mime.subarray(from, end)];
}

/** Their bytes in all. */
export function lengthOf(pieces: readonly MimePiece[]): number {
  return pieces.reduce((sum, piece) => sum + (Buffer.isBuffer(piece) ? piece.length : encodedLength(piece.size)), 0);
}

/** The whole mail, piece by piece, after what stands before it. Throws SendError where a file is not what it was. */
export async function* piecesOf(email: Whole, before?: Buffer): AsyncGenerator<Buffer> {
  if (before) yield before;
  for (const piece of sliceOf(email)) {
    if (Buffer.isBuffer(piece)) yield piece;
    else yield* encodedPieces(piece);
  }
}

/** A file's content as base64 in lines, without a line end after the last one. Throws SendError. */
export async function* encodedPieces(file: KeptFile): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const piece of rawPieces(file)) {
    done += piece.length;
    yield Buffer.from(inLines(piece) + (done < file.size ? "\r\n" : ""), "latin1");
  }
}

/** The same for a content that is in memory. */
export function inLines(content: Buffer): string {
  return content.toString("base64").replace(/.{76}(?=.)/g, "$&\r\n");
}

/** Writes the same at a place of `target`, without a line end after the last one; how many bytes that were. */
export function encodeInto(target: Buffer, start: number, content: Buffer): number {
  const lines = Buffer.allocUnsafe((PIECE_BYTES / 3) * 4);
  let at = start;
  for (let from = 0; from < content.length; from += PIECE_BYTES) {
    const characters = lines.write(content.toString("base64", from, from + PIECE_BYTES), "latin1");
    for (let line = 0; line < characters; line += LINE) {
      if (at > start) {
        target[at++] = 0x0d;
        target[at++] = 0x0a;
      }
      at += lines.copy(target, at, line, Math.min(characters, line + LINE));
    }
  }
  return at - start;
}

async function* rawPieces({ path, size }: KeptFile): AsyncGenerator<Buffer> {
  // One for all: what each piece leaves behind would wait in memory for the collector.
  const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, size));
  const file = await open(path).catch(() => {
    throw fileGone(path);
  });
  try {
    for (let at = 0; at < size; ) {
      const wanted = Math.min(piece.length, size - at);
      let read = 0;
      while (read < wanted) {
        const { bytesRead } = await file.read(piece, read, wanted - read, at + read);
        // Less than was kept: what would go out is not the mail that was accepted.
        if (bytesRead === 0) throw fileGone(path);
        read += bytesRead;
      }
      at += read;
      yield piece.subarray(0, read);
    }
  } finally {
    await file.close();
  }
}

export function fileGone(path: string): SendError {
  return new SendError("store-failed", { phase: "queue", facts: { value: `${path} cannot be read any more` } });
}
