import type { BodyFiles } from "./body-files";
import type { Database } from "./sqlite-engine";

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
    const known = database.prepare("SELECT file FROM bodies WHERE file IS NOT NULL").all();
    files.sweep(new Set(known.map(({ file }) => String(file))));
    this.#insert = database.prepare("INSERT INTO bodies (seq, mime, file) VALUES (?, ?, ?)");
    this.#select = database.prepare("SELECT mime, file FROM bodies WHERE seq = ?");
    this.#delete = database.prepare("DELETE FROM bodies WHERE seq = ? RETURNING file");
  }

  readonly #insert;
  readonly #select;
  readonly #delete;

  add(seq: number, mime: Uint8Array): void {
    if (mime.byteLength <= MAX_ROW_BYTES) {
      this.#insert.run(seq, mime, null);
      return;
    }
    const file = `${seq}.eml`;
    this.#written.push(file);
    this.files.write(file, mime);
    this.#insert.run(seq, null, file);
  }

  /** Undefined where there is none, or none any more. */
  get(seq: number): Uint8Array | undefined {
    const row = this.#select.get(seq);
    if (!row) return undefined;
    return row["file"] === null ? (row["mime"] as Uint8Array) : this.files.read(String(row["file"]));
  }

  delete(seq: number): void {
    const file = this.#delete.get(seq)?.["file"];
    if (typeof file === "string") this.#dropped.push(file);
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
