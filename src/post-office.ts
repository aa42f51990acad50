import type { Clock } from "./model/clock";
import { SendError } from "./model/send-error";
import { discard, park, retry } from "./outbox/by-hand";
import type { OutboxEntry, OutboxStore, Retention } from "./outbox/outbox-store";
import { Outcomes } from "./outbox/outcomes";
import { MemoryOutboxStore } from "./outbox/stores/memory-outbox-store";

const DAY_MS = 24 * 60 * 60 * 1000;
const PRUNE_EVERY_MS = 60 * 60 * 1000;

/** How long and how many ended mails are kept, for dedupe keys and for the record. */
export interface Keeping {
  readonly sentDays: number;
  readonly deadDays: number;
  readonly maxSent: number;
  readonly maxDead: number;
}

export const DEFAULT_KEEPING: Keeping = Object.freeze({ sentDays: 7, deadDays: 30, maxSent: 10_000, maxDead: 10_000 });

export interface PostOfficeOptions {
  readonly clock: Clock;
  /** Makes the store on disk, not opened yet; without it everything is kept in memory. */
  readonly makeDiskStore?: () => OutboxStore;
  readonly keeping?: Keeping;
}

/** A configuration's share of a store. `noDisk`: disk was asked for, and this machine has no engine for it. */
export interface Counter {
  readonly store: OutboxStore;
  readonly interrupted: readonly OutboxEntry[];
  readonly noDisk: boolean;
  release(): Promise<void>;
}

interface OpenStore {
  readonly store: OutboxStore;
  /** The interrupted entries that nobody has asked for yet. */
  readonly opened: Promise<OutboxEntry[]>;
  users: number;
  stopPruning?: () => void;
}

/**
 * The stores of this process, and who waits for which mail.
 *
 * All configurations share one store of each kind, across redeploys: it is opened by the first
 * that needs it and closed when the last one is gone.
 */
export class PostOffice {
  readonly outcomes = new Outcomes();
  readonly #options: PostOfficeOptions;
  /** Never closed: what waits in memory survives a redeploy, and ends with the process. */
  #memory: OpenStore | undefined;
  #disk: OpenStore | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: PostOfficeOptions) {
    this.#options = options;
  }

  /** Rejects with SendError where the store on disk cannot be used. */
  async open(kind: "memory" | "disk", queue: string): Promise<Counter> {
    const { makeDiskStore } = this.#options;
    if (kind === "memory" || !makeDiskStore) return this.#openMemory(queue, false);
    await this.#closing;
    this.#disk ??= this.#open(makeDiskStore());
    const disk = this.#disk;
    try {
      return await this.#serve(disk, queue, false);
    } catch (error) {
      await this.#release(disk);
      if (error instanceof SendError && error.reason === "store-no-engine") return this.#openMemory(queue, true);
      throw error;
    }
  }

  /** The stores that are open now, for a look at what is in them. */
  get openStores(): readonly OutboxStore[] {
    return [this.#memory, this.#disk].flatMap((open) => (open ? [open.store] : []));
  }

  /** Throws these away, tells who waits for them, and says how many that was. */
  discard(ids: readonly string[]): Promise<number> {
    return discard(this.openStores, this.outcomes, ids, this.#options.clock.now());
  }

  /** Holds these until a person releases them, tells who waits for them, and says how many that was. */
  park(ids: readonly string[]): Promise<number> {
    return park(this.openStores, this.outcomes, ids, this.#options.clock.now());
  }

  /** Has deferred, held and given-up ones tried now; resolves with the queues that have something to do now. */
  retry(ids: readonly string[]): Promise<{ readonly count: number; readonly queues: readonly string[] }> {
    return retry(this.openStores, ids, this.#options.clock.now());
  }

  #openMemory(queue: string, noDisk: boolean): Promise<Counter> {
    this.#memory ??= this.#open(new MemoryOutboxStore());
    return this.#serve(this.#memory, queue, noDisk);
  }

  #open(store: OutboxStore): OpenStore {
    const opened = store.open().then(() => store.recover(this.#options.clock.now()));
    return { store, opened, users: 0 };
  }

  async #serve(open: OpenStore, queue: string, noDisk: boolean): Promise<Counter> {
    open.users++;
    const interrupted = await open.opened;
    open.stopPruning ??= this.#keepPruning(open.store);
    // Handed out once: the next configuration with this id finds them settled.
    const mine = interrupted.filter((entry) => entry.queue === queue);
    for (const entry of mine) interrupted.splice(interrupted.indexOf(entry), 1);
    let released: Promise<void> | undefined;
    const release = (): Promise<void> => {
      released ??= this.#release(open);
      return released;
    };
    return { store: open.store, interrupted: mine, noDisk, release };
  }

  #keepPruning(store: OutboxStore): () => void {
    const { clock } = this.#options;
    let callOff = (): void => {};
    const prune = (): void => {
      // What is kept too long is a matter of space; the next hour tries again.
      store.prune(this.#retention()).catch(() => {});
      callOff = clock.after(PRUNE_EVERY_MS, prune);
    };
    prune();
    return () => callOff();
  }

  #retention(): Retention {
    const { sentDays, deadDays, maxSent, maxDead } = this.#options.keeping ?? DEFAULT_KEEPING;
    const now = this.#options.clock.now();
    return { now, sentBefore: now - sentDays * DAY_MS, deadBefore: now - deadDays * DAY_MS, maxSent, maxDead };
  }

  #release(open: OpenStore): Promise<void> {
    if (--open.users > 0) return Promise.resolve();
    open.stopPruning?.();
    delete open.stopPruning;
    if (open === this.#memory) return Promise.resolve();
    this.#disk = undefined;
    this.#closing = open.store.close().catch(() => {});
    return this.#closing;
  }
}

/**
 * The post office that keeps its mails in `folder`; without one, only in memory.
 * `warn` hears of a store that had to be moved aside.
 */
export function createPostOffice(
  clock: Clock,
  folder: string | undefined,
  warn: (message: string) => void,
): PostOffice {
  if (folder === undefined) return new PostOffice({ clock });
  const makeDiskStore = (): OutboxStore => {
    // Loaded where a configuration wants it.
    const { SqliteOutboxStore } =
      require("./outbox/stores/sqlite-outbox-store") as typeof import("./outbox/stores/sqlite-outbox-store");
    return new SqliteOutboxStore({ folder, warn });
  };
  return new PostOffice({ clock, makeDiskStore });
}
