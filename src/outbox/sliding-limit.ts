/** How long a mail counts against the limit after it was sent. */
export const WINDOW_MS = 60_000;

/**
 * Never more than `perMinute` mails in any sixty seconds, wherever those sixty seconds begin.
 *
 * A mail counts from when it starts until sixty seconds after it ended, because the server
 * may have counted it at any moment in between.
 */
export class SlidingLimit {
  #running = 0;
  readonly #endedAt: number[] = [];

  constructor(private readonly perMinute: number | undefined) {}

  /** 0 when a mail may start now; else how long to wait. Infinity: until one that is running has ended. */
  waitMs(now: number): number {
    if (this.perMinute === undefined) return 0;
    this.#forgetTheFuture(now);
    while (this.#endedAt[0] !== undefined && now - this.#endedAt[0] >= WINDOW_MS) this.#endedAt.shift();
    if (this.#running + this.#endedAt.length < this.perMinute) return 0;
    const [oldest] = this.#endedAt;
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest + WINDOW_MS - now;
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
    if (this.perMinute !== undefined) this.#endedAt.push(now);
  }
}
