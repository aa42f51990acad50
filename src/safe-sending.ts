import { keptFrom, type SafeSettings, whyHeld } from "./compose/safe-mode";
import type { PreparedEmail } from "./model/email";
import type { SendReceipt } from "./model/receipt";
import type { Send } from "./outbox/outbox";

/** Without a full stop, as servers answer. */
const NOT_SENT = "Dry run: not sent";

/**
 * Hands over only what the safe mode lets through now.
 *
 * A mail's bytes are fixed when it is queued, so one that was queued before the mode was switched on is held
 * for a person: it is neither sent to whom it must not reach nor counted as sent. One that was made as a dry
 * run or redirected stays that, whatever was deployed since. A dry run takes neither a connection nor a token.
 */
export function sendSafely(send: Send, settings: SafeSettings): Send {
  return async (email, signal, beforeBody) => {
    const kept = keptFrom(email.mime);
    if (kept === "dry-run") return dryRun(email);
    const held = whyHeld(email, settings);
    if (held) throw held;
    const receipt = await send(email, signal, beforeBody);
    return kept ? { ...receipt, safeMode: kept } : receipt;
  };
}

function dryRun({ messageId, envelope }: PreparedEmail): SendReceipt {
  const recipients = envelope.to.map((address) => ({ address, state: "accepted" as const }));
  return { messageId, recipients, response: NOT_SENT, safeMode: "dry-run" };
}
