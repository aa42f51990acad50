import { CONNECTION_FAILURES } from "./connection";
import { DELIVERY_FAILURES } from "./delivery";
import { ENCRYPTION_FAILURES } from "./encryption";
import type { FailureEntry } from "./entry";
import { GRAPH_FAILURES } from "./graph";
import { INPUT_FAILURES } from "./input";
import { SERVICE_FAILURES } from "./services";
import { SIGN_IN_FAILURES } from "./sign-in";

export type { FailureEntry, Verdict } from "./entry";

/**
 * Every failure that this package can tell apart, by its stable, append-only name.
 *
 * The Test, the node's status and Catch all read this one table.
 */
export const FAILURES = {
  ...CONNECTION_FAILURES,
  ...ENCRYPTION_FAILURES,
  ...SIGN_IN_FAILURES,
  ...SERVICE_FAILURES,
  ...DELIVERY_FAILURES,
  ...GRAPH_FAILURES,
  ...INPUT_FAILURES,
} as const;

export type FailureReason = keyof typeof FAILURES;

/** The facts of a case that stand in for the `{places}` of a catalogue text. */
export type FailureFacts = Partial<
  Record<
    | "host"
    | "port"
    | "user"
    | "tenant"
    | "mailbox"
    | "response"
    | "field"
    | "value"
    | "names"
    | "seconds"
    | "limit"
    | "stage",
    string | number
  >
>;

/** The catalogue's entry with the facts of the case filled in. */
export function describeFailure(reason: FailureReason, facts: FailureFacts = {}): FailureEntry {
  const entry: FailureEntry = FAILURES[reason];
  return { ...entry, cause: fill(entry.cause, facts), remedy: fill(entry.remedy, facts) };
}

function fill(template: string, facts: FailureFacts): string {
  // One pass, so that a server's answer containing "{user}" is never expanded in turn.
  return template.replace(/\{(\w+)\}/g, (_, place: keyof FailureFacts) => String(facts[place] ?? "").trimEnd());
}
