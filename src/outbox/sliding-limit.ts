/** How long a mail counts against the limit after it was sent. */
export const WINDOW_MS = 60_000;

/** How many mails are remembered while there is no limit, for the case that one is set. */
const MOST_REMEMBERED = 1000;

/**
 * Never more than `perMinute` mails in any sixty seconds, wherever those sixty seconds begin.
 *
 * A mail counts from when it starts until sixty seconds after it ended, because the server
 * may have counted it at any moment in between. It belongs to a queue, not to its configuration:
 * a redeployed one goes on with the same, maybe with another limit.
 */
export class SlidingLimit {
  #running = 0;
  /** Ascending. */
  readonly #endedAt: number[];

  /** `endedAt`: when mails of an earlier process ended. */
  constructor(
    public perMinute?: number | undefined,
    endedAt: readonly number[] = [],
  ) {
    this.#endedAt = [...endedAt].sort((a, b) => a - b);
  }

  /** 0 when a mail may start now; else how long to wait. Infinity: until one that is running has ended. */
  waitMs(now: number): number {
    if (this.perMinute === undefined) return 0;
    this.#forgetTheFuture(now);
    while (this.#endedAt[0] !== undefined && now - this.#endedAt[0] >= WINDOW_MS) this.#endedAt.shift();
    const taken = this.#running + this.#endedAt.length;
    if (taken < this.perMinute) return 0;
    // Above the limit, because it was lowered, more than the oldest must be out of the window.
    const last = this.#endedAt[taken - this.perMinute];
    return last === undefined ? Number.POSITIVE_INFINITY : last + WINDOW_MS - now;
  }

  /** A clock that was set back must not stop mail for longer than the window. */
  #forgetTheFuture(now: number): void {
    for (let at = this.#endedAt.length - 1; (this.#endedAt[at] ?? now) > now; at--) this.#endedAt[at] = now;
  }

  /** How many mails may start now; infinity where there is no limit. */
  room(now: number): number {
    if (this.perMinute === undefined) return Number.POSITIVE_INFINITY;
    return this.waitMs(now) > 0 ? 0 : this.perMinute - this.#running - this.#endedAt.length;
  }

  started(): void {
    this.#running++;
  }

  ended(now: number): void {
    this.#running--;
    this.#forgetTheFuture(now);
    this.#endedAt.push(now);
    // Half of them at once, so that remembering costs next to nothing.
    if (this.perMinute === undefined && this.#endedAt.length > 2 * MOST_REMEMBERED)
      this.#endedAt.splice(0, MOST_REMEMBERED);
  }
}
