import { typeOf } from "./compose/content-type";
import { expiryOf, linkTo, NOT_KEPT, sortAttachments } from "./compose/file-links";
import type { ReadMessage } from "./compose/prepare";
import type { LinkStore } from "./links/link-store";
import { SendError } from "./model/send-error";
import type { CommonSettings } from "./settings/common";

/** What links need of the Node-RED that serves them. */
export interface LinkServing {
  readonly store: Pick<LinkStore, "keep" | "discard">;
  /** Where its HTTP nodes are: `/` or such as `/flows/`. */
  readonly root: string;
}

/** A mail with links in place of attachments. */
export interface LinkedMessage {
  readonly message: ReadMessage;
  /** Removes the files again: the mail came to nothing. */
  discard(): Promise<void>;
}

type Settings = Pick<CommonSettings, "attachmentLinks" | "maxAttachmentBytes" | "links">;

/**
 * Keeps the files that are to go as links, so that no mail ever names one that is not there, and has the mail name
 * them. Rejects with SendError where an attachment is too large, or a file could not be kept.
 */
export async function linkAttachments(
  message: ReadMessage,
  settings: Settings,
  serving: LinkServing | undefined,
  mail: { readonly id: string; readonly now: number; readonly isSent: boolean },
): Promise<LinkedMessage> {
  const { message: rest, asLinks } = sortAttachments(message, settings);
  const { links } = settings;
  if (asLinks.length === 0 || !links) return { message: rest, discard: () => Promise.resolve() };
  if (!serving) throw new SendError("links-not-served", { phase: "input" });
  const { store, root } = serving;
  const files = asLinks.map((one) => ({ filename: one.filename, contentType: typeOf(one), content: one.content }));
  const tokens = mail.isSent
    ? await store.keep(files, mail.id, expiryOf(links, mail.now))
    : asLinks.map(() => NOT_KEPT);
  const place = { root, now: mail.now };
  return {
    message: { ...rest, links: asLinks.map((one, at) => linkTo(one, tokens[at] as string, links, place)) },
    discard: () => (mail.isSent ? store.discard(tokens) : Promise.resolve()),
  };
}
