import { type ParsedMail, simpleParser } from "mailparser";

export interface StoredMail {
  id: number;
  receivedAt: Date;
  envelope: { from: string; to: string[] };
  raw: Buffer;
  parsed: ParsedMail;
}

const maxMails = 200;
const maxBytes = 200 * 1024 * 1024;

/** Holds the latest mails in memory, at most 200 of them and 200 MB, newest first. */
export class Mailbox {
  #mails: StoredMail[] = [];
  #bytes = 0;
  #lastId = 0;
  #listeners = new Set<() => void>();

  async add(raw: Buffer, envelope: StoredMail["envelope"]): Promise<StoredMail> {
    // Only what the sender wrote is shown: no text made from HTML, nor the reverse.
    const parsed = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
    const mail = { id: ++this.#lastId, receivedAt: new Date(), envelope, raw, parsed };
    this.#mails.unshift(mail);
    this.#bytes += raw.length;
    while (this.#mails.length > maxMails || (this.#bytes > maxBytes && this.#mails.length > 1)) {
      this.#bytes -= this.#mails.pop()?.raw.length ?? 0;
    }
    for (const listener of this.#listeners) listener();
    return mail;
  }

  list(): readonly StoredMail[] {
    return this.#mails;
  }

  get(id: number): StoredMail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }

  /** Calls the listener after each arrival until the returned function is called. */
  onArrival(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
