import type { HeaderField, Mailbox, Priority } from "./mail-header";

export type { HeaderField, Mailbox, Priority } from "./mail-header";

/** The sender and recipients that the servers see (RFC 5321), which the headers need not match. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** Bytes that are too many for memory, in a file that is there as long as the mail is. */
export interface KeptFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** How many bytes a content has. */
export function bytesOf(content: Buffer | KeptFile): number {
  return Buffer.isBuffer(content) ? content.length : content.size;
}

export interface Attachment {
  readonly filename: string;
  readonly content: Buffer | KeptFile;
  readonly contentType?: string;
  /** Content id, without angle brackets, by which HTML refers to an inline image. */
  readonly cid?: string;
}

/** The content of a mail (RFC 5322), checked and complete. */
export interface EmailMessage {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments: readonly Attachment[];
  readonly headers: readonly HeaderField[];
  readonly priority?: Priority;
  /** The message id of the mail that this one answers. */
  readonly inReplyTo?: string;
  /** Message ids of the thread, oldest first, with the one that is answered. */
  readonly references: readonly string[];
  /** Where bounces go instead of to `from`: the envelope's sender. Empty for nowhere (RFC 5321 §4.5.5). */
  readonly bounceTo?: string;
}

/** A mail whose identity, envelope and bytes are fixed: sending it twice sends the same mail. */
export interface PreparedEmail {
  /** With angle brackets, as in the header. */
  readonly messageId: string;
  readonly envelope: Envelope;
  /** The whole message as RFC 5322 text, lines ended by CRLF; without the content of `files`. */
  readonly mime: Buffer;
  /** Contents that are not in `mime`, in the order of their places. */
  readonly files?: readonly EmbeddedFile[];
  /** When the first of the links in it ends, in milliseconds since 1970; absent where it has none. */
  readonly linksUntil?: number;
}

/** A file whose content belongs, encoded as base64 in lines of 76 characters, into the mail. */
export interface EmbeddedFile {
  /** Before this byte of `mime`, at the beginning of a line; the encoded content ends without a line end. */
  readonly at: number;
  readonly file: KeptFile;
}
