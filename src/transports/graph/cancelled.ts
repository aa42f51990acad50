import { SendError } from "../../model/send-error";

/** What an aborted request rejects with; the abort's reason may be a SendError of its own. */
export function cancelled({ reason }: AbortSignal): SendError {
  if (reason instanceof SendError) return reason;
  return new SendError("cancelled", { phase: "request", facts: { value: "it was cancelled" } });
}
