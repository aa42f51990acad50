import assert from "node:assert/strict";
import { Refresher } from "../../../nodes/editor/outbox/refresher";
import { settled } from "../../support/fake-clock";

/** The timers that a browser would run: each with its time, and what is due when it is over. */
class Timers {
  readonly #due = new Map<number, { ms: number; run: () => void }>();
  #made = 0;

  setTimeout = (run: () => void, ms: number): number => {
    this.#due.set(++this.#made, { ms, run });
    return this.#made;
  };
  clearTimeout = (timer: number): void => {
    this.#due.delete(timer);
  };

  /** The one timer there is: how long it waits. Runs it. */
  async next(): Promise<number> {
    assert.equal(this.#due.size, 1);
    const [[timer, { ms, run }]] = [...this.#due] as [[number, { ms: number; run: () => void }]];
    this.#due.delete(timer);
    run();
    await settled();
    return ms;
  }
}

describe("The outbox tab asks the server again", () => {
  const page = globalThis as { window?: unknown; clearTimeout: unknown };
  const { clearTimeout } = globalThis;
  let timers: Timers;
  let answers: (Error | undefined)[];
  let failures: string[];

  beforeEach(() => {
    [timers, answers, failures] = [new Timers(), [], []];
    page.window = timers;
    page.clearTimeout = timers.clearTimeout;
  });
  afterEach(() => {
    delete page.window;
    page.clearTimeout = clearTimeout;
  });

  async function startRefresher() {
    const refresh = async (): Promise<void> => {
      const failure = answers.shift();
      if (failure) throw failure;
    };
    const refresher = new Refresher(refresh, ({ message }) => failures.push(message));
    refresher.pause(false);
    await settled();
    return refresher;
  }

  it("soon where something changed, and each half minute where nothing did", async () => {
    const refresher = await startRefresher();
    assert.equal(await timers.next(), 30_000);
    refresher.soon();
    assert.equal(await timers.next(), 300);
    assert.equal(await timers.next(), 30_000);
  });

  it("after a second where it failed, then after twice as long each time, until it answers", async () => {
    answers = Array.from({ length: 7 }, (_, at) => new Error(`failure ${at}`));
    await startRefresher();
    const waits: number[] = [];
    for (let at = 0; at < 8; at++) waits.push(await timers.next());
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    assert.equal(failures.length, 7);
  });

  it("at once as usual after a failure, where something changed meanwhile", async () => {
    answers = [new Error("closed for a moment")];
    const refresher = await startRefresher();
    refresher.soon();
    assert.equal(await timers.next(), 300);
    assert.equal(await timers.next(), 30_000);
  });
});
