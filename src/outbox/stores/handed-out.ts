import type { OutboxEntry } from "../outbox-store";

interface Lent {
  readonly seq: number;
  readonly entry: OutboxEntry;
  /** Whether its state in the database says that it is being sent. */
  readonly written: boolean;
}

/**
 * The entries that are being sent, by id.
 *
 * That one was handed out is written down only where somebody looks at states: a crash may forget it,
 * and changing the state, which is in several indexes, is much of what keeping mails on disk costs.
 */
export class HandedOut {
  readonly #lent = new Map<string, Lent>();
  /** How things were before this commit, the latest change last. */
  #before: (readonly [id: string, lent: Lent | undefined])[] = [];
  readonly #unwritten = new Set<number>();

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
  writeAll(write: (seq: number, entry: OutboxEntry) => void): void {
    if (this.#unwritten.size === 0) return;
    for (const lent of [...this.#lent.values()]) {
      if (lent.written) continue;
      write(lent.seq, lent.entry);
      this.put({ ...lent, written: true });
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
    if (lent) this.#lent.set(id, lent);
    else this.#lent.delete(id);
  }
}
