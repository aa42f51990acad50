import { describeFailure, FAILURES, type FailureFacts, type FailureReason } from "./catalogue";
import { inEnglish, partsOf, type Telling } from "./catalogue/phrases";
import type { Clock } from "./clock";
import { printable } from "./printable";
import type {
  DialogueLine,
  DnsRecord,
  ProbeFinding,
  ProbeHeadline,
  ProbeOutcome,
  ProbeReport,
  ProbeStep,
  ProbeStepName,
} from "./probe";
import type { Redact } from "./redaction";
import type { SendError } from "./send-error";

/** A hostile server may talk forever; a person reads only so much. */
const MAX_DIALOGUE_LINES = 200;
const MAX_LINE_CHARACTERS = 1000;

export const SUMMARY: Readonly<Record<ProbeHeadline, string>> = {
  complete: "Complete: the server accepted the test mail.",
  "complete-with-warning": "Complete, with a warning: the server accepted the test mail.",
  checked: "Connection and sign-in work. No mail was sent.",
  connection: "Server connection failed: check the address, the port and the security.",
  login: "Login failed: check the user name and the password.",
  input: "The configuration is not complete.",
  failed: "Failed.",
  cancelled: "Cancelled.",
};

/** Notes the steps of one test as they happen and makes the report of them. */
export class ProbeLog {
  readonly #startedAt: number;
  #lastMark: number;
  readonly #steps = new Map<ProbeStepName, ProbeStep>();
  readonly #dialogue: DialogueLine[] = [];
  #sent: ProbeReport["sent"];

  constructor(
    private readonly clock: Clock,
    /** The steps in the order in which they happen; those that are not reached are reported as skipped. */
    private readonly order: readonly ProbeStepName[],
    private readonly sends: boolean,
  ) {
    this.#startedAt = clock.now();
    this.#lastMark = this.#startedAt;
  }

  pass(name: ProbeStepName, detail: Telling): void {
    this.#mark(name, "passed", detail);
  }

  warn(name: ProbeStepName, finding: ProbeFinding): void {
    this.#mark(name, "warned", finding.cause, finding);
  }

  skip(name: ProbeStepName, detail: Telling): void {
    this.#lastMark = this.clock.now();
    this.#steps.set(name, { name, outcome: "skipped", ms: 0, ...told(detail) });
  }

  fail(name: ProbeStepName, finding: ProbeFinding, redact: Redact): void {
    this.#mark(name, "failed", redact(finding.response ?? finding.cause), finding);
    // With PIPELINING the server has answered later commands too; what it said of them proves nothing.
    for (const later of this.order.slice(this.order.indexOf(name) + 1)) this.#steps.delete(later);
  }

  /** Shows beside a step what is to be published. */
  publish(name: ProbeStepName, record: DnsRecord): void {
    const step = this.#steps.get(name);
    if (step) this.#steps.set(name, { ...step, record });
  }

  sent(mail: NonNullable<ProbeReport["sent"]>): void {
    this.#sent = mail;
  }

  line(by: DialogueLine["by"], text: string): void {
    if (this.#dialogue.length >= MAX_DIALOGUE_LINES) return;
    const lines = text.slice(0, MAX_LINE_CHARACTERS).split("\n").map(printable);
    this.#dialogue.push({ atMs: this.clock.now() - this.#startedAt, by, text: lines.join("\n") });
  }

  report(failure?: SendError): ProbeReport {
    const steps = this.order.map(
      (name) => this.#steps.get(name) ?? { name, outcome: "skipped" as const, ms: 0, detail: "" },
    );
    const outcome = failure ? "failed" : steps.some((step) => step.outcome === "warned") ? "warned" : "passed";
    const headline = this.#headline(failure, outcome);
    const words = failure?.smtp?.response ?? failure?.http?.response ?? failure?.message;
    return {
      outcome,
      headline,
      summary: headline === "failed" && words ? `Failed: ${words}` : summaryOf(headline, failure),
      steps,
      dialogue: this.#dialogue,
      ms: this.clock.now() - this.#startedAt,
      ...(this.#sent ? { sent: this.#sent } : {}),
    };
  }

  #mark(name: ProbeStepName, outcome: ProbeOutcome, detail: Telling, finding?: ProbeFinding): void {
    const now = this.clock.now();
    const before = this.#steps.get(name);
    // EHLO comes again after STARTTLS, RCPT once per recipient: one step, its times added.
    const ms = now - this.#lastMark + (before?.ms ?? 0);
    this.#lastMark = now;
    this.#steps.set(name, {
      name,
      outcome,
      ms,
      ...told(detail),
      ...(finding ? { finding } : {}),
    });
  }

  #headline(failure: SendError | undefined, outcome: ProbeReport["outcome"]): ProbeHeadline {
    if (failure) return failure.reason === "cancelled" ? "cancelled" : FAILURES[failure.reason].verdict;
    if (!this.sends) return "checked";
    return outcome === "warned" ? "complete-with-warning" : "complete";
  }
}

function summaryOf(headline: ProbeHeadline, failure: SendError | undefined): string {
  // What is wrong is then a secret, a tenant, a consent: anything but the mail server's login.
  if (headline === "login" && failure?.phase === "token") return "Sign-in failed: no token was given out.";
  return SUMMARY[headline];
}

function told(telling: Telling): Pick<ProbeStep, "detail" | "parts"> {
  const detail = inEnglish(telling);
  const parts = partsOf(telling);
  // What is too long is cut, and then there is nothing to translate.
  if (detail.length > MAX_LINE_CHARACTERS || parts.every((part) => typeof part === "string"))
    return { detail: printable(detail.slice(0, MAX_LINE_CHARACTERS)) };
  return { detail, parts };
}

/** A warning of the catalogue as a person reads it. */
export function findingFor(reason: FailureReason, facts: FailureFacts): ProbeFinding {
  const { code, cause, remedy, field, facts: named } = describeFailure(reason, facts);
  return { code, reason, cause, remedy, facts: named, ...(field ? { field } : {}) };
}

/** A failure as a person reads it. */
export function findingOf(error: SendError): ProbeFinding {
  const { code, reason, message, remedy, facts, smtp, http, field } = error;
  const response = smtp?.response ?? http?.response;
  return {
    code,
    reason,
    cause: message,
    remedy,
    facts,
    ...(response === undefined ? {} : { response }),
    ...(http?.requestId === undefined ? {} : { requestId: http.requestId }),
    ...(field ? { field } : {}),
  };
}
