/** Which rows are chosen, and which one the keyboard is at; a row is an id, and the order is the list's. */
export class Selection {
  readonly #ids = new Set<string>();
  current: string | undefined;
  #anchor: string | undefined;

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  only(id: string): void {
    this.#ids.clear();
    this.#ids.add(id);
    this.#moveTo(id);
  }

  toggle(id: string): void {
    if (!this.#ids.delete(id)) this.#ids.add(id);
    this.#moveTo(id);
  }

  /** All from where the last choice began to here. */
  extendTo(id: string, order: readonly { readonly id: string }[]): void {
    const from = order.findIndex((row) => row.id === (this.#anchor ?? id));
    const to = order.findIndex((row) => row.id === id);
    if (from < 0 || to < 0) {
      this.only(id);
      return;
    }
    this.#ids.clear();
    for (const row of order.slice(Math.min(from, to), Math.max(from, to) + 1)) this.#ids.add(row.id);
    this.current = id;
  }

  all(order: readonly { readonly id: string }[]): void {
    for (const { id } of order) this.#ids.add(id);
  }

  clear(): void {
    this.#ids.clear();
    this.#anchor = undefined;
  }

  /** Forgets what is no longer in the list. */
  keep(order: readonly { readonly id: string }[]): void {
    if (this.#ids.size === 0 && this.current === undefined) return;
    const there = new Set(order.map(({ id }) => id));
    for (const id of this.#ids) if (!there.has(id)) this.#ids.delete(id);
    if (this.current !== undefined && !there.has(this.current)) this.current = undefined;
  }

  #moveTo(id: string): void {
    this.current = id;
    this.#anchor = id;
  }
}
