import type { EntryState } from "../../../src/model/entry-state";
import { ACTION_STATES, type Action, MOST_MATCHING } from "../../../src/model/outbox-actions";
import type { EntryView } from "../../../src/model/outbox-view";
import type { Counts, Matching, Target } from "./server";

/** What the buttons are for. */
export interface Chosen {
  readonly isEmpty: boolean;
  /** Nobody sees all of them, so that nothing is done to them unasked. */
  readonly isUnseen: boolean;
  count(action: Action): number;
  target(action: Action): Target;
}

export function chosenEntries(entries: readonly EntryView[]): Chosen {
  const fitting = (action: Action) => entries.filter(({ state }) => statesOf(action).includes(state));
  return {
    isEmpty: entries.length === 0,
    isUnseen: false,
    count: (action) => fitting(action).length,
    target: (action) => ({ ids: fitting(action).map(({ id }) => id) }),
  };
}

export function chosenByMatching(matching: Matching, counts: Counts): Chosen {
  const count = (action: Action) => statesOf(action).reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  return {
    isEmpty: false,
    isUnseen: true,
    count: (action) => Math.min(count(action), MOST_MATCHING),
    target: () => ({ matching }),
  };
}

function statesOf(action: Action): readonly EntryState[] {
  return ACTION_STATES[action];
}
