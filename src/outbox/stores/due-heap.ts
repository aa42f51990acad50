interface Due {
  readonly id: string;
  readonly at: number;
  /** Decides between entries that are due at the same time. */
  readonly order: number;
}

/** What is due first, each once, at a cost that grows with the logarithm of what waits only. */
export class DueHeap {
  #items: Due[] = [];
  /** The place that counts: what was pushed again, or taken out, leaves an older one behind. */
  readonly #valid = new Map<string, Due>();
  #latestAt = Number.NEGATIVE_INFINITY;

  get first(): Due | undefined {
    for (let first = this.#items[0]; first; first = this.#items[0]) {
      if (this.#valid.get(first.id) === first) return first;
      this.#pop();
    }
    return undefined;
  }

  /** From now on it is due then, whenever it was before. */
  push(due: Due): void {
    this.#valid.set(due.id, due);
    this.#latestAt = Math.max(this.#latestAt, due.at);
    let at = this.#items.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  remove(id: string): void {
    this.#valid.delete(id);
  }

  /** What is due later than `bound` is due at `at`. Costs nothing where there is nothing like that. */
  bringForward(bound: number, at: number): void {
    if (this.#latestAt <= bound) return;
    this.#items = [];
    this.#latestAt = Number.NEGATIVE_INFINITY;
    for (const due of [...this.#valid.values()]) this.push(due.at > bound ? { ...due, at } : due);
  }

  #pop(): void {
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return;
    this.#items[0] = last;
    let at = 0;
    for (;;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#isBefore(child, first)) first = child;
      }
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#items[one] as Due, this.#items[other] as Due];
    return a.at === b.at ? a.order < b.order : a.at < b.at;
  }

  #swap(one: number, other: number): void {
    const kept = this.#items[one] as Due;
    this.#items[one] = this.#items[other] as Due;
    this.#items[other] = kept;
  }
}
