/** What a mail in the outbox can be. `dead` is kept for a person to look at; `cancelled` was thrown away by one. */
export const ENTRY_STATES = ["queued", "sending", "deferred", "held", "sent", "dead", "cancelled"] as const;
export type EntryState = (typeof ENTRY_STATES)[number];
