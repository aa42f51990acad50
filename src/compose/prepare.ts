import MailComposer from "nodemailer/lib/mail-composer";
import {
  bytesOf,
  type EmailMessage,
  type Envelope,
  type HeaderField,
  type PreparedEmail,
  type Priority,
} from "../model/email";
import type { FileLink } from "../model/file-link";
import { SendError } from "../model/send-error";
import { toEnvelopeAddress } from "./addresses";
import { partOf } from "./attachment-part";
import type { DraftAttachment, ReadAttachment } from "./attachments";
import { buildMime } from "./build-mime";
import { concerningOnly } from "./calendar-files";
import { withDistinctNames } from "./distinct-names";
import { FileMarks } from "./embedded-files";
import { literal, ownHeader, withLiteralNames } from "./encoded-words";
import type { Invitation, OnlyFor } from "./invitation/invitation";
import type { CalendarIdentity } from "./invitation/write-calendar";
import { withCrlf, withLineFeeds } from "./line-ends";
import { listInHtml, listInText } from "./link-list";
import { withRelatedOutside } from "./nesting";
import { signedTextOf, signHtml, signText } from "./signature/signature";
import { Turns } from "./turns";
import { encodedLength, sizeOf } from "./whole-mime";

/** One for the process: all configurations share its event loop. */
const turns = new Turns();

/** What a message has besides what every mail has. */
interface WithInvitation {
  readonly invitation?: Invitation;
  /** Nobody else may be reached through the invitation, or through calendars among the attachments. */
  readonly onlyFor?: OnlyFor;
}

/** A message that is complete. */
export type ReadMessage = EmailMessage &
  WithInvitation & {
    readonly attachments: readonly ReadAttachment[];
    /** Files that are not attached: text and HTML say where they are. */
    readonly links?: readonly FileLink[];
  };

/** A message as `readDraft` gives it: contents of attachments may still be in files or at web addresses. */
export type DraftMessage = Omit<EmailMessage, "attachments"> &
  WithInvitation & { readonly attachments: readonly DraftAttachment[] };

export interface Identity {
  /** Unique; becomes the left side of the Message-ID. */
  readonly id: string;
  readonly date: Date;
  /** Added to text and HTML; empty for none. */
  readonly signature: string;
  /** A larger mail is refused; no limit where it is left out. */
  readonly maxBytes?: number;
}

/** RFC 4021 §2.1.54 (Importance); X-Priority is what Outlook and Apple Mail show. */
const PRIORITY_HEADERS: Readonly<Record<Priority, readonly HeaderField[]>> = {
  high: [
    { name: "X-Priority", value: "1 (Highest)" },
    { name: "Importance", value: "high" },
  ],
  normal: [],
  low: [
    { name: "X-Priority", value: "5 (Lowest)" },
    { name: "Importance", value: "low" },
  ],
};

/**
 * Composes a message once and for all: Message-ID, Date, envelope and bytes are fixed from here on.
 * Rejects with SendError.
 */
export async function prepareEmail(message: ReadMessage, identity: Identity): Promise<PreparedEmail> {
  const { maxBytes = Number.POSITIVE_INFINITY } = identity;
  refuseAbove(maxBytes, leastSizeOf(message));
  const envelope = envelopeOf(message);
  const from = toEnvelopeAddress(message.from.address);
  const messageId = `<${identity.id}@${from.slice(from.lastIndexOf("@") + 1).replace(/[[\]:]/g, "")}>`;
  try {
    const marks = new FileMarks(identity.id);
    const composed = await turns.take(() => compose(composerOptions(message, messageId, identity, marks)));
    const whole = marks.takeOut(composed);
    refuseAbove(maxBytes, sizeOf(whole));
    return { messageId, envelope, ...whole, ...endOfLinks(message) };
  } catch (error) {
    if (error instanceof SendError) throw error;
    const value = error instanceof Error ? error.message : "unknown";
    throw new SendError("compose-failed", { phase: "input", facts: { value } });
  }
}

/** What surely goes out, so that a mail that is far too large is never composed. */
function leastSizeOf({ attachments, text = "", html = "" }: EmailMessage): number {
  return attachments.reduce((sum, { content }) => sum + encodedLength(bytesOf(content)), text.length + html.length);
}

function refuseAbove(maxBytes: number, bytes: number): void {
  if (bytes <= maxBytes) return;
  const facts = { value: (bytes / 1_000_000).toFixed(1), limit: maxBytes / 1_000_000 };
  throw new SendError("message-above-limit", { phase: "input", facts });
}

function endOfLinks({ links = [] }: ReadMessage): Pick<PreparedEmail, "linksUntil"> {
  return links.length === 0 ? {} : { linksUntil: Math.min(...links.map(({ expiresAt }) => expiresAt)) };
}

async function compose(options: ReturnType<typeof composerOptions>): Promise<Buffer> {
  return buildMime(withRelatedOutside(withLiteralNames(new MailComposer(options).compile())));
}

function envelopeOf(message: EmailMessage): Envelope {
  const recipients = [...message.to, ...message.cc, ...message.bcc].map(({ address }) => toEnvelopeAddress(address));
  const from = message.bounceTo ?? message.from.address;
  return { from: from === "" ? "" : toEnvelopeAddress(from), to: [...new Set(recipients)] };
}

function composerOptions(message: ReadMessage, messageId: string, identity: Identity, marks: FileMarks) {
  const { id, date, signature } = identity;
  const { inReplyTo, references, priority } = message;
  return {
    from: { ...message.from },
    to: message.to.map((mailbox) => ({ ...mailbox })),
    cc: message.cc.map((mailbox) => ({ ...mailbox })),
    replyTo: message.replyTo.map((mailbox) => ({ ...mailbox })),
    subject: literal(message.subject),
    ...linesOf(bodyOf(message, signature)),
    ...calendarOf(message, { uid: messageId.slice(1, -1), date }),
    attachments: withDistinctNames(attachmentsOf(message)).map((attachment) => partOf(attachment, marks)),
    headers: [...message.headers, ...(priority ? PRIORITY_HEADERS[priority] : [])].map(ownHeader),
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(references.length > 0 ? { references: [...references] } : {}),
    messageId,
    date,
    // As unique as one that nodemailer makes, which waits for random bytes for every part.
    baseBoundary: id,
    // A message must never make this process read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function attachmentsOf({ attachments, onlyFor }: ReadMessage): readonly ReadAttachment[] {
  return onlyFor ? concerningOnly(attachments, onlyFor) : attachments;
}

function linesOf({ text, html }: ReturnType<typeof bodyOf>): ReturnType<typeof bodyOf> {
  return {
    ...(text === undefined ? {} : { text: withCrlf(text) }),
    ...(html === undefined ? {} : { html: withCrlf(html) }),
  };
}

/** The body as it goes out: with links and signature, and with a text in any case. */
export function bodyOf(
  { links = [], ...message }: Pick<ReadMessage, "text" | "html" | "links">,
  signature: string,
): { text?: string; html?: string } {
  const [text, html] = [message.text, message.html].map((body) => body && withLineFeeds(body));
  if (signature === "" && links.length === 0) {
    const plain = text ?? (html === undefined ? undefined : textOf(html));
    return { ...(plain === undefined ? {} : { text: plain }), ...(html === undefined ? {} : { html }) };
  }
  const ending = { signature, files: listInText(links) };
  if (html === undefined) return { text: signText(text ?? "", ending) };
  const signed = text === undefined ? signedTextOf(html, ending, textOf) : signText(text, ending);
  return { text: signed, html: signHtml(html, { signature, files: listInHtml(links) }) };
}

/**
 * As the last alternative of the body, where calendars look for it (RFC 6047 §2.4), and once more as a file for
 * those that do not.
 */
function calendarOf({ invitation, onlyFor }: ReadMessage, identity: CalendarIdentity) {
  if (!invitation) return {};
  const { calendarText } = require("./invitation/write-calendar") as typeof import("./invitation/write-calendar");
  return { icalEvent: { method: invitation.summary.method, content: calendarText(invitation, identity, onlyFor) } };
}

function textOf(html: string): string {
  // Costs time and memory at start, and many flows send text only.
  const { textFromHtml } = require("./text-from-html") as typeof import("./text-from-html");
  return textFromHtml(html);
}
