import { decodeWords } from "../../compose/read-back/read-fields";
import { fieldOf, type MimeAttachment, type ReadMail } from "../../compose/read-back/read-mime";
import type { Recipients } from "../../compose/recipients";
import type { HeaderField, Mailbox } from "../../model/email";
import { OWN_HEADERS } from "./limits";

/** What the composer writes from fields of their own; Graph has properties for those that matter. */
const COMPOSED =
  /^(?:from|to|cc|bcc|reply-to|subject|message-id|date|mime-version|content-.*|x-priority|importance|in-reply-to|references)$/i;

/** Header fields that the message itself asked for, decoded. */
function ownHeadersOf({ root }: ReadMail): HeaderField[] {
  return root.fields
    .filter(({ name }) => !COMPOSED.test(name))
    .map(({ name, value }) => ({ name, value: decodeWords(value) }));
}

/**
 * Whether only MIME keeps what the message asks for.
 *
 * Graph's JSON takes up to five headers of its own, whose names begin with x-, and has no place for
 * what a mail answers ("user: sendMail"). A calendar part is an invitation only by its MIME type.
 */
export function needsMime(mail: ReadMail): boolean {
  const own = ownHeadersOf(mail);
  const plain = own.every(({ name, value }) => /^x-/i.test(name) && /^[\u0020-\u007e]*$/.test(value));
  const threaded = ["In-Reply-To", "References"].some((name) => fieldOf(mail.root, name) !== undefined);
  return !plain || own.length > OWN_HEADERS || threaded || mail.attachments.some(isCalendar);
}

/** A calendar part stays in the MIME, where it is what it is. */
export function isCalendar({ part }: MimeAttachment): boolean {
  return part.contentType.value === "text/calendar";
}

/** Graph's `message` ("message resource type"). HTML is preferred; Exchange makes the plain text of it. */
export function messageJson(mail: ReadMail, recipients: Recipients, attachments: readonly MimeAttachment[]): object {
  const { root, from, replyTo, subject, text = "", html } = mail;
  const own = ownHeadersOf(mail);
  const importance = fieldOf(root, "Importance")?.toLowerCase();
  const messageId = fieldOf(root, "Message-ID");
  return {
    subject,
    body: html === undefined ? { contentType: "text", content: text } : { contentType: "html", content: html },
    ...(from[0] ? { from: recipientJson(from[0]) } : {}),
    toRecipients: recipients.to.map(recipientJson),
    ccRecipients: recipients.cc.map(recipientJson),
    bccRecipients: recipients.bcc.map(recipientJson),
    ...(replyTo.length > 0 ? { replyTo: replyTo.map(recipientJson) } : {}),
    ...(importance ? { importance } : {}),
    ...(messageId ? { internetMessageId: messageId } : {}),
    ...(own.length > 0 ? { internetMessageHeaders: own.map(({ name, value }) => ({ name, value })) } : {}),
    ...(attachments.length > 0 ? { attachments: attachments.map(attachmentJson) } : {}),
  };
}

/** Graph's `fileAttachment`, content included. */
export function attachmentJson({ name, contentType, inline, contentId, content }: MimeAttachment): object {
  return {
    "@odata.type": "#microsoft.graph.fileAttachment",
    name,
    contentType,
    contentBytes: content.read(0, content.size).toString("base64"),
    ...inlineJson(inline, contentId),
  };
}

/** Graph's `attachmentItem`, which announces an upload. */
export function attachmentItem({ name, contentType, inline, contentId, content }: MimeAttachment): object {
  return {
    attachmentType: "file",
    name,
    size: content.size,
    contentType,
    ...inlineJson(inline, contentId),
  };
}

/** What readers show beside the text need not be what HTML refers to. */
function inlineJson(inline: boolean, contentId: string | undefined): object {
  return { ...(contentId ? { contentId } : {}), ...(contentId || inline ? { isInline: inline } : {}) };
}

function recipientJson({ name, address }: Mailbox): object {
  return { emailAddress: name === "" ? { address } : { name, address } };
}
