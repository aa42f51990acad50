import { readdirSync, rmSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { basename, join } from "node:path";
import type { EmbeddedFile, KeptFile } from "../../model/email";
import type { Spool } from "../../model/spool";
import { syncFolder } from "./body-files";
import { failureOf, faultOf } from "./store-fault";

const NAME = /^content-(\d+)$/;

/** Contents of mails, each in a file of its own, for their owner only. */
export class SpoolFolder implements Spool {
  #last: number | undefined;

  /** The folder is asked for, and made, when the first content comes. */
  constructor(readonly folder: () => string) {}

  async keep(source: AsyncIterable<Uint8Array>): Promise<KeptFile> {
    const folder = this.folder();
    const path = join(folder, await this.#newName(folder));
    const file = await safely(path, () => open(path, "wx", 0o600));
    try {
      const size = await written(source, file, path);
      await safely(path, async () => {
        await file.sync();
        syncFolder(folder);
      });
      return { path, size };
    } catch (error) {
      this.discard([{ path, size: 0 }]);
      throw error;
    } finally {
      await file.close().catch(() => {});
    }
  }

  /** Numbers go on after those of an earlier process. */
  async #newName(folder: string): Promise<string> {
    return safely(folder, async () => {
      if (await mkdir(folder, { recursive: true, mode: 0o700 })) syncFolder(join(folder, ".."));
      this.#last ??= readdirSync(folder).reduce((last, name) => Math.max(last, Number(NAME.exec(name)?.[1] ?? 0)), 0);
      return `content-${++this.#last}`;
    });
  }

  discard(files: readonly KeptFile[]): void {
    for (const { path } of files) {
      try {
        rmSync(path, { force: true });
      } catch {
        // Swept at the next start, or by the system.
      }
    }
  }
}

/** Whether the files of a mail are there as they were kept. */
export function areThere(files: readonly EmbeddedFile[] = []): boolean {
  return files.every(({ file }) => statSync(file.path, { throwIfNoEntry: false })?.size === file.size);
}

/** How a store remembers them: the folder may be moved. */
export function namesOf(files: readonly EmbeddedFile[]): { at: number; name: string; size: number }[] {
  return files.map(({ at, file: { path, size } }) => ({ at, name: basename(path), size }));
}

async function written(source: AsyncIterable<Uint8Array>, file: FileHandle, path: string): Promise<number> {
  let size = 0;
  for await (const piece of source) {
    await safely(path, async () => {
      for (let at = 0; at < piece.byteLength; ) at += (await file.write(piece, at)).bytesWritten;
    });
    size += piece.byteLength;
  }
  return size;
}

/** What the file system says against it, in the words of the store. */
async function safely<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(faultOf(error, path));
  }
}
