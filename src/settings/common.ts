import type { Mailbox } from "../model/email";
import type { HostPattern } from "../model/host-patterns";
import type { OnUnconfirmed, OutboxKind, SafeMode } from "./raw";

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
  readonly keepSentDays: number;
  readonly keepFailedDays: number;
}
