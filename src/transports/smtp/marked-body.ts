import { Readable } from "node:stream";

/**
 * The pieces of a mail, which leave only after `beforeBody` has resolved.
 *
 * The server's permission (354) makes nodemailer read the stream, so the marker is written as
 * late as it can be, and yet before the first byte is on its way. Pieces that come from files are
 * taken as the connection has room for them.
 */
export class MarkedBody {
  readonly stream: Readable;
  #started = false;
  #refusal: unknown;

  constructor(pieces: readonly Buffer[] | AsyncIterator<Buffer>, beforeBody: () => Promise<void>) {
    let begun: Promise<void> | undefined;
    this.stream = new Readable({
      read: () => {
        begun ??= beforeBody().then(() => {
          this.#started = !this.stream.destroyed;
        });
        begun.then(() => this.#give(pieces)).catch((error: unknown) => this.#holdBack(error));
      },
      destroy: (error, done) => {
        // Closes the file that it is reading.
        if ("next" in pieces) pieces.return?.().catch(() => {});
        done(error);
      },
    });
  }

  /** Whether its first byte was let go. */
  get started(): boolean {
    return this.#started;
  }

  /** Why it, or what was left of it, was not. */
  get refusal(): unknown {
    return this.#refusal;
  }

  async #give(pieces: readonly Buffer[] | AsyncIterator<Buffer>): Promise<void> {
    // The connection was lost meanwhile: nothing more of it will leave.
    if (this.stream.destroyed) return;
    if (!("next" in pieces)) {
      for (const piece of pieces) this.stream.push(piece);
      this.stream.push(null);
      return;
    }
    const { value, done } = await pieces.next();
    if (!this.stream.destroyed) this.stream.push(done ? null : value);
  }

  #holdBack(error: unknown): void {
    this.#refusal = error;
    // Not the error itself: nodemailer writes its own code over that of what it is given.
    this.stream.destroy(new Error("the body was held back"));
  }
}
