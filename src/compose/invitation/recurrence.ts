import { refuse } from "../fields";
import { library } from "./library";

/** A recurrence rule as the calendar has it. Throws SendError where it is none, or ends in another kind of time. */
export function readRecurrence(text: string, allDay: boolean, field: string): string {
  const rule = text.replace(/^RRULE:/i, "").toUpperCase();
  const wrong = () => refuse("invitation-invalid", field, "is not a rule such as FREQ=WEEKLY;COUNT=10");
  // In words of the rule's own: a name that the library does not know would go out unread.
  const parts = rule.split(";").map((part) => part.split("="));
  if (parts.some(([name = "", value = ""]) => !NAMES.has(name) || !/^[-+A-Z0-9,]+$/.test(value))) throw wrong();
  if (new Set(parts.map(([name]) => name)).size < parts.length || !parts.some(([name]) => name === "FREQ"))
    throw wrong();
  const until = parts.find(([name]) => name === "UNTIL")?.[1];
  if (until !== undefined && !(allDay ? /^\d{8}$/ : /^\d{8}T\d{6}Z$/).test(until))
    throw refuse("invitation-invalid", field, `UNTIL must be like ${allDay ? "20261224" : "20261224T090000Z"} here`);
  try {
    return library.Recur.fromString(rule).toString();
  } catch {
    throw wrong();
  }
}

/** RFC 5545 §3.3.10. */
const NAMES = new Set([
  ...["FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY"],
  ...["BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"],
]);
