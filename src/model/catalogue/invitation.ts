import type { FailureEntry } from "./entry";

/** What keeps an invitation from being one that calendars take. Nothing of such a mail is sent. */
export const INVITATION_FAILURES = {
  "invitation-invalid": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {value}.",
    remedy: "Correct the value where the invitation is made; docs/sending.md lists what an invitation may have.",
  },
  "invitation-start-missing": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: the invitation does not say when the event begins.",
    remedy: "Give a start such as 2026-12-24T10:00, or 2026-12-24 for a whole day. A cancellation needs it as well.",
  },
  "invitation-time-invalid": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” is not a time that a calendar can show.",
    remedy:
      "Give a Date, milliseconds since 1970, or a text such as 2026-12-24T10:00 or 2026-12-24T10:00+01:00; a date alone only for whole days.",
  },
  "invitation-zone-missing": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: it is not clear in which time zone this is meant.",
    remedy:
      "Fill the time zone, for example with Europe/Berlin, or write the offset with the time (2026-12-24T10:00+01:00). A series always needs the time zone, because clocks change.",
  },
  "invitation-zone-unknown": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” is no time zone.",
    remedy: "Use a name of the time zone database, such as Europe/Berlin or America/New_York.",
  },
  "invitation-end-before-start": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: the event does not end after it begins.",
    remedy: "Correct start or end. For whole days the end is the last of them.",
  },
  "invitation-method": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” is not what an invitation can ask for.",
    remedy: "Use request, cancel or publish; a ready-made text needs one line METHOD:REQUEST, CANCEL or PUBLISH.",
  },
  "invitation-uid-missing": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: a cancellation must say which invitation it cancels.",
    remedy: "Give the same id (UID) as in the invitation, and a higher update number.",
  },
  "invitation-nobody": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: nobody is invited, because To and Cc are empty; whoever is in Bcc is never named.",
    remedy: "Put the guests into To or Cc, or name them in the invitation's attendees.",
  },
  "invitation-unreadable": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: this is not an iCalendar text ({value}).",
    remedy: "Give one text from BEGIN:VCALENDAR to END:VCALENDAR in UTF-8, or an object with start, end and so on.",
  },
  "invitation-several": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: the invitation is about several events ({names}), and mail programs show one.",
    remedy: "Send one mail for each event: all parts of an invitation must have the same UID.",
  },
  "invitation-too-large": {
    code: "ERR_MAIL_TOO_LARGE",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: the invitation has {value} kB, and at most {limit} kB are taken.",
    remedy: "Leave files and long texts out of it, and send them as attachments of the mail.",
  },
} as const satisfies Record<string, FailureEntry>;
