import { createHash } from "node:crypto";
import type { EmbeddedFile, KeptFile, PreparedEmail } from "../model/email";
import { SendError } from "../model/send-error";
import { encodedLength, encodeInto } from "./whole-mime";

/**
 * Composes mails around contents that the composer is not given: files, which are never read into memory, and
 * large contents, which are encoded faster here. A mark stands for each; its place is where the content goes.
 * `id` is the mail's own, which nobody who wrote its content can know.
 */
export class FileMarks {
  readonly #id: string;
  readonly #marks: { readonly line: Buffer; readonly content: Buffer | KeptFile }[] = [];

  constructor(id: string) {
    this.#id = id;
  }

  /** What the composer is given as the content, to be encoded as base64. */
  markFor(content: Buffer | KeptFile): Buffer {
    // 48 bytes: in base64 one line, without padding.
    const mark = createHash("sha384").update(`${this.#id} ${this.#marks.length}`).digest();
    this.#marks.push({ line: Buffer.from(mark.toString("base64"), "latin1"), content });
    return mark;
  }

  /** The composed mail without the marks, and where the files' contents go. Throws SendError where a mark is not there. */
  takeOut(composed: Buffer): Pick<PreparedEmail, "mime" | "files"> {
    if (this.#marks.length === 0) return { mime: composed };
    const places = this.#marks
      .map(({ line, content }) => ({ start: composed.indexOf(line), length: line.length, content }))
      .sort((a, b) => a.start - b.start);
    if (places.some(({ start }) => start < 0))
      throw new SendError("compose-failed", { phase: "input", facts: { value: "a file's place was not found" } });
    const grown = places.reduce(
      (sum, { length, content }) => sum - length + (Buffer.isBuffer(content) ? encodedLength(content.length) : 0),
      composed.length,
    );
    const mime = Buffer.allocUnsafe(grown);
    const files: EmbeddedFile[] = [];
    let from = 0;
    let at = 0;
    for (const { start, length, content } of places) {
      at += composed.copy(mime, at, from, start);
      if (Buffer.isBuffer(content)) at += encodeInto(mime, at, content);
      else files.push({ at, file: content });
      from = start + length;
    }
    composed.copy(mime, at, from);
    return files.length === 0 ? { mime } : { mime, files };
  }
}
