import type { SendError } from "./send-error";

/** What a configuration's outbox is doing. Times in milliseconds since 1970. */
export type Standing =
  | { readonly state: "ok" }
  /** The limit of mails per minute is used up until then. */
  | { readonly state: "limited"; readonly until: number }
  /** The server asked to be left alone until then. */
  | { readonly state: "paused"; readonly until: number }
  /** The server cannot be reached since then; `until` is when it is tried next, in the past while it is being tried. */
  | { readonly state: "away"; readonly since: number; readonly until: number }
  /** Everything waits for a person since then. */
  | { readonly state: "held"; readonly since: number; readonly error: SendError }
  /** It cannot send, or keep mails, as it is. */
  | { readonly state: "unusable"; readonly error: SendError };
