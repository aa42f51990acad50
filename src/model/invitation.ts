/** What a calendar is asked to do (RFC 5546 §1.4): the methods that an organizer sends by mail. */
export const INVITATION_METHODS = ["REQUEST", "CANCEL", "PUBLISH"] as const;
export type InvitationMethod = (typeof INVITATION_METHODS)[number];

/** An invitation as a person reads it. */
export interface InvitationSummary {
  readonly method: InvitationMethod;
  readonly title: string;
  /**
   * An instant in ISO 8601 with `Z`; a date for whole days, where `end` is the last of them; or a time without
   * `Z`, as clocks in `timeZone` show it.
   */
  readonly start: string;
  readonly end?: string;
  /** Where the event's clocks are: IANA, or what a ready-made invitation calls it. Absent where it does not say. */
  readonly timeZone?: string;
  /** Empty for none. */
  readonly place: string;
  readonly repeats: boolean;
}
