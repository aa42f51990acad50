import type { KeptFile } from "./email";

/** Where contents that are too many for memory are kept until their mail has been sent. */
export interface Spool {
  /**
   * Writes all that the source gives into a new file, as durably as the mails themselves are kept.
   * Rejects with what the source throws, or with SendError (ERR_MAIL_STORE), and then leaves nothing behind.
   */
  keep(source: AsyncIterable<Uint8Array>): Promise<KeptFile>;
  /** Removes files of mails that came to nothing. Never throws. */
  discard(files: readonly KeptFile[]): void;
}
