import type { Clock } from "../../src/model/clock";

/** A person starts one, and a handful of people a handful; a hundred are a scan of ports. */
const MOST_AT_ONCE = 5;
const MOST_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

/** Lets one test of a configuration run at a time, and of all together only so many, so that none is a port scanner. */
export class TestGate {
  readonly #running = new Set<string>();
  #begun: number[] = [];

  constructor(private readonly clock: Clock) {}

  /** Why no test of this configuration may begin now; undefined where one may. */
  refusal(id: string): "busy" | "too-often" | undefined {
    if (this.#running.has(id)) return "busy";
    const now = this.clock.now();
    // What began in the future began before the clock was set back.
    this.#begun = this.#begun.filter((at) => at > now - MINUTE_MS && at <= now);
    return this.#running.size >= MOST_AT_ONCE || this.#begun.length >= MOST_PER_MINUTE ? "too-often" : undefined;
  }

  async run(id: string, test: () => Promise<void>): Promise<void> {
    this.#running.add(id);
    this.#begun.push(this.clock.now());
    try {
      await test();
    } finally {
      this.#running.delete(id);
    }
  }
}
