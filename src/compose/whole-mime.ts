import { open } from "node:fs/promises";
import type { EmbeddedFile, KeptFile, PreparedEmail } from "../model/email";
import { SendError } from "../model/send-error";

/** RFC 2045 §6.8: no line of base64 is longer. */
const LINE = 76;
const BYTES_A_LINE = (LINE / 4) * 3;
/** Whole lines, so that each piece is encoded for itself; little enough to need no memory, enough for few turns. */
const PIECE_BYTES = BYTES_A_LINE * 1024;

type Whole = Pick<PreparedEmail, "mime" | "files">;

/** The bytes of the whole mail as it goes out. */
export function sizeOf({ mime, files = [] }: Whole): number {
  return files.reduce((sum, { file }) => sum + encodedLength(file.size), mime.length);
}

/** The bytes of so many, encoded as base64 in lines. */
export function encodedLength(bytes: number): number {
  const characters = Math.ceil(bytes / 3) * 4;
  return characters + 2 * Math.max(0, Math.ceil(characters / LINE) - 1);
}

/** What a mail is made of, in order: bytes that are there, and files whose encoded content comes in between. */
export function partsOf({ mime, files = [] }: Whole): (Buffer | EmbeddedFile)[] {
  const parts: (Buffer | EmbeddedFile)[] = [];
  let from = 0;
  for (const embedded of files) {
    parts.push(mime.subarray(from, embedded.at), embedded);
    from = embedded.at;
  }
  return [...parts, mime.subarray(from)];
}

/** The whole mail, piece by piece. Throws SendError where a file is not what it was. */
export async function* piecesOf(email: Whole): AsyncGenerator<Buffer> {
  for (const part of partsOf(email)) {
    if (Buffer.isBuffer(part)) yield part;
    else yield* encodedPieces(part.file);
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
    throw gone(path);
  });
  try {
    for (let at = 0; at < size; ) {
      const wanted = Math.min(piece.length, size - at);
      let read = 0;
      while (read < wanted) {
        const { bytesRead } = await file.read(piece, read, wanted - read, at + read);
        // Less than was kept: what would go out is not the mail that was accepted.
        if (bytesRead === 0) throw gone(path);
        read += bytesRead;
      }
      at += read;
      yield piece.subarray(0, read);
    }
  } finally {
    await file.close();
  }
}

function gone(path: string): SendError {
  return new SendError("store-failed", { phase: "queue", facts: { value: `${path} cannot be read any more` } });
}
