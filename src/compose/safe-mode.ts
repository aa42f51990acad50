import { isInDomains } from "../model/domain-patterns";
import type { HeaderField, Mailbox, PreparedEmail } from "../model/email";
import type { KeptFrom } from "../model/receipt";
import { SendError } from "../model/send-error";
import type { CommonSettings } from "../settings/common";
import { toEnvelopeAddress } from "./addresses";
import { shorten } from "./fields";
import { onlyFor } from "./invitation/invitation";
import type { DraftMessage } from "./prepare";

/** No message can set it (`headers.ts`): what stands there is what the configuration said when the mail was made. */
const MODE_HEADER = "X-Safe-Mode";
const IN_MIME = new RegExp(`^${MODE_HEADER}: (redirect|dry-run)\\r?$`, "m");

/** So many recipients are named in the subject; all of them are in the headers. */
const MOST_NAMED = 3;

const FIELDS = ["to", "cc", "bcc"] as const;

/** Fields that a tester's mail program acts upon: an answer to all, a receipt, one click that unsubscribes a customer. */
const ACTED_UPON =
  /^(?:list-.*|mail-followup-to|mail-reply-to|disposition-notification-to|return-receipt-to|x-confirm-reading-to|errors-to)$/i;

export type SafeSettings = Pick<CommonSettings, "safeMode" | "redirectTo" | "allowedDomains">;

/**
 * The message as it may go out with this configuration. Throws SendError where a recipient is not in the
 * allowed domains; a redirected mail goes to none of its recipients, so there only the other address counts,
 * which the configuration's rules have checked.
 */
export function underSafeMode(
  message: DraftMessage,
  { safeMode, redirectTo, allowedDomains }: SafeSettings,
): DraftMessage {
  if (safeMode === "redirect" && redirectTo) return redirected(message, redirectTo);
  for (const field of FIELDS) {
    const refused = message[field].find(({ address }) => !isInDomains(address, allowedDomains));
    if (!refused) continue;
    const facts = { field, value: shorten(refused.address), names: listed(allowedDomains) };
    throw new SendError("domain-not-allowed", { phase: "input", facts });
  }
  return safeMode === "dry-run" ? withHeaders(message, [{ name: MODE_HEADER, value: safeMode }]) : message;
}

/**
 * Why a mail that waits must not be handed over with this configuration; undefined where it may be.
 *
 * Its recipients are fixed, so they have to be those whom the mode would let it go to now.
 */
export function whyHeld({ mime, envelope }: PreparedEmail, settings: SafeSettings): SendError | undefined {
  const { safeMode, redirectTo, allowedDomains } = settings;
  const isThere = (address: string): boolean =>
    redirectTo !== undefined && address === toEnvelopeAddress(redirectTo.address);
  const fits = safeMode === "redirect" && keptFrom(mime) === "redirect" && envelope.to.every(isThere);
  if (safeMode !== "send" && !fits)
    return new SendError("safe-mode-holds", { phase: "queue", facts: { value: safeMode } });
  const refused = envelope.to.find((address) => !isInDomains(address, allowedDomains));
  if (refused === undefined) return undefined;
  return new SendError("domain-holds", { phase: "queue", facts: { value: refused, names: listed(allowedDomains) } });
}

function listed(allowedDomains: readonly string[]): string {
  return shorten(allowedDomains.join(", "));
}

/** How a composed mail is kept from its recipients: what was decided when it was made. */
export function keptFrom(mime: Buffer): KeptFrom | undefined {
  const head = mime.toString("latin1", 0, mime.indexOf("\r\n\r\n"));
  return IN_MIME.exec(head)?.[1] as KeptFrom | undefined;
}

/** Its own recipients stand only where no program answers to. */
function redirected(message: DraftMessage, redirectTo: Mailbox): DraftMessage {
  const asked = FIELDS.flatMap((field) => message[field].map(({ address }) => toEnvelopeAddress(address)));
  const named = FIELDS.filter((field) => message[field].length > 0).map((field) => ({
    name: `${MODE_HEADER}-${field === "to" ? "To" : field === "cc" ? "Cc" : "Bcc"}`,
    value: message[field].map(({ address }) => address).join(", "),
  }));
  return withHeaders(
    {
      ...message,
      onlyFor: onlyFor(redirectTo, message.from, "[TEST]", asked),
      headers: message.headers.filter(({ name }) => !ACTED_UPON.test(name)),
      to: [redirectTo],
      cc: [],
      bcc: [],
      replyTo: message.replyTo.filter(({ address }) => !asked.includes(toEnvelopeAddress(address))),
      subject: `[TEST → ${summaryOf(message)}] ${message.subject}`.trim(),
    },
    [{ name: MODE_HEADER, value: "redirect" }, ...named],
  );
}

function summaryOf(message: DraftMessage): string {
  const all = [...new Set(FIELDS.flatMap((field) => message[field].map(({ address }) => address)))];
  const more = all.length - MOST_NAMED;
  // One more takes no more room than the words that would stand for it.
  if (more <= 1) return all.join(", ");
  return `${all.slice(0, MOST_NAMED).join(", ")} … and ${more} more`;
}

function withHeaders(message: DraftMessage, headers: readonly HeaderField[]): DraftMessage {
  return { ...message, headers: [...message.headers, ...headers] };
}
