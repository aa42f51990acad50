import type { FailureFacts, FailureReason, Phrase } from "./catalogue";
import type { ErrorCode } from "./codes";

/** The steps of a test, in the order in which they happen. */
export const PROBE_STEPS = [
  "dkim",
  "token",
  "dns",
  "connect",
  "tls",
  "greeting",
  "capabilities",
  "auth",
  "sender",
  "recipient",
  "data",
  "quit",
  "mailbox",
  "permission",
  "send",
] as const;

export type ProbeStepName = (typeof PROBE_STEPS)[number];
export type ProbeOutcome = "passed" | "warned" | "failed" | "skipped";

/** A known failure or warning as a person reads it. */
export interface ProbeFinding {
  readonly code: ErrorCode;
  readonly reason: FailureReason;
  readonly cause: string;
  readonly remedy: string;
  /** What stands in the places of cause and remedy, for whoever says them in another language. */
  readonly facts: FailureFacts;
  /** The server's own words, secrets removed. */
  readonly response?: string;
  /** What the provider's support asks for: request, trace or correlation id. */
  readonly requestId?: string;
  /** The configuration field to look at. */
  readonly field?: string;
}

/** What is to be published in DNS. */
export interface DnsRecord {
  readonly name: string;
  readonly type: "TXT";
  readonly value: string;
}

export interface ProbeStep {
  readonly name: ProbeStepName;
  readonly outcome: ProbeOutcome;
  /** Time that the step took, in milliseconds; 0 where it was skipped. */
  readonly ms: number;
  /** What was found: the address, the TLS version and certificate, the server's words. */
  readonly detail: string;
  /** The same in parts where some of it is words of ours, for whoever says them in another language. */
  readonly parts?: readonly (string | Phrase)[];
  readonly finding?: ProbeFinding;
  /** What DNS has to answer for the step to pass. */
  readonly record?: DnsRecord;
}

/** One line of the conversation, secrets removed. `atMs` counts from the start of the test. */
export interface DialogueLine {
  readonly atMs: number;
  readonly by: "client" | "server" | "note";
  readonly text: string;
}

export type ProbeHeadline =
  | "complete"
  | "complete-with-warning"
  | "checked"
  | "connection"
  | "login"
  | "input"
  | "failed"
  | "cancelled";

/** The answer of a test, safe to show: it contains no secret. */
export interface ProbeReport {
  readonly outcome: "passed" | "warned" | "failed";
  readonly headline: ProbeHeadline;
  /** The headline as an English sentence. */
  readonly summary: string;
  readonly steps: readonly ProbeStep[];
  readonly dialogue: readonly DialogueLine[];
  readonly ms: number;
  /** The test mail that was accepted; absent for “check without sending”. Accepted is not delivered. */
  readonly sent?: { readonly from: string; readonly to: string; readonly messageId: string; readonly response: string };
}

/** What a test is asked to do. Without `to` nothing is sent. */
export interface ProbeRequest {
  readonly from: string;
  readonly to?: string;
}
