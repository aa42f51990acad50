import type { Clock } from "./model/clock";
import { SendError } from "./model/send-error";
import { discard, park, retry } from "./outbox/by-hand";
import type { EndedBefore, OutboxEntry, OutboxStore, Retention } from "./outbox/outbox-store";
import { Outcomes } from "./outbox/outcomes";
import { SlidingLimit, WINDOW_MS } from "./outbox/sliding-limit";
import { MemoryOutboxStore } from "./outbox/stores/memory-outbox-store";

const DAY_MS = 24 * 60 * 60 * 1000;
const PRUNE_EVERY_MS = 60 * 60 * 1000;
/** In an hour of many mails the store would grow far beyond what is kept. */
const PRUNE_EVERY_MAILS = 1000;
/** How many of an earlier process's latest mails are looked at for the limit per minute. */
const MOST_LATEST = 1000;

/** How long and how many ended mails are kept, for dedupe keys and for the record. */
export interface Keeping {
  readonly sentDays: number;
  readonly deadDays: number;
  readonly maxSent: number;
  readonly maxDead: number;
}

const DEFAULT_KEEPING: Keeping = Object.freeze({ sentDays: 7, deadDays: 30, maxSent: 10_000, maxDead: 10_000 });

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
  /** The limit per minute of this queue; the same across redeploys. */
  readonly limit: SlidingLimit;
  release(): Promise<void>;
}

interface OpenStore {
  readonly store: OutboxStore;
  /** The interrupted entries that nobody has asked for yet. */
  readonly opened: Promise<OutboxEntry[]>;
  isOpen: boolean;
  users: number;
  stopPruning?: () => void;
  pruning?: Promise<void>;
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
  /** Of queues with times of their own; those that are gone keep theirs until the process ends. */
  readonly #keeping = new Map<string, Pick<Keeping, "sentDays" | "deadDays">>();
  /** By queue; they outlive the configurations, as what was sent does. */
  readonly #limits = new Map<string, Promise<SlidingLimit>>();

  constructor(options: PostOfficeOptions) {
    this.#options = options;
    let ended = 0;
    this.outcomes.watch((outcome) => {
      if (outcome && ++ended % PRUNE_EVERY_MAILS === 0) this.#pruneAll();
    });
  }

  /** Rejects with SendError where the store on disk cannot be used. */
  async open(
    kind: "memory" | "disk",
    queue: string,
    keeping?: Pick<Keeping, "sentDays" | "deadDays">,
  ): Promise<Counter> {
    if (keeping) this.#keeping.set(queue, keeping);
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
    return [this.#memory, this.#disk].flatMap((open) => (open?.isOpen ? [open.store] : []));
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
    const made: OpenStore = { store, opened, isOpen: false, users: 0 };
    opened.then(
      () => {
        made.isOpen = true;
        this.outcomes.seenAnew();
      },
      () => {},
    );
    return made;
  }

  async #serve(open: OpenStore, queue: string, noDisk: boolean): Promise<Counter> {
    open.users++;
    const interrupted = await open.opened;
    // Before anything of it is forgotten.
    const limit = await this.#limitOf(queue, open.store);
    open.stopPruning ??= this.#keepPruning(open);
    // Handed out once: the next configuration with this id finds them settled.
    const mine = interrupted.filter((entry) => entry.queue === queue);
    for (const entry of mine) interrupted.splice(interrupted.indexOf(entry), 1);
    let released: Promise<void> | undefined;
    const release = (): Promise<void> => {
      released ??= this.#release(open);
      return released;
    };
    return { store: open.store, interrupted: mine, noDisk, limit, release };
  }

  #limitOf(queue: string, store: OutboxStore): Promise<SlidingLimit> {
    const known = this.#limits.get(queue);
    if (known) return known;
    // Sending too much once is better than not at all where the store cannot tell now.
    const limit = endsOfLatest(store, queue, this.#options.clock.now()).then(
      (ends) => new SlidingLimit(undefined, ends),
      () => new SlidingLimit(),
    );
    this.#limits.set(queue, limit);
    return limit;
  }

  #keepPruning(open: OpenStore): () => void {
    const { clock } = this.#options;
    let callOff = (): void => {};
    const prune = (): void => {
      this.#prune(open);
      callOff = clock.after(PRUNE_EVERY_MS, prune);
    };
    prune();
    return () => callOff();
  }

  #pruneAll(): void {
    for (const open of [this.#memory, this.#disk]) if (open?.stopPruning) this.#prune(open);
  }

  #prune(open: OpenStore): void {
    // What is kept too long is a matter of space; the next time tries again.
    open.pruning ??= open.store
      .prune(this.#retention())
      .then(
        () => {},
        () => {},
      )
      .finally(() => {
        delete open.pruning;
      });
  }

  #retention(): Retention {
    const { sentDays, deadDays, maxSent, maxDead } = this.#options.keeping ?? DEFAULT_KEEPING;
    const now = this.#options.clock.now();
    const queues = [...this.#keeping].map(([queue, keeping]) => [queue, endedBefore(keeping, now)] as const);
    return { now, ...endedBefore({ sentDays, deadDays }, now), queues: new Map(queues), maxSent, maxDead };
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

/** When the attempts of the last minute ended, those of an earlier process. */
async function endsOfLatest(store: OutboxStore, queue: string, now: number): Promise<number[]> {
  const states = ["sending", "sent", "deferred", "held", "dead"] as const;
  const latest = await store.list({ queue, states, limit: MOST_LATEST });
  const ends = latest.flatMap(({ attempts }) => attempts.map(({ at, ms }) => at + ms));
  return ends.filter((end) => end > now - WINDOW_MS);
}

function endedBefore({ sentDays, deadDays }: Pick<Keeping, "sentDays" | "deadDays">, now: number): EndedBefore {
  return { sentBefore: now - sentDays * DAY_MS, deadBefore: now - deadDays * DAY_MS };
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
