import type { EntryState } from "../../model/entry-state";
import type {
  Added,
  AttemptResult,
  ClaimedEntry,
  ListFilter,
  NewEntry,
  OutboxEntry,
  OutboxStore,
  Retention,
} from "../outbox-store";
import type { OutcomeState } from "./entry-changes";
import { failureOf, type StartThread, StoreThread, startThread } from "./store-thread";
import { WORTH_HANDING_OVER_BYTES } from "./thread-messages";

export { hasSqlite } from "./sqlite-engine";

export interface SqliteOutboxOptions {
  /** For this store alone; made when it is not there. */
  readonly folder: string;
  /** Told what a person should know and nothing fails for: a damaged file that was moved aside. */
  readonly warn: (message: string) => void;
  readonly start?: StartThread;
}

/**
 * Keeps mails in a SQLite database, in a thread of its own: what was added survives kill -9 and
 * a loss of power, and waiting for the disk does not hold up the flows.
 *
 * One process at a time. `open` rejects with the reason `store-no-engine` where there is no SQLite.
 */
export class SqliteOutboxStore implements OutboxStore {
  readonly kind = "disk";
  readonly #options: SqliteOutboxOptions;
  #opening: Promise<StoreThread> | undefined;
  #thread: StoreThread | undefined;
  /** Handed out, and not heard of since. */
  readonly #sending = new Set<string>();

  constructor(options: SqliteOutboxOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { folder, warn, start = startThread } = this.#options;
    const opening = this.close().then(() => StoreThread.open(start(folder), warn));
    this.#opening = opening;
    const thread = await opening;
    if (this.#opening === opening) this.#thread = thread;
  }

  add(entry: NewEntry): Promise<Added> {
    // A copy: a Buffer may be part of a larger one, and all of that would go along.
    const mime = new Uint8Array(entry.mime);
    const transfer = mime.byteLength >= WORTH_HANDING_OVER_BYTES ? [mime.buffer] : [];
    return this.#ask("add", [{ ...entry, mime: mime as Buffer }], { transfer });
  }

  async claim(queue: string, limit: number, now: number): Promise<ClaimedEntry[]> {
    const entries = await this.#ask("claim", [queue, limit, now]);
    for (const { id } of entries) this.#sending.add(id);
    return entries.map((entry) => ({ ...entry, mime: asBuffer(entry.mime) }));
  }

  startBody(id: string): Promise<void> {
    return this.#ask("startBody", [id]);
  }

  complete(id: string, result: AttemptResult): Promise<void> {
    return this.#finish(id, "sent", result);
  }

  defer(id: string, result: AttemptResult & { nextAttemptAt: number; unconfirmed?: number }): Promise<void> {
    return this.#finish(id, "deferred", result);
  }

  bury(id: string, result: AttemptResult): Promise<void> {
    return this.#finish(id, "dead", result);
  }

  hold(id: string, result: AttemptResult & { unconfirmed?: number }): Promise<void> {
    return this.#finish(id, "held", result);
  }

  /** While others are being sent, one of them will soon want a commit that this one can share. */
  #finish(id: string, state: OutcomeState, result: AttemptResult): Promise<void> {
    this.#sending.delete(id);
    return this.#ask("finish", [id, state, result], { patient: this.#sending.size > 0 });
  }

  release(ids: readonly string[], now: number): Promise<number> {
    return this.#ask("release", [ids, now]);
  }

  park(ids: readonly string[], now: number): Promise<number> {
    return this.#ask("park", [ids, now]);
  }

  cancel(ids: readonly string[], now: number): Promise<number> {
    return this.#ask("cancel", [ids, now]);
  }

  get(id: string): Promise<OutboxEntry | undefined> {
    return this.#ask("get", [id]);
  }

  async list(filter: ListFilter): Promise<OutboxEntry[]> {
    const entries: OutboxEntry[] = [];
    let before = filter.before;
    do {
      // In slices, so that a search through very many does not hold up the mails.
      const part = await this.#ask("list", [{ ...filter, before, limit: filter.limit - entries.length }]);
      entries.push(...part.entries);
      before = part.next;
    } while (before && entries.length < filter.limit);
    return entries;
  }

  counts(queue?: string): Promise<Record<EntryState, number>> {
    return this.#ask("counts", [queue]);
  }

  nextDueAt(queue: string, now: number): Promise<number | undefined> {
    return this.#ask("nextDueAt", [queue, now]);
  }

  recover(now: number): Promise<OutboxEntry[]> {
    return this.#ask("recover", [now]);
  }

  async prune(retention: Retention): Promise<number> {
    let forgotten = 0;
    for (let slice = -1; slice !== 0; forgotten += slice) slice = await this.#ask("prune", [retention]);
    return forgotten;
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#thread = undefined;
    const thread = await opening?.catch(() => undefined);
    await thread?.close();
  }

  readonly #ask: StoreThread["ask"] = (method, args, options) => {
    if (this.#thread) return this.#thread.ask(method, args, options);
    return Promise.reject(failureOf({ reason: "store-failed", facts: { value: "the outbox is closed" } }));
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
