import type { InvitationMethod, InvitationSummary } from "../../model/invitation";
import type { Mailbox } from "../../model/mail-header";
import { SendError } from "../../model/send-error";
import { toEnvelopeAddress } from "../addresses";
import type { EventTime } from "./times";

/** More than any invitation has that carries no file; what takes longer to write keeps others waiting. */
export const MOST_BYTES = 500_000;

/** Throws SendError where an invitation, or all that it says, is larger than one may be. */
export function refuseTooLarge(bytes: number, field: string): void {
  if (bytes <= MOST_BYTES) return;
  const facts = { field, value: Math.ceil(bytes / 1000), limit: MOST_BYTES / 1000 };
  throw new SendError("invitation-too-large", { phase: "input", facts });
}

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

/** Whom alone the calendars of a mail may concern, whoever is named in them. */
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
}

/**
 * Whom the calendars of a mail concern that goes to one address instead of its recipients. Answers go to whom an
 * answer to the mail goes, unless that is one of the recipients, as where a form mails in its visitor's name.
 */
export function onlyFor(attendee: Mailbox, from: Mailbox, mark: string, recipients: readonly string[]): OnlyFor {
  return { attendee, organizer: recipients.includes(toEnvelopeAddress(from.address)) ? attendee : from, mark };
}
