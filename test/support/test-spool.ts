import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeptFile } from "../../src/model/email";
import type { Spool } from "../../src/model/spool";

/** A spool in a folder that goes with `remove`. */
export class TestSpool implements Spool {
  readonly #folder = mkdtempSync(join(tmpdir(), "spool-"));
  #last = 0;

  /** How many files are in it. */
  get count(): number {
    return readdirSync(this.#folder).length;
  }

  async keep(source: AsyncIterable<Uint8Array>): Promise<KeptFile> {
    const path = join(this.#folder, String(++this.#last));
    const file = await open(path, "wx");
    try {
      for await (const piece of source) await file.write(piece);
      return { path, size: (await file.stat()).size };
    } catch (error) {
      this.discard([{ path, size: 0 }]);
      throw error;
    } finally {
      await file.close();
    }
  }

  discard(files: readonly KeptFile[]): void {
    for (const { path } of files) rmSync(path, { force: true });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** A content, wherever it is kept. */
export function bytesIn(content: Buffer | KeptFile): Buffer {
  return Buffer.isBuffer(content) ? content : readFileSync(content.path);
}
