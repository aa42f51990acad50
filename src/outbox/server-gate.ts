import { type Random, serverDelay } from "./backoff";

/** A server that asks for more is asked again after this. */
const LONGEST_PAUSE_MS = 60 * 60_000;

/** After this many mails without complaint one more connection is tried. */
const MAILS_PER_STEP = 20;

/**
 * How many mails may be with the server at once, going by how it behaves.
 *
 * A server that is away is tried with one mail at a time, with growing pauses in between.
 * One that says that it is too much (421, 432) gets half the connections, then slowly more again.
 */
export class ServerGate {
  #width: number;
  #accepted = 0;
  #awayCount = 0;
  #overloadCount = 0;
  #closedAt = 0;
  #closedUntil = 0;
  #awaySince = 0;

  constructor(
    private readonly maxConnections: number,
    private readonly random: Random,
  ) {
    this.#width = maxConnections;
  }

  /** How many may run now; 0 while it is closed. */
  width(now: number): number {
    if (this.waitMs(now) > 0) return 0;
    return this.#awayCount > 0 ? 1 : this.#width;
  }

  /** Since when the server could not be reached; undefined while it can, as far as is known. */
  get awaySince(): number | undefined {
    return this.#awayCount > 0 ? this.#awaySince : undefined;
  }

  /** How long nothing is tried; 0 where it is open. */
  waitMs(now: number): number {
    // A clock that was set back must not stop mail for longer than was meant.
    return now < this.#closedAt ? 0 : Math.max(0, this.#closedUntil - now);
  }

  /** The server took part in the conversation, whatever it said of the mail. */
  answered(now: number): void {
    // A pause that the server asked for stands, whatever was on its way before.
    if (this.#awayCount > 0) this.#closedUntil = 0;
    this.#awayCount = 0;
    if (this.waitMs(now) > 0) return;
    this.#overloadCount = 0;
    if (this.#width >= this.maxConnections) return;
    this.#accepted++;
    if (this.#accepted < MAILS_PER_STEP) return;
    this.#accepted = 0;
    this.#width++;
  }

  /** The server could not be reached. Those that were on their way at the same time count once. */
  away(now: number): void {
    if (this.waitMs(now) > 0) return;
    if (this.#awayCount === 0) this.#awaySince = now;
    this.#awayCount++;
    this.#close(now, this.#awayCount);
  }

  /** The server said that this is too much, and perhaps for how long. */
  overloaded(now: number, retryAfterMs = 0): void {
    if (this.waitMs(now) > 0) {
      this.#closedUntil = Math.max(this.#closedUntil, now + Math.min(retryAfterMs, LONGEST_PAUSE_MS));
      return;
    }
    this.#width = Math.max(1, Math.floor(this.#width / 2));
    this.#accepted = 0;
    this.#overloadCount++;
    this.#close(now, this.#overloadCount);
    if (retryAfterMs > 0) this.#closedUntil = now + Math.min(retryAfterMs, LONGEST_PAUSE_MS);
  }

  /** A person says that it works again. */
  reopen(): void {
    this.#awayCount = 0;
    this.#overloadCount = 0;
    this.#closedUntil = 0;
  }

  #close(now: number, failures: number): void {
    this.#closedAt = now;
    this.#closedUntil = now + serverDelay(failures, this.random);
  }
}
