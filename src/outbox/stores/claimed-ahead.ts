import type { ClaimedEntry } from "../outbox-store";

/**
 * Mails that were handed out before somebody asked, for each queue: asking the store's thread for one
 * mail costs as much as for many. They count as waiting until they are taken.
 */
export class ClaimedAhead {
  readonly #entries = new Map<string, ClaimedEntry[]>();
  #givenBack = 0;

  /** Changes whenever all are given back: what was asked for before is to go back as well. */
  get round(): number {
    return this.#givenBack;
  }

  count(queue: string): number {
    return this.#entries.get(queue)?.length ?? 0;
  }

  keep(queue: string, entries: readonly ClaimedEntry[]): void {
    if (entries.length > 0) this.#entries.set(queue, [...(this.#entries.get(queue) ?? []), ...entries]);
  }

  /** Up to `limit` of them, the longest due first, as if they were handed out now. */
  take(queue: string, limit: number, now: number): ClaimedEntry[] {
    const entries = this.#entries.get(queue) ?? [];
    const isDue = entries.every(({ nextAttemptAt }) => nextAttemptAt <= now);
    // After a clock was set back: whoever asks anew is told what holds then.
    return isDue ? entries.splice(0, Math.max(0, limit)).map((entry) => ({ ...entry, updatedAt: now })) : [];
  }

  /** Whether one that is due then might have to be handed out before some of these. */
  isPassedBy(dueAt: number): boolean {
    for (const entries of this.#entries.values()) {
      if (entries.some(({ nextAttemptAt }) => nextAttemptAt > dueAt)) return true;
    }
    return false;
  }

  /** Forgets them; their ids. */
  giveBack(): string[] {
    this.#givenBack++;
    const ids = [...this.#entries.values()].flatMap((entries) => entries.map(({ id }) => id));
    this.#entries.clear();
    return ids;
  }
}
