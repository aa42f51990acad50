import { Readable, type Writable } from "node:stream";

/**
 * The pieces of a mail, which leave only after `beforeBody` has resolved.
 *
 * The marker is written while the server's permission (354) is awaited, so that no time passes for it, and the
 * first byte waits for both. Pieces that come from files are taken as the connection has room for them.
 */
export class MarkedBody {
  readonly stream: Readable;
  readonly #beforeBody: () => Promise<void>;
  readonly #line: Pick<Writable, "cork" | "uncork"> | undefined;
  #marked: Promise<void> | undefined;
  #started = false;
  #refusal: unknown;

  /** What is in memory goes out over `line` in one piece, with the dot that ends it. */
  constructor(
    pieces: readonly Buffer[] | AsyncIterator<Buffer>,
    beforeBody: () => Promise<void>,
    line?: Pick<Writable, "cork" | "uncork">,
  ) {
    this.#beforeBody = beforeBody;
    this.#line = line;
    this.stream = new Readable({
      read: () => {
        this.#mark()
          .then(() => {
            if (!this.stream.destroyed) this.#started = true;
            return this.#give(pieces);
          })
          .catch((error: unknown) => this.#holdBack(error));
      },
      destroy: (error, done) => {
        // Closes the file that it is reading.
        if ("next" in pieces) pieces.return?.().catch(() => {});
        done(error);
      },
    });
  }

  /** The server was asked for its permission: the marker is written meanwhile. Where it cannot be is told at reading. */
  permissionAsked(): void {
    this.#mark().catch(() => {});
  }

  /** Whether its first byte was let go. */
  get started(): boolean {
    return this.#started;
  }

  /** Why it, or what was left of it, was not. */
  get refusal(): unknown {
    return this.#refusal;
  }

  #mark(): Promise<void> {
    this.#marked ??= this.#beforeBody();
    return this.#marked;
  }

  async #give(pieces: readonly Buffer[] | AsyncIterator<Buffer>): Promise<void> {
    // The connection was lost meanwhile: nothing more of it will leave.
    if (this.stream.destroyed) return;
    if (!("next" in pieces)) {
      this.#line?.cork();
      // The dot follows within this turn of the event loop; of a large mail the rest comes when there is room again.
      setImmediate(() => this.#line?.uncork());
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
