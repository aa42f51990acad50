import type { KeptFile } from "../model/email";
import type { SendError } from "../model/send-error";
import type { Spool } from "../model/spool";

/** What is larger goes into the spool. */
const IN_MEMORY = 1_000_000;

/**
 * Reads a content to its end, into memory or, where it is large, into the spool. Never reads more than `most` bytes
 * and what came with the last of them. Rejects with `tooLarge`, or with what the body or the spool reject with.
 */
export async function collect(
  body: AsyncIterable<Buffer>,
  most: number,
  spool: Spool | undefined,
  tooLarge: () => SendError,
): Promise<Buffer | KeptFile> {
  const pieces: Buffer[] = [];
  let size = 0;
  const rest = atMost(body, most, tooLarge)[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await rest.next();
    if (done) return Buffer.concat(pieces);
    pieces.push(value);
    size += value.length;
    if (spool && size > IN_MEMORY) return spool.keep(joined(pieces, rest));
  }
}

async function* atMost(body: AsyncIterable<Buffer>, most: number, tooLarge: () => SendError): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > most) throw tooLarge();
    yield piece;
  }
}

async function* joined(pieces: Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  // Not twice in memory once they are written.
  for (let piece = pieces.shift(); piece; piece = pieces.shift()) yield piece;
  yield* rest;
}
