import type { Disposition, ErrorCode } from "../codes";

/** The one-sentence verdict that a failure belongs to (the Test's headline). */
export type Verdict = "connection" | "login" | "input" | "failed";

/**
 * One known failure: what happened and what to change.
 *
 * `cause` and `remedy` are English sentences with `{host}`, `{port}`, `{user}`, `{response}`,
 * `{field}`, `{value}`, `{names}` and `{seconds}` as places for the facts of the case.
 * `field` is the configuration field to look at first.
 */
export interface FailureEntry {
  readonly code: ErrorCode;
  readonly disposition: Disposition;
  readonly verdict: Verdict;
  readonly field?: string;
  readonly cause: string;
  readonly remedy: string;
}
