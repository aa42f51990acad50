import type { FailureFacts } from "./catalogue";
import type { EntryState } from "./entry-state";
import type { KeptFrom, RecipientResult } from "./receipt";
import type { Standing } from "./standing";

/** What is told of a failure beside the outbox: nothing of any mail. */
export interface FailureView {
  readonly code: string;
  readonly reason: string;
  readonly cause: string;
  readonly remedy: string;
  /** What stands in the places of cause and remedy, for whoever says them in another language. */
  readonly facts: FailureFacts;
}

type Viewed<State> = State extends { readonly error: unknown }
  ? Omit<State, "error"> & { readonly error: FailureView }
  : State;
/** `gone`: no configuration with this id runs, so that nobody sends what waits. */
export type StandingView = Viewed<Standing> | { readonly state: "gone" };

/** One configuration with what is in its outbox, as `GET smtp-config/outbox/overview` answers it. */
export interface QueueView {
  /** The id of the configuration. */
  readonly queue: string;
  /** Its id where it is gone. */
  readonly name: string;
  readonly isDefault: boolean;
  /** Absent where its mails go to their recipients. */
  readonly safeMode?: KeptFrom;
  readonly standing: StandingView;
  readonly counts: Readonly<Record<EntryState, number>>;
  /** Since midnight where Node-RED runs. */
  readonly sentToday: number;
  /** Mails per minute of the last hour, oldest first. */
  readonly accepted: readonly number[];
  readonly failed: readonly number[];
}

/** One attempt, as the story of a mail tells it. */
export interface AttemptView {
  readonly at: number;
  readonly ms: number;
  readonly outcome: string;
  readonly code?: string;
  readonly response?: string;
  readonly requestId?: string;
  readonly safeMode?: KeptFrom;
}

/** One mail of the list, as `GET smtp-config/outbox/entries` answers it. */
export interface EntryView {
  readonly id: string;
  readonly queue: string;
  readonly state: EntryState;
  readonly messageId: string;
  readonly from: string;
  readonly recipients: readonly RecipientResult[];
  readonly subject: string;
  readonly sizeBytes: number;
  readonly queuedAt: number;
  readonly nextAttemptAt: number;
  readonly updatedAt: number;
  readonly attempts: readonly AttemptView[];
}
