import { cancelled } from "../model/cancelled";

/**
 * One piece of work that several callers wait for.
 *
 * Who aborts stops waiting; the work goes on for the others and is aborted with the last of them.
 */
export class SharedFlight<T> {
  readonly #abandoned = new AbortController();
  readonly #outcome: Promise<T>;
  #passengers = 0;

  /** `run` must come to an end soon after its signal is aborted. */
  constructor(run: (signal: AbortSignal) => Promise<T>) {
    this.#outcome = run(this.#abandoned.signal);
    // Those who wait are told by their own promise; there may be none left.
    this.#outcome.catch(() => {});
  }

  /** Whether everybody has left it: whoever comes now needs a flight of their own. */
  get abandoned(): boolean {
    return this.#abandoned.signal.aborted;
  }

  /** Rejects as the work does, or with a SendError as soon as the caller's signal is aborted. */
  join(signal: AbortSignal): Promise<T> {
    this.#passengers += 1;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        this.#passengers -= 1;
        if (this.#passengers === 0) this.#abandoned.abort();
        reject(cancelled(signal, "token"));
      };
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      this.#outcome.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    });
  }
}
