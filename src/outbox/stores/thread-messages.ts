import type { Answer } from "./sqlite-file";
import type { SqliteRequests } from "./sqlite-requests";

/** What goes to the store's thread, several in one message. */
export interface Question {
  readonly id: number;
  readonly method: keyof SqliteRequests | "close";
  readonly args: readonly unknown[];
  /** May wait a little for others to share its commit. */
  readonly patient?: boolean;
}

/** What comes back from it. */
export type FromWorker =
  | { readonly kind: "warning"; readonly message: string }
  | ({ readonly kind: "opened" } & Answer)
  | { readonly kind: "answers"; readonly answers: readonly (Answer & { readonly id: number })[] };

/** Handing over memory costs more than copying it, up to about this size. */
export const WORTH_HANDING_OVER_BYTES = 64 << 10;
