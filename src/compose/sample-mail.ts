import { detectMimeType } from "nodemailer/lib/mime-funcs";
import { bytesOf, type KeptFile, type Mailbox, type PreparedEmail } from "../model/email";
import type { SampleAttachment, SampleMail } from "../model/sample";
import { readAddresses } from "./addresses";
import { type DraftAttachment, sourceOf } from "./attachments";
import { withDistinctNames } from "./distinct-names";
import type { EmailDraft, SenderSettings } from "./draft";
import { readDraft } from "./message";
import { bodyOf, type DraftMessage, type Identity, prepareEmail, type ReadMessage } from "./prepare";

/** The editor is to show a mail, not to be choked by it. */
const MOST_PICTURE_BYTES = 5_000_000;

/** What a draft needs to be read at all; a reserved name (RFC 2606 §2), of which nothing is shown or sent. */
const NOBODY: Mailbox = { name: "", address: "nobody@example.invalid" };

const NO_CONFIGURATION: SenderSettings = {
  from: NOBODY,
  fromName: "",
  overrideFrom: false,
  signature: "",
  account: "",
  strictAddresses: true,
};

/**
 * The mail that a draft becomes, for a person to look at. It needs no recipient, and without
 * `settings` no sender. Throws SendError where a field is wrong.
 */
export function readSample(draft: EmailDraft, settings: SenderSettings = NO_CONFIGURATION): SampleMail {
  const strict = settings.strictAddresses;
  const to = readAddresses(draft.to, "to", strict);
  const cc = readAddresses(draft.cc, "cc", strict);
  const bcc = readAddresses(draft.bcc, "bcc", strict);
  const message = readDraft(addressedTo(draft, NOBODY.address), settings);
  const { from, replyTo, bounceTo, subject, attachments, headers, priority } = message;
  const signature = draft.includeSignature === false ? "" : settings.signature;
  return {
    ...(from === NOBODY ? {} : { from }),
    ...{ to, cc, bcc, replyTo, subject },
    ...(bounceTo === undefined ? {} : { bounceTo }),
    ...bodyOf(message, signature),
    pictures: picturesOf(attachments),
    attachments: withDistinctNames(attachments).map(shownAttachment),
    headers,
    ...(priority ? { priority } : {}),
  };
}

/**
 * The mail of a draft, to `to` alone and marked as a test in its subject, so that nobody who gets it
 * takes a made-up order for a real one. `fetch` brings the contents of its attachments. Rejects with SendError.
 */
export async function prepareSample(
  draft: EmailDraft,
  to: string,
  settings: SenderSettings & { readonly maxBytes: number },
  identity: Pick<Identity, "id" | "date">,
  fetch: (message: DraftMessage) => Promise<ReadMessage>,
): Promise<PreparedEmail & { readonly subject: string }> {
  const message = await fetch(readDraft(addressedTo(draft, to), settings));
  const subject = `[Test] ${message.subject}`.trim();
  const signature = draft.includeSignature === false ? "" : settings.signature;
  const { maxBytes } = settings;
  return { ...(await prepareEmail({ ...message, subject }, { ...identity, signature, maxBytes })), subject };
}

function shownAttachment(attachment: DraftAttachment): SampleAttachment {
  const { filename, content, cid } = attachment;
  const size = sourceOf(attachment) ? {} : { bytes: bytesOf(content as Buffer | KeptFile) };
  return { filename, ...size, inline: cid !== undefined };
}

/** Its own recipients do not even stand in the headers: an answer to all would reach them. */
function addressedTo(draft: EmailDraft, to: string): EmailDraft {
  return { ...draft, to, cc: undefined, bcc: undefined };
}

function picturesOf(attachments: readonly DraftAttachment[]): Record<string, string> {
  const pictures: Record<string, string> = {};
  let room = MOST_PICTURE_BYTES;
  for (const { filename, content, contentType, cid } of attachments) {
    const type = (contentType ?? detectMimeType(filename)).split(";")[0]?.trim() ?? "";
    if (cid === undefined || !/^image\/[\w.+-]+$/i.test(type)) continue;
    if (!Buffer.isBuffer(content) || content.length > room) continue;
    room -= content.length;
    pictures[cid] = `data:${type};base64,${content.toString("base64")}`;
  }
  return pictures;
}
