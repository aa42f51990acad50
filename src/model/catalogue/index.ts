import { ATTACHMENT_FAILURES } from "./attachments";
import { CONNECTION_FAILURES } from "./connection";
import { DELIVERY_FAILURES } from "./delivery";
import { DKIM_FAILURES } from "./dkim";
import { ENCRYPTION_FAILURES } from "./encryption";
import type { FailureEntry } from "./entry";
import { fill, placesOf } from "./fill";
import { GRAPH_FAILURES } from "./graph";
import { INPUT_FAILURES } from "./input";
import { INVITATION_FAILURES } from "./invitation";
import type { Phrase, WrongFields } from "./phrases";
import { SERVICE_FAILURES } from "./services";
import { SIGN_IN_FAILURES } from "./sign-in";

export type { FailureEntry, Verdict } from "./entry";
export { type Phrase, phrase } from "./phrases";

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
  ...DKIM_FAILURES,
  ...GRAPH_FAILURES,
  ...INPUT_FAILURES,
  ...INVITATION_FAILURES,
  ...ATTACHMENT_FAILURES,
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
    string | number | Phrase | WrongFields
  >
>;

/** An entry with the facts of a case, and those facts that its sentences name, for a translation to name them too. */
export interface DescribedFailure extends FailureEntry {
  readonly facts: FailureFacts;
}

/** The catalogue's entry with the facts of the case filled in. */
export function describeFailure(reason: FailureReason, facts: FailureFacts = {}): DescribedFailure {
  const entry: FailureEntry = FAILURES[reason];
  const { cause, remedy } = entry;
  // No more than the sentences say: what they leave out was not made to be shown.
  const named = placesOf(cause + remedy).flatMap((place) => {
    const fact = facts[place as keyof FailureFacts];
    return fact === undefined ? [] : [[place, typeof fact === "string" ? fact.trimEnd() : fact] as const];
  });
  return { ...entry, cause: fill(cause, facts), remedy: fill(remedy, facts), facts: Object.fromEntries(named) };
}
