import type { EntryView } from "../../../src/model/outbox-view";

type Place = Pick<EntryView, "id" | "queuedAt">;

/** What is known of a list that is fetched page by page: its newest entries without a gap, newest first. */
export class LoadedEntries {
  #entries: EntryView[] = [];
  readonly #seen = new Map<string, number>();
  /** The oldest of all is there. */
  complete = false;

  get length(): number {
    return this.#entries.length;
  }

  at(index: number): EntryView | undefined {
    return this.#entries[index];
  }

  indexOf(id: string): number {
    return this.#entries.findIndex((entry) => entry.id === id);
  }

  all(): readonly EntryView[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
    this.#seen.clear();
    this.complete = false;
  }

  /** Whether one of these rows was last answered before that generation. */
  hasOlderThan(generation: number, from: number, to: number): boolean {
    return this.#entries.slice(from, to).some(({ id }) => (this.#seen.get(id) ?? 0) < generation);
  }

  /**
   * Puts a page where it belongs: it holds all entries between the one before it and its own last one, or
   * to the end of the list where it is not full.
   */
  put(page: readonly EntryView[], before: Place | undefined, limit: number, generation: number): void {
    for (const { id } of page) this.#seen.set(id, generation);
    const last = page.length === limit ? page.at(-1) : undefined;
    const newer = before ? this.#entries.filter((entry) => order(entry, before) <= 0) : [];
    const older = last ? this.#entries.filter((entry) => order(entry, last) > 0) : [];
    const isGap = !before && last && this.#entries[0] && order(this.#entries[0], last) > 0;
    if (!last) this.complete = true;
    // So many new ones came that what was known no longer joins on.
    if (isGap) this.complete = false;
    this.#entries = [...newer, ...page, ...(isGap ? [] : older)];
  }
}

/** Newest first, as the server sorts. */
function order(a: Place, b: Place): number {
  return b.queuedAt - a.queuedAt || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1);
}
