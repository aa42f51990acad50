import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, type FileHandle, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../model/clock";
import { bytesOf, type KeptFile } from "../model/email";
import { SendError } from "../model/send-error";
import { faultOf, Refusal } from "../outbox/stores/store-fault";
import { keepFile, leavesRoom, openToAppend, openToRead, syncFolder, writeNew } from "./link-files";
import { type LinkRecord, MOST_RECORD_BYTES, readRecord, writeRecord } from "./link-record";

const SWEEP_EVERY_MS = 60 * 60 * 1000;

/** 128 random bits in base64url. */
const TOKEN = /^[\w-]{22}$/;
const OURS = /^([0-9a-f]{64})\.(?:file|json)$/;

export interface FileToLink {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer | KeptFile;
}

/** A file that a token leads to, opened; whoever asked for it closes it. */
export interface FoundFile extends LinkRecord {
  readonly file: FileHandle;
  /** Counts one download more; resolves with how many there were. */
  countDownload(): Promise<number>;
}

export interface LinkStoreOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** 128 random bits, as base64url. */
  readonly newToken: () => string;
}

/**
 * Keeps files that mails link to, until they expire.
 *
 * A file is called by the hash of its token, so that whoever lists the folder, or reads a backup of it, does not
 * learn where to download anything.
 */
export class LinkStore {
  readonly #options: LinkStoreOptions;
  /** Being written now: not yet whole, but not left behind either. */
  readonly #unfinished = new Set<string>();
  #users = 0;
  #callOff = (): void => {};

  constructor(options: LinkStoreOptions) {
    this.#options = options;
  }

  /** Removes what has expired, now and once an hour, until whoever called this has called what it returns. */
  use(): () => void {
    if (this.#users++ === 0) this.#keepSweeping();
    let used = true;
    return () => {
      if (used && --this.#users === 0) this.#callOff();
      used = false;
    };
  }

  /**
   * Keeps files for a mail and gives each a token; resolves when all of them will survive a loss of power.
   * Rejects with SendError (ERR_MAIL_STORE), and then leaves none behind.
   */
  async keep(files: readonly FileToLink[], mail: string, expiresAt: number): Promise<readonly string[]> {
    const { folder, newToken } = this.#options;
    const tokens = files.map(() => newToken());
    const names = tokens.map(nameOf);
    for (const name of names) this.#unfinished.add(name);
    try {
      await this.#prepare();
      await this.#mustLeaveRoom(files);
      for (const [at, file] of files.entries()) await this.#write(names[at] as string, file, mail, expiresAt);
      await syncFolder(folder);
      return tokens;
    } catch (error) {
      await this.discard(tokens);
      const { reason, facts } = faultOf(error, folder);
      throw new SendError(reason, { phase: "queue", facts });
    } finally {
      for (const name of names) this.#unfinished.delete(name);
    }
  }

  /** Removes the files of a mail that came to nothing. Never rejects. */
  async discard(tokens: readonly string[]): Promise<void> {
    for (const token of tokens) await this.#remove(nameOf(token));
  }

  /** What a token leads to; undefined where it leads nowhere, whatever the reason. */
  async find(token: string): Promise<FoundFile | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const name = nameOf(token);
    const found = await this.#read(name);
    if (found === "unreadable" || found === "torn") return undefined;
    const { record, end } = found;
    if (this.#options.clock.now() >= record.expiresAt) return undefined;
    const file = await openToRead(this.#content(name)).catch(() => undefined);
    if (!file) return undefined;
    const about = await file.stat().catch(() => undefined);
    if (about?.isFile() && about.size === record.size)
      return { ...record, file, countDownload: () => this.#count(name, end) };
    await file.close();
    return undefined;
  }

  /** Removes what has expired, and what a crash has left behind. Never rejects. */
  async sweep(): Promise<void> {
    const names = await readdir(this.#options.folder).catch(() => [] as string[]);
    const ours = new Set(names.flatMap((file) => OURS.exec(file)?.[1] ?? []));
    for (const name of ours) {
      if (this.#unfinished.has(name)) continue;
      const found = await this.#read(name);
      // A disk that cannot be read at the moment says nothing of what is on it.
      if (found === "unreadable") continue;
      if (found === "torn" || this.#options.clock.now() >= found.record.expiresAt) await this.#remove(name);
    }
  }

  #keepSweeping(): void {
    void this.sweep();
    this.#callOff = this.#options.clock.after(SWEEP_EVERY_MS, () => this.#keepSweeping());
  }

  async #prepare(): Promise<void> {
    const { folder } = this.#options;
    if (existsSync(folder)) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    await syncFolder(dirname(folder));
  }

  /** A file of the outbox has its room already. */
  async #mustLeaveRoom(files: readonly FileToLink[]): Promise<void> {
    const { folder } = this.#options;
    const bytes = files.reduce((sum, { content }) => sum + (Buffer.isBuffer(content) ? content.length : 0), 0);
    if (!(await leavesRoom(folder, bytes))) throw new Refusal({ reason: "store-full", facts: { value: folder } });
  }

  /** The record comes last: a file without one was not kept. */
  async #write(name: string, file: FileToLink, mail: string, expiresAt: number): Promise<void> {
    const { content, filename, contentType } = file;
    if (Buffer.isBuffer(content)) await writeNew(this.#content(name), content);
    else await keepFile(content, this.#content(name));
    const keptAt = this.#options.clock.now();
    const record = { filename, contentType, size: bytesOf(content), keptAt, expiresAt, mail };
    await writeNew(this.#record(name), writeRecord(record));
  }

  async #read(name: string): Promise<NonNullable<ReturnType<typeof readRecord>> | "torn" | "unreadable"> {
    try {
      const file = await openToRead(this.#record(name));
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_RECORD_BYTES), 0, MOST_RECORD_BYTES, 0);
        return readRecord(buffer.subarray(0, bytesRead)) ?? "torn";
      } finally {
        await file.close();
      }
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ENOENT" ? "torn" : "unreadable";
    }
  }

  async #count(name: string, end: number): Promise<number> {
    const file = await openToAppend(this.#record(name));
    try {
      await file.write(".");
      return (await file.stat()).size - end;
    } finally {
      await file.close();
    }
  }

  /** What cannot be removed now is swept later. */
  async #remove(name: string): Promise<void> {
    for (const path of [this.#record(name), this.#content(name)]) await rm(path, { force: true }).catch(() => {});
  }

  #content(name: string): string {
    return join(this.#options.folder, `${name}.file`);
  }

  #record(name: string): string {
    return join(this.#options.folder, `${name}.json`);
  }
}

function nameOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
