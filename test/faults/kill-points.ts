/** Before or after the commit in which this happens to a mail. */
export interface CommitPoint {
  readonly of: "add" | "marker" | "end";
  readonly when: "before" | "after";
}

/** A step in the way of a mail, by what is called then: the process ends in its place. */
export type StepPoint = "claimed" | "marked" | "answered";

/** Where a process ends itself, at the `after`-th mail that comes there. */
export type KillPoint = { readonly after: number } & ({ readonly commit: CommitPoint } | { readonly step: StepPoint });

/** All that are named, in the order in which a mail passes them. */
export const NAMED_POINTS: Record<string, { readonly commit: CommitPoint } | { readonly step: StepPoint }> = {
  "before the commit that adds a mail": { commit: { of: "add", when: "before" } },
  "after that commit, before it is acknowledged": { commit: { of: "add", when: "after" } },
  "after an attempt has begun": { step: "claimed" },
  "before the commit of the marker": { commit: { of: "marker", when: "before" } },
  "after the attempt's record: its marker is committed": { commit: { of: "marker", when: "after" } },
  "before the first byte of the body leaves": { step: "marked" },
  "after the 250, before the mark": { step: "answered" },
  "before the commit of that mark": { commit: { of: "end", when: "before" } },
  "after the mark": { commit: { of: "end", when: "after" } },
};
