import type { InvitationMethod, InvitationSummary } from "../../model/invitation";
import type { Mailbox } from "../../model/mail-header";
import { toEnvelopeAddress } from "../addresses";
import type { EventTime } from "./times";

/** What a step says of an event, checked and complete but for its id, which may come from the mail's. */
export interface CalendarEvent {
  readonly method: InvitationMethod;
  /** The mail's own id where it is left out. */
  readonly uid?: string;
  readonly sequence: number;
  readonly time: EventTime;
  /** Where the clocks are that a series goes by; IANA. */
  readonly timeZone?: string;
  readonly summary: string;
  readonly location: string;
  readonly description: string;
  readonly organizer: Mailbox;
  /** Those of Cc may come if they like. */
  readonly attendees: readonly (Mailbox & { readonly optional?: true })[];
  /** In minutes before the start. */
  readonly reminder?: number;
  readonly url?: string;
  readonly status: "CONFIRMED" | "TENTATIVE" | "CANCELLED";
  /** A recurrence rule (RFC 5545 §3.3.10). */
  readonly rule?: string;
}

/** Whom alone an invitation may concern, whoever is named in it. */
export interface OnlyFor {
  readonly attendee: Mailbox;
  readonly organizer: Mailbox;
  /** Stands before the title, so that nobody takes it for a real event. */
  readonly mark: string;
}

export interface Invitation {
  readonly summary: InvitationSummary;
  /** An event to be written, or an iCalendar text with CRLF that goes out as it is. */
  readonly source: CalendarEvent | string;
  readonly only?: OnlyFor;
}

/**
 * The invitation of a mail that goes to one address instead of its recipients. Answers go to whom an answer to
 * the mail goes, unless that is one of the recipients, as where a form mails in its visitor's name.
 */
export function invitationFor(
  attendee: Mailbox,
  { from, invitation }: { readonly from: Mailbox; readonly invitation?: Invitation },
  mark: string,
  recipients: readonly string[],
): { readonly invitation?: Invitation } {
  if (!invitation) return {};
  const organizer = recipients.includes(toEnvelopeAddress(from.address)) ? attendee : from;
  return { invitation: { ...invitation, only: { attendee, organizer, mark } } };
}
