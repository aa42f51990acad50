/** As much of SQLite's interface as is used here; `node:sqlite` and `@photostructure/sqlite` both have it. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export type Value = string | number | null | Uint8Array;
export type Row = Record<string, Value>;

export interface Statement {
  run(...values: Value[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: Value[]): Row | undefined;
  all(...values: Value[]): Row[];
}

interface Engine {
  readonly DatabaseSync: new (path: string) => Database;
}

/** Node's own SQLite (22.13 and later), else the optional package with the same interface, else undefined. */
export function sqliteEngine(): Engine | undefined {
  return (process.getBuiltinModule("node:sqlite") as Engine | undefined) ?? optionalPackage();
}

function optionalPackage(): Engine | undefined {
  try {
    return require("@photostructure/sqlite") as Engine;
  } catch {
    return undefined;
  }
}

export function hasSqlite(): boolean {
  return sqliteEngine() !== undefined;
}
