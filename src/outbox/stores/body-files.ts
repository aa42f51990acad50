import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Large bodies, each in a file of its own. */
export class BodyFiles {
  constructor(readonly folder: string) {}

  /** Returns when the file will survive a loss of power. */
  write(name: string, body: Uint8Array): void {
    if (!existsSync(this.folder)) {
      mkdirSync(this.folder, { mode: 0o700 });
      syncFolder(join(this.folder, ".."));
    }
    const unfinished = join(this.folder, `${name}.part`);
    try {
      writeDurably(unfinished, body);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
    renameSync(unfinished, join(this.folder, name));
    syncFolder(this.folder);
  }

  /** A name for the body of the entry with this number that no file has yet. */
  freeName(number: number): string {
    let name = `${number}.eml`;
    for (let more = 2; existsSync(join(this.folder, name)); more++) name = `${number}-${more}.eml`;
    return name;
  }

  /** Undefined where the file is gone. */
  read(name: string): Uint8Array | undefined {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path) : undefined;
  }

  /** A file that cannot be deleted now is swept at the next start. */
  remove(name: string): void {
    try {
      rmSync(join(this.folder, name), { force: true });
    } catch {}
  }

  /** Deletes what no entry knows: left by a crash between file and commit. */
  sweep(known: ReadonlySet<string>): void {
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder)) if (!known.has(name)) this.remove(name);
  }
}

/** A new file with this content, for its owner only; returns when it has reached the disk. */
export function writeDurably(path: string, content: Uint8Array): void {
  const file = openSync(path, "w", 0o600);
  try {
    for (let written = 0; written < content.byteLength; ) written += writeSync(file, content, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes names of files survive a loss of power; Windows has no such call, and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
