/**
 * What the store could not write down of mails that were answered.
 *
 * Until it is written, the store takes such a mail for one that is being sent: nothing more is
 * handed out, so that a crash finds few whose answer is unknown.
 */
export class OwedMarks {
  readonly #owed: (() => Promise<void>)[] = [];

  /** Never rejects: what could not be written is owed. */
  async write(mark: () => Promise<void>): Promise<void> {
    try {
      await mark();
    } catch {
      this.#owed.push(mark);
    }
  }

  /** Writes what is owed; rejects where the store still cannot. */
  async catchUp(): Promise<void> {
    for (let mark = this.#owed[0]; mark; mark = this.#owed[0]) {
      await mark();
      this.#owed.shift();
    }
  }
}
