import type { FailureFacts } from "../model/catalogue";
import type { PreparedEmail } from "../model/email";
import type { EntryState } from "../model/entry-state";
import type { KeptFrom, RecipientResult } from "../model/receipt";
import type { Spool } from "../model/spool";

/**
 * What came of one try. `postponed`: the server was away or the configuration refused, which says
 * nothing of the mail; `unconfirmed`: the body was sent and nobody answered; `interrupted`: the process died.
 */
export type AttemptOutcome =
  | "accepted"
  | "partial"
  | "deferred"
  | "postponed"
  | "failed"
  | "unconfirmed"
  | "interrupted";

export interface Attempt {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
  readonly outcome: AttemptOutcome;
  readonly code?: string;
  readonly reason?: string;
  /** The server's words, secrets removed. */
  readonly response?: string;
  /** By which the provider finds the request again. */
  readonly requestId?: string;
  readonly safeMode?: KeptFrom;
}

/** Everything of a mail in the outbox but its body: what lists show. Times in milliseconds since 1970. */
export interface OutboxEntry {
  readonly id: string;
  /** The configuration that sends it. */
  readonly queue: string;
  readonly state: EntryState;
  /** With angle brackets; the same at every attempt. */
  readonly messageId: string;
  /** The envelope's sender. */
  readonly from: string;
  /** The envelope's recipients; `unknown` until the server has answered for one. */
  readonly recipients: readonly RecipientResult[];
  readonly subject: string;
  readonly sizeBytes: number;
  readonly queuedAt: number;
  /** Where its age counts from, when that is not `queuedAt`: a person had it tried again, or the clock was set back. */
  readonly agesFrom?: number;
  readonly nextAttemptAt: number;
  readonly updatedAt: number;
  /** Oldest first; the latest fifty. */
  readonly attempts: readonly Attempt[];
  /** How many attempts ended with nobody knowing. */
  readonly unconfirmed: number;
  /** The body of the current attempt is on its way. */
  readonly bodyStarted: boolean;
  readonly dedupeKey?: string;
  readonly dedupeUntil?: number;
  /** Id of the node that wants to hear the outcome, also after a restart. */
  readonly origin?: string;
  /** When the first of the links in it ends. */
  readonly linksUntil?: number;
}

export type NewEntry = Pick<
  OutboxEntry,
  | "id"
  | "queue"
  | "messageId"
  | "from"
  | "recipients"
  | "subject"
  | "queuedAt"
  | "dedupeKey"
  | "dedupeUntil"
  | "origin"
  | "linksUntil"
> &
  MailBody;

/** The bytes of a mail, and what of them is in files of the store's spool. */
export type MailBody = Pick<PreparedEmail, "mime" | "files">;

/** Why a body could not be read: it is gone, or a file of it cannot be read at the moment. */
export interface UnreadableBody {
  readonly reason: "store-body-missing" | "store-body-unreadable";
  readonly facts: FailureFacts;
}

/** An entry that was handed out for an attempt, with its body; without one where that could not be read. */
export type ClaimedEntry = OutboxEntry & MailBody & { readonly unreadable?: UnreadableBody };

export type Added = { readonly added: true } | { readonly added: false; readonly duplicate: OutboxEntry };

/** What an attempt changed. */
export interface AttemptResult {
  readonly now: number;
  readonly recipients: readonly RecipientResult[];
  readonly attempt: Attempt;
}

export interface ListFilter {
  readonly queue?: string;
  readonly states?: readonly EntryState[];
  /** Found in subject, recipients or Message-ID, whatever the case. */
  readonly search?: string;
  /** Entries older than this one: the last of the page before. */
  readonly before?: { readonly queuedAt: number; readonly id: string };
  readonly limit: number;
}

/** How long the ended entries of one queue are kept; times in milliseconds since 1970. */
export interface EndedBefore {
  /** Also of those that were thrown away. */
  readonly sentBefore: number;
  readonly deadBefore: number;
}

/**
 * Entries that ended before these times are forgotten, and then the oldest of the whole store above
 * these numbers. A sent one whose dedupe key still keeps others out at `now` outlasts its time, not the number.
 */
export interface Retention extends EndedBefore {
  readonly now: number;
  /** Queues with times of their own. */
  readonly queues?: ReadonlyMap<string, EndedBefore>;
  readonly maxSent: number;
  readonly maxDead: number;
}

/** How many mails of a queue ended this way within one minute; `at` is when the last of them did. */
export interface Ending {
  readonly queue: string;
  readonly state: "sent" | "dead";
  readonly at: number;
  readonly count: number;
}

/**
 * Where mails wait, for several queues. One contract suite holds for every implementation.
 *
 * It has no clock: times come from the caller. Rejects only with SendError (ERR_MAIL_STORE).
 */
export interface OutboxStore {
  readonly kind: "memory" | "disk";
  /** For contents of mails that are about to be added; once they are, their files are the store's to remove. */
  readonly spool: Spool;
  /** Resolves when mails can be taken. A store that cannot be used says which file and what to do. */
  open(): Promise<void>;
  /**
   * Resolves when the entry is kept as well as this store can keep it. With a dedupe key that a
   * living entry of the same queue carries, nothing is added and that entry comes back.
   */
  add(entry: NewEntry): Promise<Added>;
  /** The entry whose dedupe key would keep out one that is added now; undefined where there is none. */
  holderOf(queue: string, dedupeKey: string, now: number): Promise<OutboxEntry | undefined>;
  /**
   * Marks up to `limit` due entries as being sent, oldest due first, and hands them out. A crash may
   * forget that mark, which is as good as `recover`: without `startBody` nothing was sent. One whose time is further ahead than `LONGEST_DELAY_MS` is due: the clock was set back.
   */
  claim(queue: string, limit: number, now: number): Promise<ClaimedEntry[]>;
  /** To be awaited before the first byte of the body leaves: from here on a crash is ambiguous. */
  startBody(id: string): Promise<void>;
  /** The server took it for everybody it will be sent to. The body is deleted within a moment, files of it at once. */
  complete(id: string, result: AttemptResult): Promise<void>;
  /** Tried again from `nextAttemptAt` on. */
  defer(id: string, result: AttemptResult & { nextAttemptAt: number; unconfirmed?: number }): Promise<void>;
  /** Given up: kept with its body until it is pruned. */
  bury(id: string, result: AttemptResult): Promise<void>;
  /** Waits for a person. */
  hold(id: string, result: AttemptResult & { unconfirmed?: number }): Promise<void>;
  /**
   * Deferred, held and dead ones are due now; how many that was. Others stay as they are. The age of
   * held and dead ones counts anew, and a dead one is tried again with all who refused it.
   */
  release(ids: readonly string[], now: number): Promise<number>;
  /** Waiting ones are held until a person releases them; how many that was. Others stay as they are. */
  park(ids: readonly string[], now: number): Promise<number>;
  /** Waiting, held and dead ones are thrown away with their bodies; how many that was. */
  cancel(ids: readonly string[], now: number): Promise<number>;
  get(id: string): Promise<OutboxEntry | undefined>;
  /** Newest first. */
  list(filter: ListFilter): Promise<OutboxEntry[]>;
  counts(queue?: string): Promise<Record<EntryState, number>>;
  /** What ended from one time until before another, of all queues, in no order. */
  endings(from: number, until: number): Promise<Ending[]>;
  /** Every queue of which there are entries. */
  queues(): Promise<string[]>;
  /** When the next waiting entry of the queue is due, as `claim` sees it; undefined where none waits. */
  nextDueAt(queue: string, now: number): Promise<number | undefined>;
  /**
   * To be called once after opening, before anything is claimed: entries that were being sent
   * when the last process died. Without the body's marker they are queued again; with it they
   * stay `sending` with `unconfirmed` one higher, and come back for the caller to defer or hold.
   */
  recover(now: number): Promise<OutboxEntry[]>;
  prune(retention: Retention): Promise<number>;
  close(): Promise<void>;
}
