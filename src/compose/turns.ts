/**
 * One piece of work at a time, first come, first served, with a turn of the event loop in between.
 *
 * Composing is pure computing: a thousand mails at once would hold up every socket and flow
 * until the last of them is done, and keep all their half-made streams in memory.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as `work` does, once its turn has come. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.then(breathe, breathe);
    return result;
  }
}

function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
