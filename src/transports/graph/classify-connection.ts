import { cancelled } from "../../model/cancelled";
import { type FailureFacts, type FailureReason, phrase } from "../../model/catalogue";
import type { Phase } from "../../model/codes";
import { DNS_CODE, networkCodeOf, TLS_CODE } from "../../model/network-code";
import { SendError } from "../../model/send-error";
import type { NoReply, Patience, Stage } from "./exchange";

/** Where the request went, and whether it makes a mail go out. */
export interface Sought {
  readonly url: string;
  readonly sends: boolean;
  readonly signal: AbortSignal;
}

/**
 * Tells what a missing reply means: by how far the request came first, then by the error's code.
 *
 * A request that makes a mail go out and has left as a whole is of unknown outcome, whatever
 * happened then. One that was cut off has done nothing, because its length was announced.
 */
export function classifyNoReply({ stage, left, why, cause }: NoReply, sought: Sought, patience: Patience): SendError {
  const { hostname, port, protocol } = new URL(sought.url);
  const facts = { host: hostname, port: port || (protocol === "https:" ? 443 : 80), field: "cloud" };
  if (left && sought.sends) return new SendError("unconfirmed", { phase: "request", facts: { host: hostname } });
  if (why === "aborted") return cancelled(sought.signal, "request");
  if (why === "timeout") return timedOut(stage, facts, patience);
  const connecting = stage !== "request";
  const code = networkCodeOf(cause);
  // Whoever hangs up now may listen later, also in the middle of a handshake.
  if (!connecting || code === "ECONNRESET" || code === "EPIPE") {
    const during = phrase(connecting ? "stage-connect" : "stage-request");
    return new SendError("dropped", { phase: stage, facts: { ...facts, stage: during } });
  }
  const reason = connectionReason(code, stage);
  return new SendError(reason, {
    phase: PHASES[reason] ?? "connect",
    facts: { ...facts, response: code || phrase("no-reason") },
  });
}

const PHASES: Readonly<Partial<Record<FailureReason, Phase>>> = { "graph-dns": "dns", "graph-tls": "tls" };

function timedOut(stage: Stage, facts: FailureFacts, { connectTimeoutMs, timeoutMs }: Patience): SendError {
  if (stage === "dns") return new SendError("graph-dns", { phase: "dns", facts });
  const connecting = stage !== "request";
  const seconds = (connecting ? connectTimeoutMs : timeoutMs) / 1000;
  const during = connecting
    ? { seconds, stage: phrase("stage-connect") }
    : { seconds, stage: phrase("stage-answer"), field: "timeout" };
  return new SendError("graph-timeout", { phase: stage, facts: { ...facts, ...during } });
}

function connectionReason(code: string, stage: Stage): FailureReason {
  if (DNS_CODE.test(code)) return "graph-dns";
  return stage === "tls" || TLS_CODE.test(code) ? "graph-tls" : "graph-unreachable";
}
