import { cancelled } from "../../model/cancelled";
import { REQUESTS_AT_ONCE } from "./limits";

/**
 * Of this process, whatever the configuration: Graph counts by application and mailbox, and a
 * redeployed configuration's last requests still run when its successor's first ones begin.
 */
const gates = new Map<string, MailboxGate>();

/** Runs the work as soon as fewer than four requests of this mailbox are on their way, first come, first served. */
export async function atMailbox<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const gate = gates.get(key) ?? new MailboxGate();
  gates.set(key, gate);
  try {
    return await gate.run(signal, work);
  } finally {
    if (gate.idle) gates.delete(key);
  }
}

class MailboxGate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  get idle(): boolean {
    return this.#running === 0 && this.#waiting.length === 0;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelled(signal, "request"));
    if (this.#running < REQUESTS_AT_ONCE) {
      this.#running++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(cancelled(signal, "request"));
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(enter);
    });
  }

  /** Hands the place on, so that nobody who comes in between takes it. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}
