import { join } from "node:path";
import type { EmbeddedFile } from "../../model/email";
import type { ClaimedEntry, MailBody } from "../outbox-store";
import type { BodyFiles } from "./body-files";
import { noBody } from "./entry-changes";
import { areThere, namesOf } from "./spool-folder";
import type { Database, Row } from "./sqlite-engine";

/** Larger ones go into files: the database would be slow to copy them through its log. */
const MAX_ROW_BYTES = 256 << 10;

/** Bodies by their entry's number, in the database or beside it. */
export class BodyTable {
  // Files come before and go after the commit of what speaks of them.
  #written: string[] = [];
  #dropped: string[] = [];

  constructor(
    readonly database: Database,
    readonly files: BodyFiles,
  ) {
    const known = [
      ...database.prepare("SELECT file, contents FROM bodies WHERE file IS NOT NULL").all(),
      ...database.prepare("SELECT file, contents FROM bodies WHERE contents IS NOT NULL").all(),
    ];
    files.sweep(new Set(known.flatMap(filesOf)));
    this.#insert = database.prepare("INSERT INTO bodies (seq, mime, file, contents) VALUES (?, ?, ?, ?)");
    this.#select = database.prepare("SELECT mime, file, contents FROM bodies WHERE seq = ?");
    this.#delete = database.prepare("DELETE FROM bodies WHERE seq = ? RETURNING file, contents");
  }

  readonly #insert;
  readonly #select;
  readonly #delete;

  add(seq: number, { mime, files }: MailBody): void {
    const contents = files && files.length > 0 ? JSON.stringify(namesOf(files)) : null;
    if (mime.byteLength <= MAX_ROW_BYTES) {
      this.#insert.run(seq, mime, null, contents);
      return;
    }
    // SQLite gives the number of an entry that was forgotten again, and its file goes only after the commit.
    const file = this.files.freeName(seq);
    this.#written.push(file);
    this.files.write(file, mime);
    this.#insert.run(seq, null, file, contents);
  }

  /** Or why it cannot be had. */
  get(seq: number): Pick<ClaimedEntry, "mime" | "files" | "unreadable"> {
    const row = this.#select.get(seq);
    try {
      return (row && this.#read(row)) ?? noBody("store-body-missing");
    } catch (error) {
      // One file that cannot be read must not keep back every mail that is due with it.
      const { code = "", message } = error as NodeJS.ErrnoException;
      return noBody("store-body-unreadable", { value: this.files.folder, response: code || message });
    }
  }

  /** Undefined where not all of it is there any more. */
  #read(row: Row): MailBody | undefined {
    const mime = row["file"] === null ? (row["mime"] as Uint8Array) : this.files.read(String(row["file"]));
    const files = contentsOf(row).map(
      ({ at, name, size }): EmbeddedFile => ({ at, file: { path: join(this.files.folder, name), size } }),
    );
    if (!mime || !areThere(files)) return undefined;
    // A Buffer is what the other side of the thread makes of it.
    return { mime: mime as Buffer, ...(files.length > 0 ? { files } : {}) };
  }

  /** Whether no part of it is in a file of its own. */
  isInRow({ mime, files }: MailBody): boolean {
    return files === undefined && mime.byteLength <= MAX_ROW_BYTES;
  }

  delete(seq: number): void {
    const row = this.#delete.get(seq);
    if (row) this.#dropped.push(...filesOf(row));
  }

  committed(): void {
    for (const file of this.#dropped) this.files.remove(file);
    this.#dropped = [];
    this.#written = [];
  }

  rolledBack(): void {
    for (const file of this.#written) this.files.remove(file);
    this.#dropped = [];
    this.#written = [];
  }
}

function contentsOf(row: Row): ReturnType<typeof namesOf> {
  return typeof row["contents"] === "string" ? JSON.parse(row["contents"]) : [];
}

function filesOf(row: Row): string[] {
  const body = row["file"];
  return [...(typeof body === "string" ? [body] : []), ...contentsOf(row).map(({ name }) => name)];
}
