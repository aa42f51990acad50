import { type AddressObject, type HeaderValue, simpleParser } from "mailparser";

export interface GraphAttachment {
  name: string;
  contentType: string;
  content: Buffer;
  inline: boolean;
  contentId?: string;
}

/** A mail as it would be delivered. */
export interface Letter {
  from: string;
  fromName: string;
  to: string[];
  cc: string[];
  /** Whom no header shows. */
  bcc: string[];
  replyTo: string[];
  subject: string;
  text: string;
  html: string;
  importance: string;
  messageId: string;
  /** Fields that the mail asked for, names in lower case: own headers, In-Reply-To, References. */
  headers: Record<string, string>;
  attachments: GraphAttachment[];
  /** The MIME that was given, where it was MIME. */
  mime?: string;
}

interface RecipientJson {
  emailAddress: { address: string; name?: string };
}

interface MessageJson {
  subject?: string;
  body?: { contentType?: string; content: string };
  from?: RecipientJson;
  toRecipients?: RecipientJson[];
  ccRecipients?: RecipientJson[];
  bccRecipients?: RecipientJson[];
  replyTo?: RecipientJson[];
  importance?: string;
  internetMessageId?: string;
  internetMessageHeaders?: { name: string; value: string }[];
  attachments?: AttachmentJson[];
}

export interface AttachmentJson {
  name: string;
  contentType?: string;
  contentBytes: string;
  isInline?: boolean;
  contentId?: string;
}

/** What Graph makes of its `message` in JSON. */
export function letterOfJson(message: MessageJson, mailbox: string): Letter {
  const addresses = (list: RecipientJson[] = []) => list.map(({ emailAddress }) => emailAddress.address);
  const html = message.body?.contentType?.toLowerCase() === "html";
  return {
    from: message.from?.emailAddress.address ?? mailbox,
    fromName: message.from?.emailAddress.name ?? "",
    to: addresses(message.toRecipients),
    cc: addresses(message.ccRecipients),
    bcc: addresses(message.bccRecipients),
    replyTo: addresses(message.replyTo),
    subject: message.subject ?? "",
    text: html ? "" : (message.body?.content ?? ""),
    html: html ? (message.body?.content ?? "") : "",
    importance: message.importance ?? "normal",
    messageId: message.internetMessageId ?? "",
    headers: Object.fromEntries(
      (message.internetMessageHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
    ),
    attachments: (message.attachments ?? []).map(attachmentOfJson),
  };
}

export function attachmentOfJson({
  name,
  contentType,
  contentBytes,
  isInline,
  contentId,
}: AttachmentJson): GraphAttachment {
  return {
    name,
    contentType: contentType ?? "application/octet-stream",
    content: Buffer.from(contentBytes, "base64"),
    inline: isInline ?? false,
    ...(contentId === undefined ? {} : { contentId }),
  };
}

/** What Graph makes of MIME: Bcc counts as recipients and is taken out. Read by a library that is not ours. */
export async function letterOfMime(mime: Buffer): Promise<Letter> {
  const parsed = await simpleParser(mime, { skipImageLinks: true, skipTextToHtml: true, skipHtmlToText: true });
  const addresses = (field: AddressObject | AddressObject[] | undefined): string[] =>
    [field ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ""));
  return {
    from: parsed.from?.value[0]?.address ?? "",
    fromName: parsed.from?.value[0]?.name ?? "",
    to: addresses(parsed.to),
    cc: addresses(parsed.cc),
    bcc: addresses(parsed.bcc),
    replyTo: addresses(parsed.replyTo),
    subject: parsed.subject ?? "",
    text: parsed.text ?? "",
    html: parsed.html || "",
    importance: String(parsed.headers.get("importance") ?? "normal"),
    messageId: parsed.messageId ?? "",
    headers: Object.fromEntries([...parsed.headers].map(([name, value]) => [name, textOf(value)])),
    attachments: parsed.attachments.map(({ filename, contentType, content, contentDisposition, cid }) => ({
      name: filename ?? "",
      contentType,
      content,
      inline: contentDisposition === "inline",
      ...(cid === undefined ? {} : { contentId: cid }),
    })),
    mime: mime.toString("utf8"),
  };
}

function textOf(value: HeaderValue): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.join(" ") : JSON.stringify(value);
}
