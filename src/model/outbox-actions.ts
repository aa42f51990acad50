import type { EntryState } from "./entry-state";

/** What a person can do to mails of the outbox, and in which states. */
export const ACTION_STATES = {
  retry: ["deferred", "held", "dead"],
  hold: ["queued", "deferred"],
  release: ["held"],
  discard: ["queued", "deferred", "held", "dead"],
} as const satisfies Readonly<Record<string, readonly EntryState[]>>;

export type Action = keyof typeof ACTION_STATES;

/** So many at most are changed in one call that names what they have in common: more would hold up all others. */
export const MOST_MATCHING = 10_000;
