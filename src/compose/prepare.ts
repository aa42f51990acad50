import MailComposer from "nodemailer/lib/mail-composer";
import type { EmailMessage, Envelope, HeaderField, PreparedEmail, Priority } from "../model/email";
import { SendError } from "../model/send-error";
import { toEnvelopeAddress } from "./addresses";
import { withCrlf } from "./line-ends";
import { signHtml, signText } from "./signature";
import { Turns } from "./turns";

/** One for the process: all configurations share its event loop. */
const turns = new Turns();

export interface Identity {
  /** Unique; becomes the left side of the Message-ID. */
  readonly id: string;
  readonly date: Date;
  /** Added to text and HTML; empty for none. */
  readonly signature: string;
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
export async function prepareEmail(message: EmailMessage, identity: Identity): Promise<PreparedEmail> {
  const envelope = envelopeOf(message);
  const messageId = `<${identity.id}@${envelope.from.slice(envelope.from.lastIndexOf("@") + 1).replace(/[[\]:]/g, "")}>`;
  try {
    const mime = await turns.take(() => compose(composerOptions(message, messageId, identity)));
    return { messageId, envelope, mime };
  } catch (error) {
    const value = error instanceof Error ? error.message : "unknown";
    throw new SendError("compose-failed", { phase: "input", facts: { value } });
  }
}

async function compose(options: ReturnType<typeof composerOptions>): Promise<Buffer> {
  return withCrlf(await new MailComposer(options).compile().build());
}

function envelopeOf(message: EmailMessage): Envelope {
  const recipients = [...message.to, ...message.cc, ...message.bcc].map(({ address }) => toEnvelopeAddress(address));
  return { from: toEnvelopeAddress(message.from.address), to: [...new Set(recipients)] };
}

function composerOptions(message: EmailMessage, messageId: string, { date, signature }: Identity) {
  const { references, priority } = message;
  const inReplyTo = references.at(-1);
  return {
    from: { ...message.from },
    to: message.to.map((mailbox) => ({ ...mailbox })),
    cc: message.cc.map((mailbox) => ({ ...mailbox })),
    replyTo: message.replyTo.map((mailbox) => ({ ...mailbox })),
    subject: message.subject,
    ...bodyOf(message, signature),
    attachments: message.attachments.map(({ filename, content, contentType, cid }) => ({
      filename,
      content,
      ...(contentType ? { contentType } : {}),
      ...(cid ? { cid, contentDisposition: "inline" } : { contentDisposition: "attachment" }),
    })),
    headers: [...message.headers, ...(priority ? PRIORITY_HEADERS[priority] : [])].map(({ name, value }) => ({
      key: name,
      value,
    })),
    ...(inReplyTo ? { inReplyTo, references: [...references] } : {}),
    messageId,
    date,
    // A message must never make this process read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function bodyOf({ text, html }: EmailMessage, signature: string): { text?: string; html?: string } {
  const plain = text ?? (html === undefined ? undefined : textOf(html));
  if (signature === "")
    return { ...(plain === undefined ? {} : { text: plain }), ...(html === undefined ? {} : { html }) };
  return { text: signText(plain ?? "", signature), ...(html === undefined ? {} : { html: signHtml(html, signature) }) };
}

function textOf(html: string): string {
  // Costs time and memory at start, and many flows send text only.
  const { textFromHtml } = require("./text-from-html") as typeof import("./text-from-html");
  return textFromHtml(html);
}
