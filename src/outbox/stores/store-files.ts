import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { syncFolder } from "./body-files";

/** Where a store on disk keeps what. */
export class StoreFiles {
  readonly database: string;
  readonly bodies: string;
  readonly #suspicion: string;

  constructor(readonly folder: string) {
    this.database = join(folder, "outbox.sqlite");
    this.bodies = join(folder, "bodies");
    this.#suspicion = join(folder, "outbox.sqlite.suspect");
  }

  /** Makes folder and file, for their owner only. */
  prepare(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    restrict(this.folder, 0o700);
    // Not opened where it is there: closing it would give up the lock of another store of this process.
    if (existsSync(this.database)) restrict(this.database, 0o600);
    else {
      closeSync(openSync(this.database, "wx", 0o600));
      syncFolder(this.folder);
    }
  }

  /** Moves a damaged store with all that belongs to it out of the way; says where to. */
  moveAside(): string {
    const at = statSync(this.database).mtime.toISOString().replace(/[:.]/g, "-");
    let ending = `.corrupt-${at}`;
    for (let again = 2; existsSync(this.database + ending); again++) ending = `.corrupt-${at}-${again}`;
    for (const path of [this.bodies, this.database]) if (existsSync(path)) renameSync(path, path + ending);
    for (const log of ["-wal", "-journal"]) {
      if (existsSync(this.database + log)) renameSync(this.database + log, this.database + ending + log);
    }
    syncFolder(this.folder);
    return this.database + ending;
  }

  /** The database was found damaged while in use; it is checked whole at the next start. */
  get isSuspect(): boolean {
    return existsSync(this.#suspicion);
  }

  suspect(): void {
    try {
      writeFileSync(this.#suspicion, "", { mode: 0o600 });
    } catch {}
  }

  clear(): void {
    rmSync(this.#suspicion, { force: true });
  }
}

function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    // Somebody else's file, or a file system without modes; whether it can be used shows when it is.
  }
}
