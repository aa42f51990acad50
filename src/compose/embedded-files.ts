import { createHash } from "node:crypto";
import type { EmbeddedFile, KeptFile, PreparedEmail } from "../model/email";
import { SendError } from "../model/send-error";

/**
 * Composes mails around files that are never read into memory: a mark stands for the content of each,
 * and its place is what is kept. `id` is the mail's own, which nobody who wrote its content can know.
 */
export class FileMarks {
  readonly #id: string;
  readonly #marks: { readonly line: Buffer; readonly file: KeptFile }[] = [];

  constructor(id: string) {
    this.#id = id;
  }

  /** What the composer is given as the content, to be encoded as base64. */
  markFor(file: KeptFile): Buffer {
    // 48 bytes: in base64 one line, without padding.
    const mark = createHash("sha384").update(`${this.#id} ${this.#marks.length}`).digest();
    this.#marks.push({ line: Buffer.from(mark.toString("base64"), "latin1"), file });
    return mark;
  }

  /** The composed mail without the marks, and where the files' contents go. Throws SendError where a mark is not there. */
  takeOut(composed: Buffer): Pick<PreparedEmail, "mime" | "files"> {
    if (this.#marks.length === 0) return { mime: composed };
    const places = this.#marks
      .map(({ line, file }) => ({ start: composed.indexOf(line), length: line.length, file }))
      .sort((a, b) => a.start - b.start);
    if (places.some(({ start }) => start < 0))
      throw new SendError("compose-failed", { phase: "input", facts: { value: "a file's place was not found" } });
    const pieces: Buffer[] = [];
    const files: EmbeddedFile[] = [];
    let from = 0;
    let at = 0;
    for (const { start, length, file } of places) {
      pieces.push(composed.subarray(from, start));
      at += start - from;
      files.push({ at, file });
      from = start + length;
    }
    return { mime: Buffer.concat([...pieces, composed.subarray(from)]), files };
  }
}
