import type { Clock } from "../model/clock";
import type { ErrorCode } from "../model/codes";
import type { SendReceipt } from "../model/receipt";
import { SendError } from "../model/send-error";
import type { Standing } from "../model/standing";
import type { Random } from "./backoff";
import { isAway, isMisconfigured, isOverloaded } from "./decide";
import { type Progress, told } from "./outcomes";
import { ServerGate } from "./server-gate";
import type { SlidingLimit } from "./sliding-limit";

/** These say nothing of the server, because it was not asked. */
const WITHOUT_SERVER: readonly ErrorCode[] = [
  "ERR_MAIL_CANCELLED",
  "ERR_MAIL_STORE",
  "ERR_MAIL_SAFE_MODE",
  "ERR_MAIL_EXPIRED",
];

interface QueueStandingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly maxConnections: number;
  readonly limit: SlidingLimit;
  /** Whether a configuration that does not work holds the whole queue, or each mail fails by itself. */
  readonly holds: boolean;
  readonly onHeld?: ((error: SendError | undefined) => void) | undefined;
}

/**
 * How much of a queue may be sent now: as the server behaves, as the limit per minute allows, and nothing while a
 * configuration that does not work waits for a person.
 */
export class QueueStanding {
  readonly #options: QueueStandingOptions;
  readonly #gate: ServerGate;
  #heldBy: SendError | undefined;
  #heldSince = 0;
  #withServer = 0;

  constructor(options: QueueStandingOptions) {
    this.#options = options;
    this.#gate = new ServerGate(options.maxConnections, options.random);
  }

  /** Why the whole queue waits for a person; undefined while it is sent. */
  get heldBy(): SendError | undefined {
    return this.#heldBy;
  }

  /** Whether it is sent now, and if not, why and since when. */
  get now(): Standing {
    const now = this.#options.clock.now();
    if (this.#heldBy) return { state: "held", since: this.#heldSince, error: this.#heldBy };
    const until = now + this.#gate.waitMs(now);
    const since = this.#gate.awaySince;
    if (since !== undefined) return { state: "away", since, until };
    if (until > now) return { state: "paused", until };
    const limited = this.limitedUntil(now);
    return limited === undefined ? { state: "ok" } : { state: "limited", until: limited };
  }

  /** Until when the limit per minute lets nothing start; undefined where something may, or one that runs ends first. */
  limitedUntil(now: number): number | undefined {
    const wait = this.#options.limit.waitMs(now);
    return wait > 0 && Number.isFinite(wait) ? now + wait : undefined;
  }

  /** When something may start again that may not now; undefined where nothing but a mail that runs is in its way. */
  closedUntil(now: number): number | undefined {
    const gate = this.#gate.waitMs(now);
    const limited = this.limitedUntil(now);
    if (gate <= 0) return limited;
    return Math.max(now + gate, limited ?? 0);
  }

  /** How many more may start now, if it is not held. `running`: those whose end is not written down yet. */
  room(now: number, running: number): number {
    const width = this.#gate.width(now);
    // Answers that are not written down yet would be unknown after a crash: never more of them than connections.
    return Math.min(width - this.#withServer, 2 * width - running, this.#options.limit.room(now));
  }

  /** A mail goes to the server. */
  started(): void {
    this.#withServer++;
    this.#options.limit.started();
  }

  /** Its connection is free again. */
  ended(): void {
    this.#withServer--;
    this.#options.limit.ended(this.#options.clock.now());
  }

  /** Learns what an attempt says of the server and of the configuration, whatever becomes of the mail. */
  learn(result: SendReceipt | SendError, now: number): void {
    if (!(result instanceof SendError)) this.#gate.answered(now);
    else if (WITHOUT_SERVER.includes(result.code)) return;
    else if (isAway(result)) this.#gate.away(now);
    else if (isOverloaded(result)) this.#gate.overloaded(now, result.retryAfterMs);
    else if (isMisconfigured(result) && this.#options.holds) this.#hold(result);
    else this.#gate.answered(now);
  }

  #hold(error: SendError): void {
    const isNews = !this.#heldBy;
    this.#heldBy = error;
    if (!isNews) return;
    this.#heldSince = this.#options.clock.now();
    told(() => this.#options.onHeld?.(error));
  }

  /** The configuration works again, or a person says so. */
  reopen(): void {
    this.#gate.reopen();
    const wasHeld = this.#heldBy !== undefined;
    this.#heldBy = undefined;
    if (wasHeld) told(() => this.#options.onHeld?.(undefined));
  }

  /** What somebody who waits for a mail is told when it is tried again. */
  retrying(at: number, now: number, error?: SendError): Progress {
    if (this.#heldBy) return { state: "held", error: this.#heldBy };
    return { state: "retry", at: Math.max(at, now + this.#gate.waitMs(now)), ...(error ? { error } : {}) };
  }
}
