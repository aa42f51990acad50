import type { MimeAttachment, ReadMail } from "../../compose/read-back/read-mime";
import { joined, rewriteMime } from "../../compose/read-back/rewrite-mime";
import { recipientsOf } from "../../compose/recipients";
import { lengthOf, type MimePiece } from "../../compose/whole-mime";
import { phrase } from "../../model/catalogue";
import type { Envelope } from "../../model/email";
import { SendError } from "../../model/send-error";
import { REQUEST_BYTES } from "./limits";
import { isCalendar, messageJson, needsMime } from "./message-json";

/** The body of a request that hands a message over, and what of it has to follow on its own. */
export interface Parcel {
  readonly body: Buffer;
  readonly contentType: "application/json" | "text/plain";
  /** Attachments that did not fit; not empty means that the mail goes as a draft. */
  readonly separate: readonly MimeAttachment[];
}

/**
 * Packs a mail for Graph: as JSON, or as MIME where only that keeps what it asks for; in one
 * request where it fits, else without its largest attachments.
 *
 * Only JSON in one request can be without a copy in Sent Items: Graph keeps one of MIME and of drafts.
 * Throws SendError where it does not fit even without any.
 */
export function pack(mail: ReadMail, envelope: Envelope, saveToSentItems: boolean): Parcel {
  const way = needsMime(mail) ? asMime(mail, envelope) : asJson(mail, envelope, saveToSentItems);
  const movable = mail.attachments
    .filter((attachment) => way.movable(attachment))
    .sort((a, b) => b.content.size - a.content.size);
  const separate: MimeAttachment[] = [];
  // Reckoned before it is built: a body that is too large is never made.
  while (way.least(separate) > REQUEST_BYTES) {
    const largest = movable.shift();
    if (!largest) throw tooLarge(way.least(separate));
    separate.push(largest);
  }
  for (;;) {
    const body = way.build(separate);
    // Their order is the reader's, too.
    const inOrder = mail.attachments.filter((attachment) => separate.includes(attachment));
    if (body.length <= REQUEST_BYTES) return { body, contentType: way.contentType, separate: inOrder };
    const largest = movable.shift();
    if (!largest) throw tooLarge(body.length);
    separate.push(largest);
  }
}

interface Way {
  readonly contentType: Parcel["contentType"];
  /** Whether an attachment can be added to a draft later and still be what it is. */
  movable(attachment: MimeAttachment): boolean;
  /** What the body surely has, in bytes. */
  least(without: readonly MimeAttachment[]): number;
  build(without: readonly MimeAttachment[]): Buffer;
}

function asJson(mail: ReadMail, envelope: Envelope, saveToSentItems: boolean): Way {
  const recipients = recipientsOf(mail, envelope);
  const kept = (without: readonly MimeAttachment[]) => mail.attachments.filter((one) => !without.includes(one));
  return {
    contentType: "application/json",
    movable: () => true,
    least: (without) => kept(without).reduce((sum, { content }) => sum + base64Length(content.size), 0),
    build: (without) => {
      const message = messageJson(mail, recipients, kept(without));
      // A draft is the message itself.
      return Buffer.from(JSON.stringify(without.length > 0 ? message : { message, saveToSentItems }));
    },
  };
}

function asMime(mail: ReadMail, envelope: Envelope): Way {
  const recipients = recipientsOf(mail, envelope);
  const pieces = (without: readonly MimeAttachment[]): MimePiece[] =>
    rewriteMime(mail, recipients, new Set(without.map(({ part }) => part)));
  return {
    contentType: "text/plain",
    movable: (attachment) => !isCalendar(attachment),
    least: (without) => base64Length(lengthOf(pieces(without))),
    build: (without) => Buffer.from(joined(pieces(without)).toString("base64"), "latin1"),
  };
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

function tooLarge(bytes: number): SendError {
  const megabytes = (bytes / 1_000_000).toFixed(1);
  const response = phrase("size-at-graph", { value: megabytes, limit: REQUEST_BYTES / 1_000_000 });
  return new SendError("message-too-large", { phase: "request", facts: { response } });
}
