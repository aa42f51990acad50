import { Ballast } from "./ballast";
import { BodyFiles } from "./body-files";
import { BodyTable } from "./body-table";
import { EntryTable } from "./entry-table";
import { HandedOut } from "./handed-out";
import { type Database, sqliteEngine } from "./sqlite-engine";
import { SqliteRequests } from "./sqlite-requests";
import { migrate, SCHEMA_VERSION, schemaVersion, takeHold } from "./sqlite-schema";
import { faultOf, Refusal, type StoreFault } from "./store-fault";
import { StoreFiles } from "./store-files";

export type Answer = { readonly answer: unknown } | { readonly fault: StoreFault };
export type Request = (requests: SqliteRequests) => unknown;

/** The open store: runs requests in commits of many, and copes with a full disk. */
export class SqliteFile {
  readonly #database: Database;
  readonly #bodies: BodyTable;
  readonly #handedOut = new HandedOut();
  readonly #requests: SqliteRequests;

  private constructor(
    readonly files: StoreFiles,
    database: Database,
    readonly ballast: Ballast,
  ) {
    this.#database = database;
    this.#bodies = new BodyTable(database, new BodyFiles(files.bodies));
    const table = new EntryTable(database);
    this.#requests = new SqliteRequests(files.database, table, this.#bodies, ballast, this.#handedOut);
  }

  /** Throws what `faultOf` can name. A damaged file is moved aside, with a warning. */
  static open(folder: string, warn: (message: string) => void): SqliteFile {
    const files = new StoreFiles(folder);
    try {
      files.prepare();
      return SqliteFile.#openPrepared(files);
    } catch (error) {
      const fault = faultOf(error, files.database);
      if (fault.reason !== "store-corrupt") throw error;
      const aside = files.moveAside();
      files.clear();
      warn(
        `The outbox file ${files.database} is damaged (${fault.facts.response}). It was moved to ${aside}, ` +
          "and a new, empty one was started: mails that waited in it are not sent. Keep it for a repair, and check the disk.",
      );
      files.prepare();
      return SqliteFile.#openPrepared(files);
    }
  }

  static #openPrepared(files: StoreFiles): SqliteFile {
    const engine = sqliteEngine();
    if (!engine) throw new Refusal({ reason: "store-no-engine", facts: {} });
    const database = new engine.DatabaseSync(files.database);
    try {
      takeHold(database);
      if (files.isSuspect) mustBeWhole(database, files.database);
      files.clear();
      if (schemaVersion(database) > SCHEMA_VERSION) {
        throw new Refusal({ reason: "store-newer", facts: { value: files.database } });
      }
      const ballast = new Ballast(files.folder);
      withRoom(ballast, files.database, () => migrate(database));
      const file = new SqliteFile(files, database, ballast);
      withRoom(ballast, files.database, () => file.#commit(() => file.#requests.writeLeftBehind()));
      ballast.raise();
      return file;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Answers when all of them are committed. Those that fail leave the others as they are. */
  run(batch: readonly Request[]): Answer[] {
    try {
      return this.#commit(() => batch.map((request) => this.#one(request)));
    } catch (error) {
      const { reason } = this.#faultOf(error);
      if (reason === "store-full") this.#makeRoom();
      else if (batch.length === 1) return [{ fault: this.#faultOf(error) }];
      return batch.map((request) => this.#alone(request));
    }
  }

  /** Answers one that needs no commit. */
  runNow(request: Request): Answer {
    try {
      const answer = this.#one(request);
      this.#handedOut.committed();
      return answer;
    } catch (error) {
      this.#handedOut.rolledBack();
      return { fault: this.#faultOf(error) };
    }
  }

  get isSending(): boolean {
    return this.#handedOut.isSending;
  }

  /** Whether mails have ended whose entries do not say so yet. */
  get hasNoted(): boolean {
    return this.#handedOut.ended > 0;
  }

  /** Brings those up to date; where that fails now, it is done later. */
  writeEnded(): void {
    if (this.hasNoted) this.#alone((requests) => requests.writeEnded());
  }

  close(): void {
    this.writeEnded();
    this.#database.close();
  }

  #alone(request: Request): Answer {
    try {
      return this.#commit(() => this.#one(request));
    } catch (error) {
      return { fault: this.#faultOf(error) };
    }
  }

  #one(request: Request): Answer {
    try {
      return { answer: request(this.#requests) };
    } catch (error) {
      if (error instanceof Refusal) return { fault: error.fault };
      throw error;
    }
  }

  #commit<T>(work: () => T): T {
    this.#database.exec("BEGIN");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      this.#bodies.committed();
      this.#handedOut.committed();
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    this.#bodies.rolledBack();
    this.#handedOut.rolledBack();
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // SQLite has done it itself after some errors.
    }
  }

  #makeRoom(): void {
    // Where the disk fails at this, too, each request is told so, and the thread lives on.
    try {
      this.ballast.drop();
      // Empties the log into the database, so that it does not need to grow.
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {}
  }

  #faultOf(error: unknown): StoreFault {
    const fault = faultOf(error, this.files.database);
    if (fault.reason === "store-corrupt") this.files.suspect();
    return fault;
  }
}

function mustBeWhole(database: Database, file: string): void {
  const response = String(Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {})[0]);
  if (response !== "ok") throw new Refusal({ reason: "store-corrupt", facts: { value: file, response } });
}

/** A disk that was full when the last process ended must not keep this one from starting. */
function withRoom(ballast: Ballast, file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (faultOf(error, file).reason !== "store-full") throw error;
    ballast.drop();
    work();
  }
}
