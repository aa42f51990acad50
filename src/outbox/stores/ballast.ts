import { rmSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { syncFolder, writeDurably } from "./body-files";

const BYTES = 4 << 20;
/** Room that has to be left beside the ballast, so that it does not fill the disk itself. */
const MARGIN_BYTES = 4 << 20;

/**
 * Room that is given up when the disk is full, so that what became of mails can still be kept.
 * Without it a mail that was sent could not be marked, and would be sent again.
 */
export class Ballast {
  readonly #path: string;
  #isThere: boolean;

  constructor(folder: string) {
    this.#path = join(folder, "ballast");
    this.#isThere = statSync(this.#path, { throwIfNoEntry: false })?.size === BYTES;
  }

  /** Whether it is there now. */
  raise(): boolean {
    if (this.#isThere) return true;
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#path));
      if (bavail * bsize < BYTES + MARGIN_BYTES) return false;
      writeDurably(this.#path, incompressible());
      this.#isThere = true;
      return true;
    } catch {
      rmSync(this.#path, { force: true });
      return false;
    }
  }

  drop(): void {
    this.#isThere = false;
    rmSync(this.#path, { force: true });
    syncFolder(dirname(this.#path));
  }
}

/** A file system that compresses would keep zeros in no room at all. */
function incompressible(): Uint8Array {
  const words = new Uint32Array(BYTES / 4);
  // xorshift32
  let word = 2463534242;
  for (let at = 0; at < words.length; at++) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    words[at] = word;
  }
  return new Uint8Array(words.buffer);
}
