import type { FailureFacts, FailureReason } from "../../model/catalogue";
import { SendError } from "../../model/send-error";

export type StoreReason = Extract<FailureReason, `store-${string}`>;

/** What a worker reports in place of an answer; it becomes a SendError on the other side. */
export interface StoreFault {
  readonly reason: StoreReason;
  readonly facts: FailureFacts;
}

export function failureOf({ reason, facts }: StoreFault): SendError {
  return new SendError(reason, { phase: "queue", facts });
}

/** A request that cannot be done; what was asked for before it in the same commit still is. */
export class Refusal extends Error {
  constructor(readonly fault: StoreFault) {
    super(fault.reason);
  }
}

/** By result code (https://www.sqlite.org/rescode.html), and by its text: @photostructure/sqlite's `all` gives only that. */
const SQLITE: readonly [code: number, text: string, reason: StoreReason][] = [
  [3, "access permission denied", "store-unwritable"],
  [5, "database is locked", "store-locked"],
  [6, "database table is locked", "store-locked"],
  [8, "attempt to write a readonly database", "store-unwritable"],
  [11, "database disk image is malformed", "store-corrupt"],
  [13, "database or disk is full", "store-full"],
  [14, "unable to open database file", "store-unwritable"],
  [26, "file is not a database", "store-corrupt"],
];

const SYSTEM: Record<string, StoreReason> = {
  ENOSPC: "store-full",
  EDQUOT: "store-full",
  EACCES: "store-unwritable",
  EPERM: "store-unwritable",
  EROFS: "store-unwritable",
  ENOTDIR: "store-unwritable",
  EEXIST: "store-unwritable",
  EISDIR: "store-unwritable",
};

/** What an error of SQLite or of the file system means for the store in `file`. */
export function faultOf(error: unknown, file: string): StoreFault {
  if (error instanceof Refusal) return error.fault;
  const { errcode, code, message = String(error) } = error as { errcode?: number; code?: string; message?: string };
  const known = code === "ERR_SQLITE_ERROR" ? sqliteReason(errcode, message) : SYSTEM[code ?? ""];
  if (known) return { reason: known, facts: { value: file, response: message } };
  return { reason: "store-failed", facts: { value: `${message} (${file})` } };
}

function sqliteReason(errcode: number | undefined, message: string): StoreReason | undefined {
  // The higher bits only tell where it happened.
  const found = SQLITE.find(([code, text]) => (errcode === undefined ? text === message : code === (errcode & 0xff)));
  return found?.[2];
}
