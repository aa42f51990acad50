import type { Mailbox, PreparedEmail } from "../model/email";
import type { SampleAttachment, SampleMail } from "../model/sample";
import { readAddresses } from "./addresses";
import type { DraftAttachment } from "./attachments";
import { typeOf } from "./content-type";
import { withDistinctNames } from "./distinct-names";
import type { EmailDraft, SenderSettings } from "./draft";
import { type AttachmentSettings, type LinkPlace, linkTo, NOT_KEPT, sizeOf, sortAttachments } from "./file-links";
import { onlyFor } from "./invitation/invitation";
import { readDraft } from "./message";
import { bodyOf, type DraftMessage, type Identity, prepareEmail, type ReadMessage } from "./prepare";

/** The editor is to show a mail, not to be choked by it. */
const MOST_PICTURE_BYTES = 5_000_000;

/** What a draft needs to be read at all; a reserved name (RFC 2606 §2), of which nothing is shown or sent. */
const NOBODY: Mailbox = { name: "", address: "nobody@example.invalid" };

type SampleSettings = SenderSettings & Partial<AttachmentSettings>;

const NO_CONFIGURATION: SampleSettings = {
  from: NOBODY,
  fromName: "",
  overrideFrom: false,
  signature: "",
  account: "",
  strictAddresses: true,
};

/**
 * The mail that a draft becomes, for a person to look at. It needs no recipient, and without
 * `settings` no sender. No file is kept: what would go as a link is named with one to `place` that leads nowhere.
 * Throws SendError where a field is wrong.
 */
export function readSample(
  draft: EmailDraft,
  settings: SampleSettings = NO_CONFIGURATION,
  place?: LinkPlace,
): SampleMail {
  const strict = settings.strictAddresses;
  const to = readAddresses(draft.to, "to", strict);
  const cc = readAddresses(draft.cc, "cc", strict);
  const bcc = readAddresses(draft.bcc, "bcc", strict);
  const read = readDraft(addressedTo(draft, NOBODY.address), settings);
  const { message, asLinks } = sortAttachments(read, { attachmentLinks: "never", ...settings });
  const { links: where } = settings;
  const links = where && place ? asLinks.map((one) => linkTo(one, NOT_KEPT, where, place)) : [];
  const { from, replyTo, bounceTo, subject, attachments, headers, priority, invitation } = message;
  const signature = draft.includeSignature === false ? "" : settings.signature;
  return {
    ...(from === NOBODY ? {} : { from }),
    ...{ to, cc, bcc, replyTo, subject },
    ...(bounceTo === undefined ? {} : { bounceTo }),
    ...bodyOf({ ...message, links }, signature),
    pictures: picturesOf(attachments),
    attachments: withDistinctNames(read.attachments).map((one, at) =>
      shownAttachment(one, asLinks.includes(read.attachments[at] as DraftAttachment)),
    ),
    headers,
    ...(priority ? { priority } : {}),
    ...(invitation ? { invitation: invitation.summary } : {}),
  };
}

/**
 * The mail of a draft, to `to` alone and marked as a test in its subject, so that nobody who gets it
 * takes a made-up order for a real one. `complete` brings the contents of its attachments, and makes links of some.
 * Rejects with SendError.
 */
export async function prepareSample(
  draft: EmailDraft,
  to: string,
  settings: SenderSettings & { readonly maxBytes: number },
  identity: Pick<Identity, "id" | "date">,
  complete: (message: DraftMessage) => Promise<ReadMessage>,
): Promise<PreparedEmail & { readonly subject: string }> {
  const message = await complete(readDraft(addressedTo(draft, to), settings));
  const subject = `[Test] ${message.subject}`.trim();
  const signature = draft.includeSignature === false ? "" : settings.signature;
  const { maxBytes } = settings;
  // Whoever is named in it would get an answer, or has the event already.
  const only = onlyFor({ name: "", address: to }, message.from, "[Test]", []);
  const sample = { ...message, subject, onlyFor: only };
  return { ...(await prepareEmail(sample, { ...identity, signature, maxBytes })), subject };
}

function shownAttachment(attachment: DraftAttachment, link: boolean): SampleAttachment {
  const { filename, cid } = attachment;
  const bytes = sizeOf(attachment);
  return { filename, ...(bytes === undefined ? {} : { bytes }), inline: cid !== undefined, ...(link ? { link } : {}) };
}

/** Its own recipients do not even stand in the headers: an answer to all would reach them. */
function addressedTo(draft: EmailDraft, to: string): EmailDraft {
  return { ...draft, to, cc: undefined, bcc: undefined };
}

function picturesOf(attachments: readonly DraftAttachment[]): Record<string, string> {
  const pictures: Record<string, string> = {};
  let room = MOST_PICTURE_BYTES;
  for (const attachment of attachments) {
    const { content, cid } = attachment;
    const type = typeOf(attachment).split(";")[0]?.trim() ?? "";
    if (cid === undefined || !/^image\/[\w.+-]+$/i.test(type)) continue;
    if (!Buffer.isBuffer(content) || content.length > room) continue;
    room -= content.length;
    pictures[cid] = `data:${type};base64,${content.toString("base64")}`;
  }
  return pictures;
}
