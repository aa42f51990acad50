import { randomUUID } from "node:crypto";
import { type AttachmentJson, attachmentOfJson, type GraphAttachment, type Letter } from "./letters";
import { malformed, notFound, Refusal, tooLarge } from "./refusal";

const SESSION_BYTES = 3 * 1024 * 1024;
const RANGE_UNIT = 320 * 1024;
const RANGE_BYTES = 4 * 1024 * 1024;
/** A mailbox's usual limit for a whole message. */
const MESSAGE_BYTES = 35 * 1024 * 1024;

/** A mail that was accepted. */
export interface GraphMail extends Letter {
  mailbox: string;
  /** How it came. */
  way: "json" | "mime" | "draft";
  savedToSentItems: boolean;
}

interface Draft {
  mailbox: string;
  letter: Letter;
}

interface UploadSession {
  draft: string;
  attachment: Omit<GraphAttachment, "content">;
  size: number;
  received: Buffer[];
  at: number;
}

export interface Range {
  from: number;
  to: number;
  total: number;
}

/** What the stand-in keeps: drafts, upload sessions, and what was sent. */
export class Mailboxes {
  readonly sent: GraphMail[] = [];
  readonly drafts = new Map<string, Draft>();
  readonly #sessions = new Map<string, UploadSession>();

  constructor(private readonly onSent: (mail: GraphMail) => void = () => {}) {}

  send(mailbox: string, letter: Letter, saveToSentItems: boolean): void {
    requireRecipients(letter);
    const way = letter.mime === undefined ? "json" : "mime";
    this.#accept({ ...letter, mailbox, way, savedToSentItems: saveToSentItems });
  }

  createDraft(mailbox: string, letter: Letter): string {
    // As Graph's own: letters that a path has to encode.
    const id = `AAMk${randomUUID().replaceAll("-", "")}+/=`;
    this.drafts.set(id, { mailbox, letter });
    return id;
  }

  remove(mailbox: string, id: string): void {
    this.#draft(mailbox, id);
    this.drafts.delete(id);
  }

  attach(mailbox: string, id: string, attachment: AttachmentJson): void {
    this.#draft(mailbox, id).letter.attachments.push(attachmentOfJson(attachment));
  }

  openSession(mailbox: string, id: string, item: SessionItem): string {
    this.#draft(mailbox, id);
    if (item.size < SESSION_BYTES) {
      const words = `Attachment size must be greater than the minimum size. MinimumSize: ${SESSION_BYTES}`;
      throw new Refusal(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize", words);
    }
    const session = randomUUID();
    const { name, contentType = "application/octet-stream", isInline = false, contentId } = item;
    const attachment = { name, contentType, inline: isInline, ...(contentId === undefined ? {} : { contentId }) };
    this.#sessions.set(session, { draft: id, attachment, size: item.size, received: [], at: 0 });
    return session;
  }

  /** The next byte that is expected; undefined where the attachment is complete. */
  putRange(id: string, range: Range, bytes: Buffer): number | undefined {
    const session = this.#sessions.get(id);
    const draft = session && this.drafts.get(session.draft);
    if (!session || !draft) throw notFound();
    refuseRange(range, bytes, session);
    session.received.push(bytes);
    session.at = range.to + 1;
    if (session.at < session.size) return session.at;
    draft.letter.attachments.push({ ...session.attachment, content: Buffer.concat(session.received) });
    this.#sessions.delete(id);
    return undefined;
  }

  sendDraft(mailbox: string, id: string): void {
    const { letter } = this.#draft(mailbox, id);
    requireRecipients(letter);
    const bytes = letter.attachments.reduce((sum, { content }) => sum + content.length, 0);
    if (bytes > MESSAGE_BYTES) throw tooLarge();
    this.drafts.delete(id);
    this.#accept({ ...letter, mailbox, way: "draft", savedToSentItems: true });
  }

  #accept(mail: GraphMail): void {
    this.sent.push(mail);
    this.onSent(mail);
  }

  #draft(mailbox: string, id: string): Draft {
    const draft = this.drafts.get(id);
    if (!draft || draft.mailbox !== mailbox) throw notFound();
    return draft;
  }
}

export interface SessionItem {
  name: string;
  size: number;
  contentType?: string;
  contentId?: string;
  isInline?: boolean;
}

function requireRecipients({ to, cc, bcc }: Letter): void {
  if (to.length + cc.length + bcc.length > 0) return;
  throw new Refusal(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.");
}

function refuseRange({ from, to, total }: Range, bytes: Buffer, { size, at }: UploadSession): void {
  const isLast = to === total - 1;
  const badRange = (why: string): Refusal => new Refusal(416, "InvalidContentRange", why);
  if (bytes.length !== to - from + 1) throw malformed("Content-Range and body differ");
  if (bytes.length >= RANGE_BYTES) throw tooLarge();
  if (total !== size) throw badRange(`the size was announced as ${size}`);
  if (from !== at) throw badRange(`byte ${at} is expected next`);
  if (!isLast && bytes.length % RANGE_UNIT !== 0) throw badRange(`${bytes.length} is no multiple of 320 KiB`);
}
