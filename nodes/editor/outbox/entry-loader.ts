import type { EntryState } from "../../../src/model/entry-state";
import { LoadedEntries } from "./loaded-entries";
import { askPage } from "./server";

const PAGE = 200;
/** How near to the end the next page is fetched. */
const AHEAD = 40;

export interface Filter {
  readonly states: readonly EntryState[];
  readonly search: string;
}

export interface LoaderEvents {
  /** Something else is to be shown; undefined where all went well. */
  changed(error: Error | undefined): void;
}

/** Fetches what the list shows, one request at a time: what is in view anew, and further pages towards the end. */
export class EntryLoader {
  readonly entries = new LoadedEntries();
  #filter: Filter = { states: [], search: "" };
  /** Grows whenever something changed: rows of an earlier one are fetched again when they are seen. */
  #generation = 0;
  #firstPageWanted = true;
  #view = { from: 0, to: 0 };
  #working = false;
  #paused = true;

  constructor(private readonly events: LoaderEvents) {}

  get isEmpty(): boolean {
    return this.entries.complete && this.entries.length === 0;
  }

  /** What the list shows, all of it being loaded or not. */
  get matching(): Filter {
    return this.#filter;
  }

  filter(filter: Filter): void {
    this.#filter = filter;
    this.entries.clear();
    this.#view = { from: 0, to: 0 };
    this.refresh();
  }

  /** What is shown may be out of date. */
  refresh(): void {
    this.#generation++;
    this.#firstPageWanted = this.#view.from === 0;
    void this.#work();
  }

  /** These rows are in view now. */
  look(from: number, to: number): void {
    this.#view = { from, to };
    void this.#work();
  }

  /** Going on waits for the next `refresh`. */
  pause(paused: boolean): void {
    this.#paused = paused;
  }

  async #work(): Promise<void> {
    if (this.#working || this.#paused) return;
    this.#working = true;
    try {
      for (let from = this.#next(); from !== undefined && !this.#paused; from = this.#next()) await this.#fetch(from);
    } catch (error) {
      this.events.changed(error as Error);
    } finally {
      this.#working = false;
    }
  }

  /** Where the next page begins; undefined where all in view is up to date. */
  #next(): number | undefined {
    const { entries } = this;
    const { from, to } = this.#view;
    if (this.#firstPageWanted) return 0;
    if (entries.hasOlderThan(this.#generation, from, to)) return from;
    return !entries.complete && to + AHEAD > entries.length ? entries.length : undefined;
  }

  async #fetch(from: number): Promise<void> {
    const { entries } = this;
    const filter = this.#filter;
    const generation = this.#generation;
    const before = from > 0 ? entries.at(from - 1) : undefined;
    if (from === 0) this.#firstPageWanted = false;
    const page = await askPage({ ...filter, after: before, limit: PAGE });
    // Another filter was chosen meanwhile.
    if (filter !== this.#filter) return;
    entries.put(page, before, PAGE, generation);
    this.events.changed(undefined);
  }
}
