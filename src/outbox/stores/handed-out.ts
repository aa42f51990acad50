import type { OutboxEntry } from "../outbox-store";

interface Lent {
  readonly seq: number;
  readonly entry: OutboxEntry;
  /** Whether its state in the database says that it is being sent. */
  readonly written: boolean;
  /** Those go as soon as it was sent. */
  readonly hasFiles: boolean;
}

type Write = (seq: number, entry: OutboxEntry) => void;

/**
 * The entries that are being sent, or were just now, by id.
 *
 * That one was handed out is written down only where somebody looks at states: a crash may forget it,
 * and changing the state, which is in several indexes, is much of what keeping mails on disk costs.
 * How one ended is committed at once, but in a line of its own; many such lines are brought into
 * their entries together, which then share the pages that change.
 */
export class HandedOut {
  readonly #lent = new Map<string, Lent>();
  /** How things were before this commit, the latest change last. */
  #before: (readonly [id: string, lent: Lent | undefined])[] = [];
  readonly #unwritten = new Set<number>();
  #ended = 0;

  /** Whether some are being sent. */
  get isSending(): boolean {
    return this.#lent.size > this.#ended;
  }

  /** How many have ended, and their entries in the database do not say so yet. */
  get ended(): number {
    return this.#ended;
  }

  /** The numbers of those that the database takes for waiting ones. */
  get unwritten(): ReadonlySet<number> {
    return this.#unwritten;
  }

  get(id: string): Lent | undefined {
    return this.#lent.get(id);
  }

  put(lent: Lent): void {
    this.#set(lent.entry.id, lent);
  }

  delete(id: string): void {
    this.#set(id, undefined);
  }

  /** Has every one that is not written down yet written down. */
  writeAll(write: Write): void {
    if (this.#unwritten.size > 0) this.#write(write, () => true);
  }

  /** Likewise, of those that have ended. */
  writeEnded(write: Write): void {
    if (this.#ended > 0) this.#write(write, hasEnded);
  }

  #write(write: Write, isMeant: (lent: Lent) => boolean): void {
    for (const lent of [...this.#lent.values()]) {
      if (lent.written || !isMeant(lent)) continue;
      write(lent.seq, lent.entry);
      if (hasEnded(lent)) this.delete(lent.entry.id);
      else this.put({ ...lent, written: true });
    }
  }

  clear(): void {
    for (const id of [...this.#lent.keys()]) this.delete(id);
  }

  committed(): void {
    this.#before = [];
  }

  rolledBack(): void {
    const before = this.#before;
    this.#before = [];
    for (const [id, lent] of before.reverse()) this.#set(id, lent);
    this.#before = [];
  }

  #set(id: string, lent: Lent | undefined): void {
    const before = this.#lent.get(id);
    this.#before.push([id, before]);
    if (before) this.#unwritten.delete(before.seq);
    if (lent && !lent.written) this.#unwritten.add(lent.seq);
    this.#ended += Number(hasEnded(lent)) - Number(hasEnded(before));
    if (lent) this.#lent.set(id, lent);
    else this.#lent.delete(id);
  }
}

function hasEnded(lent: Lent | undefined): boolean {
  return lent !== undefined && lent.entry.state !== "sending";
}
