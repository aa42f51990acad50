import { lookup as lookUp } from "node:dns/promises";
import type { ContentSource } from "../compose/attachment-source";
import { type DraftAttachment, type ReadAttachment, sourceOf } from "../compose/attachments";
import type { DraftMessage, ReadMessage } from "../compose/prepare";
import type { Clock } from "../model/clock";
import { bytesOf, type KeptFile } from "../model/email";
import type { SendError } from "../model/send-error";
import type { Spool } from "../model/spool";
import type { CommonSettings } from "../settings/common";
import { collect } from "./collect";
import { failure, shownUrl } from "./failure";
import { readFromFile } from "./file-source";
import type { Lookup } from "./web-access";
import { nameIn, typeIn } from "./web-name";
import { readFromWeb, type WebSettings } from "./web-source";

export type FetchSettings = WebSettings & Pick<CommonSettings, "attachmentFolders" | "maxBytes">;

export interface FetchDependencies {
  readonly clock: Clock;
  /** This machine's resolver unless told otherwise. */
  readonly lookup?: Lookup;
}

/** With the hosts file, as browsers and all else on this machine do it. */
const resolver: Lookup = async (host) => (await lookUp(host, { all: true })).map(({ address }) => address);

/**
 * Brings the contents of attachments that are in files or at web addresses, from where the configuration allows.
 *
 * What is large goes into the spool; without one everything is kept in memory. No more is read than the largest
 * mail may have. Rejects with SendError that names the attachment, and then keeps nothing in the spool.
 */
export async function fetchAttachments(
  message: DraftMessage,
  settings: FetchSettings,
  spool: Spool | undefined,
  signal: AbortSignal,
  dependencies: FetchDependencies,
): Promise<ReadMessage> {
  const { clock, lookup = resolver } = dependencies;
  const fetching = new Fetching(settings, spool, signal, { clock, lookup });
  const attachments: ReadAttachment[] = [];
  for (const attachment of message.attachments) if (!sourceOf(attachment)) fetching.count(attachment as ReadAttachment);
  try {
    // One after the other, so that the limit is for all of them.
    for (const attachment of message.attachments) attachments.push(await fetching.complete(attachment));
  } catch (error) {
    fetching.discard();
    throw error;
  }
  return { ...message, attachments };
}

/** The files of a message that are in the spool. */
export function keptFiles({ attachments }: ReadMessage): KeptFile[] {
  return attachments.flatMap(({ content }) => (Buffer.isBuffer(content) ? [] : [content]));
}

class Fetching {
  readonly #kept: KeptFile[] = [];
  /** Bytes that may still be read. */
  #left: number;

  constructor(
    private readonly settings: FetchSettings,
    private readonly spool: Spool | undefined,
    private readonly signal: AbortSignal,
    private readonly dependencies: Required<FetchDependencies>,
  ) {
    this.#left = settings.maxBytes;
  }

  count({ content }: ReadAttachment): void {
    this.#left = Math.max(0, this.#left - bytesOf(content));
  }

  discard(): void {
    if (this.#kept.length > 0) this.spool?.discard(this.#kept);
  }

  async complete(attachment: DraftAttachment): Promise<ReadAttachment> {
    const source = sourceOf(attachment);
    if (!source) return attachment as ReadAttachment;
    const fetched = "path" in source ? await this.#fromFile(source) : await this.#fromWeb(source);
    const complete = { ...attachment, ...fetched.better, content: fetched.content };
    if (attachment.contentType !== undefined) complete.contentType = attachment.contentType;
    this.count(complete);
    return complete;
  }

  async #fromFile(source: ContentSource & { path: string }): Promise<Fetched> {
    const { attachmentFolders } = this.settings;
    const content = await readFromFile(source, attachmentFolders, this.signal, ({ size, body }) =>
      this.#collect(body, size, () => this.#tooLarge(source.field, source.path)),
    );
    return { content, better: {} };
  }

  #fromWeb(source: ContentSource & { url: URL }): Promise<Fetched> {
    return readFromWeb(source, this.settings, this.dependencies, this.signal, async ({ headers, size, body }) => {
      const content = await this.#collect(body, size, () => this.#tooLarge(source.field, shownUrl(source.url)));
      const [filename, contentType] = [source.unnamed ? nameIn(headers) : "", typeIn(headers)];
      return { content, better: { ...(filename ? { filename } : {}), ...(contentType ? { contentType } : {}) } };
    });
  }

  async #collect(
    body: AsyncIterable<Buffer>,
    size: number | undefined,
    tooLarge: () => SendError,
  ): Promise<Buffer | KeptFile> {
    if (size !== undefined && size > this.#left) throw tooLarge();
    const content = await collect(body, this.#left, this.spool, tooLarge);
    if (!Buffer.isBuffer(content)) this.#kept.push(content);
    return content;
  }

  #tooLarge(field: string, value: string): SendError {
    return failure("attachment-too-large", field, { value, limit: this.settings.maxBytes / 1_000_000 });
  }
}

interface Fetched {
  readonly content: Buffer | KeptFile;
  /** What the host says of it where the message does not. */
  readonly better: Partial<Pick<ReadAttachment, "filename" | "contentType">>;
}
