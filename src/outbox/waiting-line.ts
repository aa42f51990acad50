import type { Progress } from "./outcomes";

type Tell = (id: string, progress: Progress) => void;

/**
 * The mails of this process that wait for their first attempt, and whether they know that the limit is why.
 *
 * Each is told once, and the next in line whenever the time changes: telling all of them every
 * time would cost more than sending.
 */
export class WaitingLine {
  readonly #ids = new Set<string>();
  #untold: string[] = [];
  /** The next in line and what it was told. */
  #last: { readonly id: string; readonly until: number } | undefined;

  constructor(private readonly tell: Tell) {}

  /** `told`: it has heard of the limit already. */
  join(id: string, told: boolean): void {
    this.#ids.add(id);
    if (!told) this.#untold.push(id);
  }

  leave(id: string): void {
    this.#ids.delete(id);
    if (this.#ids.size === 0) this.#untold = [];
  }

  /** Nobody starts before `until`. */
  limited(until: number): void {
    const [next] = this.#ids;
    const told = new Set(this.#untold);
    this.#untold = [];
    if (next !== undefined && (this.#last?.id !== next || this.#last.until !== until)) {
      told.add(next);
      this.#last = { id: next, until };
    }
    for (const id of told) if (this.#ids.has(id)) this.tell(id, { state: "limited", until });
  }
}
