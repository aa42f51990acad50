import type { Clock } from "./model/clock";
import { SendError } from "./model/send-error";
import type { Send } from "./outbox/outbox";

/**
 * Hands over no mail whose links have ended while it waited: whoever got it could download nothing, and nobody would
 * hear of that.
 */
export function sendWithLiveLinks(send: Send, clock: Clock): Send {
  return async (email, signal, beforeBody) => {
    const { linksUntil = Number.POSITIVE_INFINITY } = email;
    if (clock.now() >= linksUntil) throw ended(linksUntil);
    return send(email, signal, beforeBody);
  };
}

function ended(linksUntil: number): SendError {
  const [day, time = ""] = new Date(linksUntil).toISOString().split("T");
  return new SendError("links-ended", { phase: "queue", facts: { value: `${day} ${time.slice(0, 5)} UTC` } });
}
