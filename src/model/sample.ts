import type { InvitationSummary } from "./invitation";
import type { HeaderField, Mailbox, Priority } from "./mail-header";
import type { ProbeFinding } from "./probe";
import type { KeptFrom } from "./receipt";

/** A mail as its recipients get it, for a person to look at. */
export interface SampleMail {
  /** Absent where only a configuration could say it, and there is none. */
  readonly from?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  /** The envelope's sender where it is not the mail's own; empty for none. */
  readonly bounceTo?: string;
  readonly subject: string;
  /** With the signature; made from the HTML where there is no text. */
  readonly text?: string;
  readonly html?: string;
  /** By content id: the pictures that the HTML shows, as data URIs. */
  readonly pictures: Readonly<Record<string, string>>;
  readonly attachments: readonly SampleAttachment[];
  readonly headers: readonly HeaderField[];
  readonly priority?: Priority;
  readonly invitation?: InvitationSummary;
}

export interface SampleAttachment {
  readonly filename: string;
  /** Absent where it is read from a file or a web address, which happens only when the mail is sent. */
  readonly bytes?: number;
  /** Shown in the HTML instead of beside it. */
  readonly inline: boolean;
  /** Not with the mail: readers download it. */
  readonly link?: true;
}

/** The answer to a preview, or to a test with sample data. It contains no secret. */
export interface SampleReport {
  readonly outcome: "passed" | "failed";
  /** The name of the configuration; absent where there is none. */
  readonly configuration?: string;
  /** Absent where none could be made. */
  readonly mail?: SampleMail;
  /** The one mail that the server accepted. Accepted is not delivered. */
  readonly sent?: SentSample;
  /** Why nothing was sent, or why a preview had to do without a configuration. */
  readonly finding?: ProbeFinding;
  /** The finding is why the configuration is held. */
  readonly held?: true;
  /** Why its recipients' servers may mistrust the mail, though it can be sent. */
  readonly warning?: ProbeFinding;
  /** How the configuration keeps the flow's mails from their recipients; the test itself is sent all the same. */
  readonly safeMode?: KeptFrom;
  /** Fields that are read from somewhere where there is nothing now. */
  readonly empty: readonly string[];
  /** Names of placeholders that have no value. */
  readonly missing: readonly string[];
}

export interface SentSample {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly messageId: string;
  /** The server's own words. */
  readonly response: string;
  readonly requestId?: string;
  readonly ms: number;
}
