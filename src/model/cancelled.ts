import type { Phase } from "./codes";
import { SendError } from "./send-error";

/** What work that was called off rejects with; the signal's reason may be a SendError of its own. */
export function cancelled({ reason }: AbortSignal, phase: Phase): SendError {
  if (reason instanceof SendError) return reason;
  return new SendError("cancelled", { phase, facts: { value: "it was cancelled" } });
}
