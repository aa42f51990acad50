interface Due {
  readonly id: string;
  readonly at: number;
  /** Decides between entries that are due at the same time. */
  readonly order: number;
}

/** What is due first, at a cost that grows with the logarithm of what waits only. */
export class DueHeap {
  readonly #items: Due[] = [];

  get first(): Due | undefined {
    return this.#items[0];
  }

  push(due: Due): void {
    let at = this.#items.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): void {
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
