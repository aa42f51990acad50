import { isAddress } from "../model/address-syntax";
import type { Mailbox } from "../model/email";
import { SendError } from "../model/send-error";
import { readAddresses } from "./addresses";
import { type DraftAttachment, type ReadAttachment, readAttachments, sourceOf } from "./attachments";
import type { EmailDraft, SenderSettings } from "./draft";
import { readable, readHeaderValue, readText, refuse } from "./fields";
import { readHeaders, readMessageIds, readPriority } from "./headers";
import { readInvitation } from "./invitation/read-invitation";
import { readListUnsubscribe } from "./list-unsubscribe";
import type { DraftMessage, ReadMessage } from "./prepare";

/**
 * Checks a draft against the configuration, field by field, and makes it a complete message.
 * Throws SendError that names the field; the draft is never changed.
 */
export function readDraft(draft: EmailDraft, settings: SenderSettings): DraftMessage {
  const addressesIn = (field: "to" | "cc" | "bcc" | "replyTo"): Mailbox[] =>
    readable(field, () => readAddresses(draft[field], field, settings.strictAddresses));
  const [to, cc, bcc] = [addressesIn("to"), addressesIn("cc"), addressesIn("bcc")];
  if (to.length + cc.length + bcc.length === 0)
    throw new SendError("no-recipient", { phase: "input", facts: { field: "to" } });
  const replyTo = addressesIn("replyTo");
  const from = readable("from", () => senderOf(draft.from, settings));
  const subject = readable("subject", () => readHeaderValue(draft.subject, "subject"));
  const strict = settings.strictAddresses;
  const invitation = readable("invitation", () =>
    readInvitation(draft.invitation, "invitation", { from, to, cc, subject, strict }),
  );
  const html = readable("html", () => readText(draft.html, "html"));
  const written = readable("text", () => readText(draft.text, "text"));
  // Gmail, and mail programs without a calendar, show nothing of an invitation in a mail without a body.
  const text = written || html !== undefined || !invitation ? written : invitation.summary.title || undefined;
  const attachments = readable("attachments", () => readAttachments(draft.attachments, "attachments"));
  if (text === undefined && html === undefined && attachments.length === 0) {
    throw refuse("body-missing", draft.html === undefined ? "text" : "html");
  }
  const priority = readable("priority", () => readPriority(draft.priority, "priority"));
  const headers = readable("headers", () => readHeaders(draft.headers, "headers"));
  const bounceTo = readable("bounceTo", () => readBounceTo(draft.bounceTo, settings));
  const listed = readable("listUnsubscribe", () =>
    readListUnsubscribe(draft.listUnsubscribe, "listUnsubscribe", headers),
  );
  return {
    from,
    to,
    cc,
    bcc,
    replyTo: replyTo.length > 0 || !settings.replyTo ? replyTo : [settings.replyTo],
    subject,
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    attachments: attachments.map((attachment) => inlineOnlyWhereReferenced(attachment, html)),
    headers: [...headers, ...listed],
    ...(priority ? { priority } : {}),
    ...readThread(draft),
    ...(bounceTo === undefined ? {} : { bounceTo }),
    ...(invitation ? { invitation } : {}),
  };
}

/** The message, whose attachments are all there. Throws SendError where the content of one is still to be fetched. */
export function withoutSources(message: DraftMessage): ReadMessage {
  const source = message.attachments.map(sourceOf).find((one) => one !== undefined);
  if (source) throw refuse("compose-failed", source.field, "an attachment was not fetched");
  return { ...message, attachments: message.attachments as readonly ReadAttachment[] };
}

/**
 * Who the mail is from. The configuration's From wins where it overrides; else the step's;
 * else the configuration's; else the account, if that is an address.
 */
export function senderOf(asked: unknown, settings: SenderSettings): Mailbox {
  if (settings.overrideFrom && settings.from) return settings.from;
  const mailboxes = readAddresses(asked, "from", settings.strictAddresses);
  if (mailboxes.length > 1) throw refuse("field-type", "from", "must be one address");
  if (mailboxes[0]) return mailboxes[0];
  if (settings.from) return settings.from;
  const { account } = settings;
  if (isAddress(account, true)) return { name: settings.fromName, address: account };
  throw new SendError("sender-missing", { phase: "input", facts: { field: "from" } });
}

/** RFC 5322 §3.6.4: the references are those of the mail that is answered, and that mail. */
function readThread({ inReplyTo, references }: EmailDraft): Pick<DraftMessage, "inReplyTo" | "references"> {
  const answered = readable("inReplyTo", () => readMessageIds(inReplyTo, "inReplyTo"));
  const last = answered.at(-1);
  const thread = readable("references", () => readMessageIds(references, "references"));
  const earlier = [...thread, ...answered].filter((id) => id !== last);
  return last === undefined
    ? { references: [...new Set(earlier)] }
    : { inReplyTo: last, references: [...new Set(earlier), last] };
}

/** The address that servers report failures to; `<>` for none, as automatic answers have it (RFC 3834 §3.3). */
function readBounceTo(value: unknown, { kind, strictAddresses }: SenderSettings): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  // Exchange writes the envelope of a mailbox itself ("user: sendMail").
  if (kind === "graph") throw new SendError("graph-no-bounce-address", { phase: "input" });
  if (typeof value === "string" && value.trim() === "<>") return "";
  const [mailbox, ...more] = readAddresses(value, "bounceTo", strictAddresses);
  if (!mailbox || more.length > 0) throw refuse("field-type", "bounceTo", "must be one address, or <>");
  return mailbox.address;
}

/** A picture that the HTML does not show must arrive as an attachment, or readers hide it. */
function inlineOnlyWhereReferenced(attachment: DraftAttachment, html: string | undefined): DraftAttachment {
  const { cid, disposition: _, ...plain } = attachment;
  if (cid === undefined) return attachment;
  const shown = [cid, encodeURIComponent(cid)].some((id) => refersTo(html ?? "", `cid:${id}`));
  return shown ? attachment : plain;
}

/** Not as the beginning of a longer reference. */
function refersTo(html: string, reference: string): boolean {
  return html
    .split(reference)
    .slice(1)
    .some((rest) => !/^[\w.@%+-]/.test(rest));
}
