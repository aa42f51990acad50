import { chownSync, mkdirSync, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { createSignal } from "../support/signal";

/** Whom Postfix delivers as. */
export const NOBODY = 65534;
const LONGEST_DELIVERY_MS = 20_000;

/** A mail as it was delivered. */
export interface ArrivedMail {
  /** The address of the envelope that this copy is for. */
  readonly deliveredTo: string;
  readonly messageId: string;
  /** Under which Postfix took it in. A mail that was sent twice has two. */
  readonly queueId: string;
  /** With the lines that Postfix put before it, and with the line ends of the wire. */
  readonly raw: Buffer;
}

/** A maildir (one file a mail, in `new` once it is whole) that the recipients share. */
export class Inbox {
  readonly #new: string;
  readonly #known = new Map<string, ArrivedMail>();
  readonly #changed = createSignal();
  readonly #watcher;

  constructor(folder: string) {
    for (const each of [folder, ...["new", "cur", "tmp"].map((name) => join(folder, name))]) {
      mkdirSync(each);
      chownSync(each, NOBODY, NOBODY);
    }
    this.#new = join(folder, "new");
    this.#watcher = watch(this.#new, () => this.#changed.emit());
  }

  /** All that has arrived. */
  get mails(): readonly ArrivedMail[] {
    for (const name of readdirSync(this.#new))
      if (!this.#known.has(name)) this.#known.set(name, read(readFileSync(join(this.#new, name))));
    return [...this.#known.values()];
  }

  of(messageId: string): readonly ArrivedMail[] {
    return this.mails.filter((mail) => mail.messageId === messageId);
  }

  /** Every copy of a mail, once there are so many. */
  async waitFor(messageId: string, copies = 1): Promise<readonly ArrivedMail[]> {
    await this.#changed.waitFor(() => this.of(messageId).length >= copies, LONGEST_DELIVERY_MS);
    return this.of(messageId);
  }

  /** Resolves once there are so many different mails. */
  waitForMails(count: number): Promise<void> {
    return this.#changed.waitFor(() => this.messageIds.size >= count, LONGEST_DELIVERY_MS);
  }

  get messageIds(): ReadonlySet<string> {
    return new Set(this.mails.map(({ messageId }) => messageId));
  }

  close(): void {
    this.#watcher.close();
  }
}

function read(file: Buffer): ArrivedMail {
  // Postfix keeps local files with the line ends of Unix, and takes no bare ones over SMTP.
  const raw = Buffer.from(file.toString("latin1").replace(/\n/g, "\r\n"), "latin1");
  const head = raw.toString("utf8").split("\r\n\r\n", 1)[0] ?? "";
  const field = (name: string): string => new RegExp(`^${name}: *(.*)$`, "im").exec(head)?.[1]?.trim() ?? "";
  const queueId = /^Received: .*\r\n\tby .* with E?SMTPS?A? id (\w+)/im.exec(head)?.[1] ?? "";
  return { deliveredTo: field("Delivered-To"), messageId: field("Message-ID"), queueId, raw };
}
