import { SendError } from "../model/send-error";

/** What an aborted request for a token rejects with; the abort's reason may be a SendError of its own. */
export function cancelled(signal: AbortSignal): SendError {
  if (signal.reason instanceof SendError) return signal.reason;
  return new SendError("cancelled", { phase: "token", facts: { value: "it was cancelled" } });
}
