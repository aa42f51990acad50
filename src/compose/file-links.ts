import { bytesOf, type KeptFile } from "../model/email";
import { type FileLink, LINK_PATH } from "../model/file-link";
import { SendError } from "../model/send-error";
import type { CommonSettings, LinkSettings } from "../settings/common";
import { type DraftAttachment, sourceOf } from "./attachments";
import { isCalledCalendar } from "./calendar-files";
import { shorten } from "./fields";
import type { DraftMessage } from "./prepare";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Stands for the random part where no file is kept: in a preview, and in a dry run. */
export const NOT_KEPT = "not-kept";

export type AttachmentSettings = Pick<CommonSettings, "attachmentLinks" | "maxAttachmentBytes" | "links">;

/** Where Node-RED's HTTP nodes are, below the address that the configuration names. */
export interface LinkPlace {
  readonly root: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A message without the attachments that go as links, and those. */
export interface Sorted<Message extends DraftMessage> {
  readonly message: Message;
  readonly asLinks: Message["attachments"];
}

/**
 * What stays in the mail, and what goes as a link; of what is still to be fetched nobody knows yet how large it is.
 * Throws SendError where an attachment is larger than one may be, and cannot be a link.
 */
export function sortAttachments<Message extends DraftMessage>(
  message: Message,
  { attachmentLinks, maxAttachmentBytes: limit = Number.POSITIVE_INFINITY }: AttachmentSettings,
): Sorted<Message> {
  const { attachments } = message;
  const goesAsLink = (one: DraftAttachment): boolean =>
    attachmentLinks !== "never" && canBeLink(one) && (attachmentLinks === "always" || isLargerThan(one, limit));
  const asLinks = attachments.filter(goesAsLink);
  const rest = attachments.filter((one) => !asLinks.includes(one));
  const refused = rest.find((one) => isLargerThan(one, limit));
  if (refused) throw aboveLimit(refused, attachments, limit);
  return { message: asLinks.length === 0 ? message : { ...message, attachments: rest }, asLinks };
}

/** The page shows a picture only where it is with it, and a program acts only on an invitation that it was sent. */
function canBeLink(attachment: DraftAttachment): boolean {
  return attachment.cid === undefined && !isCalledCalendar(attachment);
}

/** How many bytes it has; undefined where it is still to be fetched. */
export function sizeOf(attachment: DraftAttachment): number | undefined {
  return sourceOf(attachment) ? undefined : bytesOf(attachment.content as Buffer | KeptFile);
}

function isLargerThan(attachment: DraftAttachment, limit: number): boolean {
  return (sizeOf(attachment) ?? 0) > limit;
}

function aboveLimit(refused: DraftAttachment, all: readonly DraftAttachment[], limit: number): SendError {
  const field = all.length === 1 ? "attachments" : `attachments[${all.indexOf(refused)}]`;
  // Up: what is above the limit must not look as if it were not.
  const value = (Math.ceil((sizeOf(refused) ?? 0) / 10_000) / 100).toFixed(2);
  const facts = { field, names: shorten(refused.filename), value, limit: limit / 1_000_000 };
  return new SendError("attachment-above-limit", { phase: "input", facts });
}

/** When links that are made now end. */
export function expiryOf({ days }: LinkSettings, now: number): number {
  return now + days * DAY_MS;
}

/** The link to a file that is kept under `token`. The name at its end is for people only. */
export function linkTo(
  attachment: DraftAttachment,
  token: string,
  settings: LinkSettings,
  { root, now }: LinkPlace,
): FileLink {
  const { filename } = attachment;
  const bytes = sizeOf(attachment);
  const path = `${root.replace(/\/+$/, "")}${LINK_PATH}/${token}/${inAddress(filename)}`;
  return {
    filename,
    ...(bytes === undefined ? {} : { bytes }),
    url: settings.baseUrl + path,
    expiresAt: expiryOf(settings, now),
    days: settings.days,
  };
}

/** What mail programs would not count to an address at its end is encoded as well. */
function inAddress(filename: string): string {
  return encodeURIComponent(filename.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
