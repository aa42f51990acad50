import type { PreparedEmail } from "../model/email";
import { SendError } from "../model/send-error";
import { openRecipients } from "./decide";
import type { ClaimedEntry } from "./outbox-store";

/** What is handed over now, to those who are still to get it. Throws SendError where the store could not read it. */
export function emailOf(entry: ClaimedEntry): PreparedEmail {
  if (entry.unreadable) throw new SendError(entry.unreadable.reason, { phase: "queue", facts: entry.unreadable.facts });
  return {
    messageId: entry.messageId,
    envelope: { from: entry.from, to: openRecipients(entry) },
    mime: entry.mime,
    ...(entry.files ? { files: entry.files } : {}),
    ...(entry.linksUntil === undefined ? {} : { linksUntil: entry.linksUntil }),
  };
}
