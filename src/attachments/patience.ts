import { cancelled } from "../model/cancelled";
import type { Clock } from "../model/clock";
import type { SendError } from "../model/send-error";

/**
 * How long something may take: as a whole, and between two signs of life.
 * Nothing is left of it after `end`.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #caller: AbortSignal;
  readonly #over = new AbortController();
  readonly #callOff: () => void;
  #done = (): void => {};
  readonly #give = (): void => this.#over.abort(cancelled(this.#caller, "input"));

  constructor(clock: Clock, caller: AbortSignal, totalMs: number, tooLong: () => SendError) {
    this.#clock = clock;
    this.#caller = caller;
    this.#callOff = clock.after(totalMs, () => this.#over.abort(tooLong()));
    if (caller.aborted) this.#give();
    else caller.addEventListener("abort", this.#give, { once: true });
  }

  /** Rejects with SendError where the work takes longer than `ms`, or everything longer than it may. */
  within<Value>(work: Promise<Value>, ms: number, tooLong: () => SendError): Promise<Value> {
    const { signal } = this.#over;
    return new Promise<Value>((resolve, reject) => {
      const isOver = (): void => reject(signal.reason);
      const callOff = this.#clock.after(ms, () => reject(tooLong()));
      const done = (): void => {
        callOff();
        signal.removeEventListener("abort", isOver);
      };
      if (signal.aborted) isOver();
      else signal.addEventListener("abort", isOver);
      work.then(resolve, reject).finally(done);
      // Work that was given up may never end by itself.
      this.#done = done;
    });
  }

  end(): void {
    this.#callOff();
    this.#done();
    this.#caller.removeEventListener("abort", this.#give);
  }
}
