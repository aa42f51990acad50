import type { Mailbox } from "../model/email";
import type { HostPattern } from "../model/host-patterns";
import type { AttachmentLinks, OnUnconfirmed, OutboxKind, SafeMode } from "./raw";

/** The links that take the place of attachments. */
export interface LinkSettings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** How long a link leads to its file. */
  readonly days: number;
}

/** What every configuration has, whatever it sends through; checked, complete and frozen. */
export interface CommonSettings {
  readonly name: string;
  readonly isDefault: boolean;
  /** Absent where the configuration has no From of its own. */
  readonly from?: Mailbox;
  readonly fromName: string;
  /** The configuration's From wins over whatever a node or msg says (C5). */
  readonly overrideFrom: boolean;
  readonly replyTo?: Mailbox;
  readonly signature: string;
  /** Who signs in, or whose mailbox sends: the sender where nothing else says one. Need not be an address. */
  readonly account: string;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly strictAddresses: boolean;
  readonly maxConnections: number;
  readonly perMinute?: number;
  readonly safeMode: SafeMode;
  /** There where `safeMode` is `redirect`. */
  readonly redirectTo?: Mailbox;
  /** Patterns of `model/domain-patterns.ts`; empty for all domains. */
  readonly allowedDomains: readonly string[];
  /** Absolute; attachments are read from files below these. Empty: from none. */
  readonly attachmentFolders: readonly string[];
  /** Attachments are fetched from these. Empty: from none. */
  readonly attachmentHosts: readonly HostPattern[];
  readonly outbox: OutboxKind;
  /** 0 for one attempt only. */
  readonly giveUpAfterMs: number;
  readonly onUnconfirmed: OnUnconfirmed;
  /** What a whole mail may have, with its attachments as they go out. */
  readonly maxBytes: number;
  readonly attachmentLinks: AttachmentLinks;
  /** What one attachment may have as it is, not as it goes out; absent where only the whole mail counts. */
  readonly maxAttachmentBytes?: number;
  /** Where links lead to; absent where there are none. */
  readonly links?: LinkSettings;
  readonly keepSentDays: number;
  readonly keepFailedDays: number;
}
