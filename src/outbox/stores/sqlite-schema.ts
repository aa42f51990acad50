import type { Database } from "./sqlite-engine";

/** Each brings a store from the version of its place in this list to the next one. Append only. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE entries (
     seq INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     queue TEXT NOT NULL,
     state TEXT NOT NULL,
     queued_at INTEGER NOT NULL,
     next_at INTEGER NOT NULL,
     updated_at INTEGER NOT NULL,
     body_started INTEGER NOT NULL,
     unconfirmed INTEGER NOT NULL,
     dedupe_key TEXT,
     dedupe_until INTEGER,
     mail TEXT NOT NULL,
     recipients TEXT NOT NULL,
     attempts TEXT NOT NULL
   );
   CREATE INDEX entries_waiting ON entries (queue, next_at, seq) WHERE state IN ('queued', 'deferred');
   CREATE INDEX entries_listed ON entries (queue, state, queued_at, id);
   CREATE INDEX entries_ended ON entries (state, updated_at, seq) WHERE state IN ('sent', 'dead', 'cancelled');
   CREATE INDEX entries_dedupe ON entries (queue, dedupe_key, dedupe_until) WHERE dedupe_key IS NOT NULL;

   -- Apart from the states: those change often, and a change copies the whole row.
   CREATE TABLE bodies (seq INTEGER PRIMARY KEY, mime BLOB, file TEXT);
   CREATE INDEX bodies_in_files ON bodies (file) WHERE file IS NOT NULL;

   CREATE TABLE counts (queue TEXT NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (queue, state))
     WITHOUT ROWID;
   CREATE TRIGGER entries_added AFTER INSERT ON entries BEGIN
     INSERT INTO counts VALUES (new.queue, new.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
   END;
   CREATE TRIGGER entries_gone AFTER DELETE ON entries BEGIN
     UPDATE counts SET n = n - 1 WHERE queue = old.queue AND state = old.state;
   END;
   CREATE TRIGGER entries_changed AFTER UPDATE OF state ON entries WHEN old.state <> new.state BEGIN
     UPDATE counts SET n = n - 1 WHERE queue = old.queue AND state = old.state;
     INSERT INTO counts VALUES (new.queue, new.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
   END;`,
  `ALTER TABLE entries ADD COLUMN ages_from INTEGER;`,
  // The markers, apart from the entries and their indexes: each is a commit of its own, and so touches one page only.
  `CREATE TABLE IF NOT EXISTS started (seq INTEGER PRIMARY KEY);`,
  // Contents that are in files of their own, as JSON: [{ at, name, size }].
  `ALTER TABLE bodies ADD COLUMN contents TEXT;
   CREATE INDEX bodies_with_contents ON bodies (contents) WHERE contents IS NOT NULL;`,
  // How those ended whose entries do not say so yet, as JSON, see \`HandedOut\`.
  `ALTER TABLE started ADD COLUMN outcome TEXT;`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** One process at a time, and a commit that returned survives a loss of power. */
export function takeHold(database: Database): void {
  // In this order: WAL then needs no shared memory, and the lock holds until the connection ends.
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  // What a statement may have to take back is little: without this it is written to a file.
  database.exec("PRAGMA temp_store = MEMORY");
  database.exec("PRAGMA journal_size_limit = 16777216");
  database.exec("PRAGMA cache_size = -8192");
  database.exec("BEGIN IMMEDIATE; COMMIT");
}

export function schemaVersion(database: Database): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

export function migrate(database: Database): void {
  for (let version = schemaVersion(database); version < SCHEMA_VERSION; version++) {
    database.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[version]}; PRAGMA user_version = ${version + 1}; COMMIT`);
  }
}
