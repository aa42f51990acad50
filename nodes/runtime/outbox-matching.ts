import type { ListFilter } from "../../src/mailer";
import { ENTRY_STATES, type EntryState } from "../../src/model/entry-state";
import { ACTION_STATES, type Action, MOST_MATCHING } from "../../src/model/outbox-actions";
import type { openPostOffice } from "./post-office";

export type Stores = NonNullable<ReturnType<typeof openPostOffice>>["openStores"];

/** Which mails are meant where they are not named one by one. */
export type Matching = Pick<ListFilter, "queue" | "states" | "search">;

const AT_ONCE = 1000;

/** The newest mails that match and that this can be done to, at most `MOST_MATCHING`. */
export async function idsMatching(stores: Stores, action: Action, matching: Matching): Promise<string[]> {
  const states = ACTION_STATES[action].filter((state) => matching.states?.includes(state) ?? true);
  return (await found(stores, { ...matching, states })).map(({ id }) => id);
}

/** How many match, by state; with a search it looks no further than `MOST_MATCHING`. */
export async function countsMatching(stores: Stores, matching: Matching): Promise<Partial<Record<EntryState, number>>> {
  const counts: Partial<Record<EntryState, number>> = {};
  const add = (state: EntryState, n: number): void => {
    counts[state] = (counts[state] ?? 0) + n;
  };
  if (matching.search !== undefined) {
    for (const { state } of await found(stores, { states: ENTRY_STATES, ...matching })) add(state, 1);
    return counts;
  }
  for (const store of stores) {
    const all = await store.counts(matching.queue);
    for (const state of matching.states ?? ENTRY_STATES) add(state, all[state]);
  }
  return counts;
}

async function found(stores: Stores, matching: Matching): Promise<{ id: string; state: EntryState }[]> {
  const all: { id: string; state: EntryState }[] = [];
  if (matching.states?.length === 0) return all;
  for (const store of stores) {
    let before: ListFilter["before"];
    for (let more = true; more && all.length < MOST_MATCHING; ) {
      const limit = Math.min(AT_ONCE, MOST_MATCHING - all.length);
      const page = await store.list({ ...matching, limit, ...(before ? { before } : {}) });
      all.push(...page.map(({ id, state }) => ({ id, state })));
      before = page.at(-1);
      more = page.length === limit;
    }
  }
  return all;
}
