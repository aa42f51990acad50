/** Under which links lead to their files, below the root of Node-RED's HTTP nodes. */
export const LINK_PATH = "/post-office/files";

/** A file that readers download instead of getting it with the mail. */
export interface FileLink {
  readonly filename: string;
  /** Absent in the preview of a file that is read when the mail is sent. */
  readonly bytes?: number;
  readonly url: string;
  /** Milliseconds since 1970; from then on it leads nowhere. */
  readonly expiresAt: number;
  readonly days: number;
}
