import { Readable } from "node:stream";

/**
 * The pieces of a mail, which leave only after `beforeBody` has resolved.
 *
 * The server's permission (354) makes nodemailer read the stream, so the marker is written as
 * late as it can be, and yet before the first byte is on its way.
 */
export class MarkedBody {
  readonly stream: Readable;
  #started = false;
  #refusal: unknown;

  constructor(pieces: readonly Buffer[], beforeBody: () => Promise<void>) {
    let asked = false;
    this.stream = new Readable({
      read: () => {
        if (asked) return;
        asked = true;
        beforeBody().then(
          () => {
            // The connection was lost meanwhile: nothing of it will leave.
            if (this.stream.destroyed) return;
            this.#started = true;
            for (const piece of pieces) this.stream.push(piece);
            this.stream.push(null);
          },
          (error: unknown) => {
            this.#refusal = error;
            // Not the error itself: nodemailer writes its own code over that of what it is given.
            this.stream.destroy(new Error("the body was held back"));
          },
        );
      },
    });
  }

  /** Whether its first byte was let go. */
  get started(): boolean {
    return this.#started;
  }

  /** Why it was not. */
  get refusal(): unknown {
    return this.#refusal;
  }
}
