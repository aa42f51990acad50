import type { EntryState } from "../../model/entry-state";
import type {
  Added,
  AttemptResult,
  ClaimedEntry,
  Ending,
  ListFilter,
  NewEntry,
  OutboxEntry,
  OutboxStore,
  Retention,
} from "../outbox-store";
import { ClaimedAhead } from "./claimed-ahead";
import type { OutcomeState } from "./entry-changes";
import { SpoolFolder } from "./spool-folder";
import { failureOf } from "./store-fault";
import { StoreFiles } from "./store-files";
import { type StartThread, StoreThread, startThread } from "./store-thread";
import { WORTH_HANDING_OVER_BYTES } from "./thread-messages";

export { hasSqlite } from "./sqlite-engine";

/** How many more are handed out with those that were asked for. */
const AHEAD = 16;
/** With fewer left the next ones are asked for, so that a free connection need not wait for the disk. */
const FEW_AHEAD = AHEAD / 2;

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
  readonly spool: SpoolFolder;
  readonly #options: SqliteOutboxOptions;
  #opening: Promise<StoreThread> | undefined;
  #thread: StoreThread | undefined;
  /** Handed out, and not heard of since. */
  readonly #sending = new Set<string>();
  readonly #ahead = new ClaimedAhead();
  /** Queues in which more were due than were asked for. */
  readonly #hasMore = new Set<string>();
  /** The time for which more are being asked for; 0 while none are. */
  #askedAt = 0;
  /** Asked, and not answered yet. */
  #looks = 0;
  /** Settles with the latest claim. */
  #claiming: Promise<void> | undefined;

  constructor(options: SqliteOutboxOptions) {
    this.#options = options;
    this.spool = new SpoolFolder(() => new StoreFiles(options.folder).bodies);
  }

  async open(): Promise<void> {
    const { folder, warn, start = startThread } = this.#options;
    const opening = this.close().then(() => StoreThread.open(start(folder), warn));
    this.#opening = opening;
    const thread = await opening;
    if (this.#opening === opening) this.#thread = thread;
  }

  add(entry: NewEntry): Promise<Added> {
    if (this.#isPassedBy(entry.queuedAt)) this.#giveBack();
    // A copy: a Buffer may be part of a larger one, and all of that would go along.
    const mime = new Uint8Array(entry.mime);
    const transfer = mime.byteLength >= WORTH_HANDING_OVER_BYTES ? [mime.buffer] : [];
    return this.#ask("add", [{ ...entry, mime: mime as Buffer }], { transfer });
  }

  holderOf(queue: string, dedupeKey: string, now: number): Promise<OutboxEntry | undefined> {
    return this.#ask("holderOf", [queue, dedupeKey, now]);
  }

  claim(queue: string, limit: number, now: number): Promise<ClaimedEntry[]> {
    if (this.#thread && limit > 0 && this.#ahead.count(queue) >= limit) {
      const entries = this.#ahead.take(queue, limit, now);
      if (entries.length > 0) return Promise.resolve(this.#given(queue, entries, now));
    }
    // One after the other: what the one before gets ahead is due before what this one would.
    return this.#afterClaims(() => this.#claim(queue, limit, now));
  }

  #afterClaims<T>(claim: () => Promise<T>): Promise<T> {
    const claimed = this.#claiming ? this.#claiming.then(claim) : claim();
    const over = claimed.then(forget, forget);
    this.#claiming = over;
    void over.then(() => {
      if (this.#claiming === over) this.#claiming = undefined;
    });
    return claimed;
  }

  async #claim(queue: string, limit: number, now: number): Promise<ClaimedEntry[]> {
    const entries = this.#ahead.take(queue, limit, now);
    if (entries.length < limit || !this.#thread) {
      // Those that are still there are not due any more: the clock was set back.
      this.#giveBack();
      entries.push(...(await this.#askFor(queue, limit - entries.length, now)));
    }
    return this.#given(queue, entries, now);
  }

  #given(queue: string, entries: ClaimedEntry[], now: number): ClaimedEntry[] {
    for (const { id } of entries) this.#sending.add(id);
    if (!this.#claiming && this.#looks === 0 && this.#hasMore.has(queue) && this.#ahead.count(queue) < FEW_AHEAD)
      this.#afterClaims(() => this.#askFor(queue, 0, now)).catch(forget);
    return entries;
  }

  /** So many, and keeps those that come with them. */
  async #askFor(queue: string, limit: number, now: number): Promise<ClaimedEntry[]> {
    const [thread, { round }] = [this.#thread, this.#ahead];
    this.#askedAt = now;
    // A look has whatever is handed out until its commit written down as being sent: nobody could give that back.
    const most = this.#looks > 0 ? 0 : AHEAD;
    const claimed = await this.#ask("claim", [queue, limit, now, most]).finally(() => {
      this.#askedAt = 0;
    });
    // Closed meanwhile: they are nobody's, and recovered when it is opened again.
    if (this.#thread !== thread) return [];
    const entries = claimed.map((entry) => ({ ...entry, mime: asBuffer(entry.mime) }));
    const ahead = entries.slice(limit);
    if (ahead.length > 0) this.#hasMore.add(queue);
    else this.#hasMore.delete(queue);
    this.#ahead.keep(queue, ahead);
    // What was given back meanwhile was due before these.
    if (this.#ahead.round !== round) this.#giveBack();
    return entries.slice(0, limit);
  }

  /** Whether one that is due then would have to be handed out before some that were handed out ahead. */
  #isPassedBy(dueAt: number): boolean {
    return dueAt < this.#askedAt || this.#ahead.isPassedBy(dueAt);
  }

  #giveBack(): void {
    const ids = this.#ahead.giveBack();
    if (ids.length > 0) this.#ask("giveBack", [ids]).catch(() => {});
  }

  startBody(id: string): Promise<void> {
    return this.#ask("startBody", [id]);
  }

  complete(id: string, result: AttemptResult): Promise<void> {
    return this.#finish(id, "sent", result);
  }

  defer(id: string, result: AttemptResult & { nextAttemptAt: number; unconfirmed?: number }): Promise<void> {
    if (this.#isPassedBy(result.nextAttemptAt)) this.#giveBack();
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
    return this.#look("release", [ids, now]);
  }

  park(ids: readonly string[], now: number): Promise<number> {
    return this.#look("park", [ids, now]);
  }

  cancel(ids: readonly string[], now: number): Promise<number> {
    return this.#look("cancel", [ids, now]);
  }

  get(id: string): Promise<OutboxEntry | undefined> {
    return this.#look("get", [id]);
  }

  async list(filter: ListFilter): Promise<OutboxEntry[]> {
    const entries: OutboxEntry[] = [];
    let before = filter.before;
    do {
      // In slices, so that a search through very many does not hold up the mails.
      const part = await this.#look("list", [{ ...filter, before, limit: filter.limit - entries.length }]);
      entries.push(...part.entries);
      before = part.next;
    } while (before && entries.length < filter.limit);
    return entries;
  }

  counts(queue?: string): Promise<Record<EntryState, number>> {
    return this.#look("counts", [queue]);
  }

  endings(from: number, until: number): Promise<Ending[]> {
    return this.#ask("endings", [from, until]);
  }

  queues(): Promise<string[]> {
    return this.#look("queues", []);
  }

  nextDueAt(queue: string, now: number): Promise<number | undefined> {
    return this.#look("nextDueAt", [queue, now]);
  }

  recover(now: number): Promise<OutboxEntry[]> {
    return this.#look("recover", [now]);
  }

  async prune(retention: Retention): Promise<number> {
    let forgotten = 0;
    for (let slice = -1; slice !== 0; forgotten += slice) slice = await this.#look("prune", [retention]);
    return forgotten;
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#thread = undefined;
    this.#ahead.giveBack();
    this.#hasMore.clear();
    this.#sending.clear();
    const thread = await opening?.catch(() => undefined);
    await thread?.close();
  }

  /** Asks when every one that nobody was given yet waits as it did. */
  readonly #look: StoreThread["ask"] = async (method, args, options) => {
    while (this.#claiming) await this.#claiming;
    this.#giveBack();
    this.#looks++;
    return this.#ask(method, args, options).finally(() => {
      this.#looks--;
    });
  };

  readonly #ask: StoreThread["ask"] = (method, args, options) => {
    if (this.#thread) return this.#thread.ask(method, args, options);
    return Promise.reject(failureOf({ reason: "store-failed", facts: { value: "the outbox is closed" } }));
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function forget(): void {}
