/** So often at most while something changes, and so often at least while the tab is seen. */
const SOON_MS = 300;
const AT_LEAST_MS = 30_000;
/** After a failure, and twice as long after each one more: as in the moment of a deploy, it may be over at once. */
const RETRY_MS = 1000;

/** Asks the server again when something changed, one time after the other, and never while nobody looks. */
export class Refresher {
  #paused = true;
  #running = false;
  #again = false;
  #timer = 0;
  #failures = 0;

  constructor(
    private readonly refresh: () => Promise<void>,
    private readonly failed: (error: Error) => void,
  ) {}

  /** What changes in the next moment is fetched with it. */
  soon(): void {
    if (this.#running) this.#again = true;
    else if (!this.#paused) this.#after(SOON_MS);
  }

  now(): void {
    if (!this.#paused) void this.#run();
  }

  /** Going on begins with a look at what changed meanwhile. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) clearTimeout(this.#timer);
    else void this.#run();
  }

  async #run(): Promise<void> {
    this.#again = this.#running;
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#timer);
    await this.refresh().then(
      () => {
        this.#failures = 0;
      },
      (error: Error) => {
        this.#failures++;
        this.failed(error);
      },
    );
    this.#running = false;
    if (!this.#paused) this.#after(this.#again ? SOON_MS : this.#rest);
  }

  get #rest(): number {
    return this.#failures === 0 ? AT_LEAST_MS : Math.min(RETRY_MS * 2 ** (this.#failures - 1), AT_LEAST_MS);
  }

  #after(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#run(), ms);
  }
}
