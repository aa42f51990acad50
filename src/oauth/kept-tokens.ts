import { cancelled } from "../model/cancelled";
import type { Clock } from "../model/clock";
import { SendError } from "../model/send-error";
import type { AccessToken, TokenSource } from "../model/token";
import { SharedFlight } from "./shared-flight";

/** Asks the sign-in service for a fresh token. Rejects only with SendError. */
export type Acquire = (signal: AbortSignal) => Promise<AccessToken>;

/** A mail with large attachments may take minutes; its token must not expire in the middle. */
const REFRESH_AHEAD_MS = 5 * 60_000;

/** How long a kept token is used on without asking again, after a refresh ahead of its expiry failed. */
const AFTER_FAILURE_MS = 30_000;

/**
 * Keeps the latest token and has at most one request for a fresh one under way.
 *
 * A token is renewed five minutes before it expires, or in the last quarter of its life where that
 * is shorter. If that fails, the kept one is used until it expires.
 */
export class KeptTokens implements TokenSource {
  readonly #acquire: Acquire;
  readonly #clock: Clock;
  #kept: { readonly token: AccessToken; readonly refreshAt: number } | undefined;
  #flight: SharedFlight<AccessToken> | undefined;
  #notBefore = 0;

  constructor(acquire: Acquire, clock: Clock) {
    this.#acquire = acquire;
    this.#clock = clock;
  }

  async get(signal: AbortSignal): Promise<AccessToken> {
    if (signal.aborted) throw cancelled(signal, "token");
    const now = this.#clock.now();
    const kept = this.#kept;
    if (!kept || now >= kept.token.expiresAt) return this.#fresh(signal);
    if (now < kept.refreshAt || now < this.#notBefore) return kept.token;
    try {
      return await this.#fresh(signal);
    } catch (error) {
      if (signal.aborted || this.#clock.now() >= kept.token.expiresAt || this.#kept !== kept) throw error;
      return kept.token;
    }
  }

  async renew(refused: AccessToken, signal: AbortSignal): Promise<AccessToken> {
    if (this.#kept?.token.value.reveal() === refused.value.reveal()) this.#kept = undefined;
    return this.get(signal);
  }

  #fresh(signal: AbortSignal): Promise<AccessToken> {
    if (!this.#flight || this.#flight.abandoned) this.#flight = this.#takeOff();
    return this.#flight.join(signal);
  }

  #takeOff(): SharedFlight<AccessToken> {
    const flight: SharedFlight<AccessToken> = new SharedFlight(async (signal) => {
      // So that `flight` is set when the work looks at it.
      await Promise.resolve();
      try {
        const token = await this.#acquire(signal);
        // What an abandoned flight still brings home is not newer than what its successor brings.
        if (this.#flight === flight) this.#keep(token);
        return token;
      } catch (error) {
        const pauseMs = error instanceof SendError ? (error.retryAfterMs ?? 0) : 0;
        if (!signal.aborted) this.#notBefore = this.#clock.now() + Math.max(AFTER_FAILURE_MS, pauseMs);
        throw error;
      } finally {
        if (this.#flight === flight) this.#flight = undefined;
      }
    });
    return flight;
  }

  #keep(token: AccessToken): void {
    const lifeMs = token.expiresAt - this.#clock.now();
    this.#kept = { token, refreshAt: token.expiresAt - Math.min(REFRESH_AHEAD_MS, lifeMs / 4) };
    this.#notBefore = 0;
  }
}
