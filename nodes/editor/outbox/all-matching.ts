import { button } from "../shared/elements";
import { type Chosen, chosenByMatching } from "./chosen";
import { askMatching, type Counts, type Matching } from "./server";
import type { Texts } from "./texts";

/** Offers, once every mail that is loaded is chosen, to choose all that match, which the page need not know. */
export class AllMatching {
  readonly element: HTMLButtonElement;
  #matching: Matching | undefined;
  #found: { readonly matching: Matching; readonly counts: Counts } | undefined;

  constructor(
    texts: Texts,
    private readonly changed: () => void,
    private readonly failed: (error: Error) => void,
  ) {
    this.element = button(texts("select-all"), () => void this.#choose());
    this.element.hidden = true;
  }

  /** All that match, where a person chose so. */
  get chosen(): Chosen | undefined {
    return this.#found && chosenByMatching(this.#found.matching, this.#found.counts);
  }

  /** How many those are. */
  get size(): number | undefined {
    return this.#found && Object.values(this.#found.counts).reduce((sum, n) => sum + n, 0);
  }

  offer(matching: Matching, useful: boolean): void {
    this.#matching = matching;
    this.element.hidden = !useful || this.#found !== undefined;
  }

  clear(): void {
    this.#found = undefined;
  }

  async #choose(): Promise<void> {
    const matching = this.#matching;
    if (!matching) return;
    try {
      const counts = await askMatching(matching);
      if (matching !== this.#matching) return;
      this.#found = { matching, counts };
      this.changed();
    } catch (error) {
      this.failed(error as Error);
    }
  }
}
