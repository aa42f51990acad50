import type { Mailbox } from "../../model/email";
import type { InvitationMethod, InvitationSummary } from "../../model/invitation";
import { SendError } from "../../model/send-error";
import { readAddresses, toEnvelopeAddress } from "../addresses";
import { readLine, readText, refuse, shorten, typeNameOf } from "../fields";
import { type CalendarEvent, type Invitation, refuseTooLarge } from "./invitation";
import { readMethod } from "./method";
import { readTimeZone } from "./time-zone";
import { DAY_MS, type EventTime, isEmpty, noZone, readTimes } from "./times";

/** What an invitation takes from the mail that it is in. */
export interface MailAround {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly subject: string;
  readonly strict: boolean;
}

const PROPERTIES = [
  ...["method", "uid", "sequence", "start", "end", "duration", "allDay", "timeZone", "summary", "location"],
  ...["description", "organizer", "attendees", "reminderMinutes", "url", "status", "rrule"],
];

/** RFC 5545 §3.3.8. */
const MOST_SEQUENCE = 2_147_483_647;
/** Four weeks, as far back as calendars let a person choose. */
const MOST_REMINDER = 40_320;

/**
 * Reads an invitation: an iCalendar text or its bytes, or an object with these properties. Nothing where the
 * value is missing. Throws SendError that names the property.
 */
export function readInvitation(value: unknown, field: string, mail: MailAround): Invitation | undefined {
  if (isEmpty(value)) return undefined;
  if (typeof value === "string" || isBytes(value)) {
    // Costs time and memory at start, and few flows invite anybody.
    const { readReadyMade } = require("./ready-made") as typeof import("./ready-made");
    return readReadyMade(typeof value === "string" ? value : bytesOf(value), field);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Date)
    throw refuse("invitation-invalid", field, `must be an iCalendar text or an object, not ${typeNameOf(value)}`);
  const event = readEvent(value as Record<string, unknown>, field, mail);
  return { source: event, summary: summaryOf(event) };
}

type Bytes = Uint8Array | { readonly data: number[] };

/** Also a Buffer that went through JSON. */
function isBytes(value: unknown): value is Bytes {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return value instanceof Uint8Array || (type === "Buffer" && Array.isArray(data));
}

function bytesOf(value: Bytes): Buffer {
  return Buffer.from(value instanceof Uint8Array ? value : value.data);
}

function readEvent(given: Record<string, unknown>, field: string, mail: MailAround): CalendarEvent {
  const unknown = Object.keys(given).find((name) => !PROPERTIES.includes(name));
  if (unknown !== undefined)
    throw refuse("invitation-invalid", `${field}.${shorten(unknown)}`, "is not a property that invitations have here");
  const line = (name: string): string => readLine(given[name], `${field}.${name}`).trim();
  const method = readMethod(line("method") || "request", `${field}.method`);
  const uid = line("uid");
  if (uid === "" && method === "CANCEL")
    throw new SendError("invitation-uid-missing", { phase: "input", facts: { field: `${field}.uid` } });
  if (uid.length > 255) throw refuse("invitation-invalid", `${field}.uid`, "has more than 255 characters");
  const zone = line("timeZone");
  const timeZone = zone === "" ? undefined : readTimeZone(zone, `${field}.timeZone`);
  const allDay = readSwitch(given.allDay, `${field}.allDay`);
  const { start, end, duration } = given;
  const time = readTimes({ start, end, duration, allDay, timeZone }, field);
  const rule = readRule(line("rrule"), time, timeZone, field);
  const reminder = readWhole(given.reminderMinutes, MOST_REMINDER, `${field}.reminderMinutes`);
  const url = readUrl(line("url"), `${field}.url`);
  const [summary, location] = [line("summary") || mail.subject, line("location")];
  const description = readDescription(given.description, `${field}.description`);
  const texts = [summary, location, description, url ?? "", rule ?? ""];
  refuseTooLarge(
    texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    field,
  );
  return {
    method,
    ...(uid === "" ? {} : { uid }),
    // Calendars take no change that is not newer than what they have (RFC 5546 §2.1.5).
    sequence: readWhole(given.sequence, MOST_SEQUENCE, `${field}.sequence`) ?? (method === "CANCEL" ? 1 : 0),
    time,
    ...(timeZone === undefined ? {} : { timeZone }),
    summary,
    location,
    description,
    organizer: readOrganizer(given.organizer, `${field}.organizer`, mail),
    attendees: readAttendees(given.attendees, method, `${field}.attendees`, mail),
    ...(reminder === undefined ? {} : { reminder }),
    ...(url === undefined ? {} : { url }),
    status: readStatus(line("status"), method, `${field}.status`),
    ...(rule === undefined ? {} : { rule }),
  };
}

function readSwitch(value: unknown, field: string): boolean | undefined {
  if (isEmpty(value)) return undefined;
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw refuse("invitation-invalid", field, "must be true or false");
}

function readWhole(value: unknown, most: number, field: string): number | undefined {
  if (isEmpty(value)) return undefined;
  const number = typeof value === "string" && /^\d{1,10}$/.test(value.trim()) ? Number(value) : value;
  if (Number.isInteger(number) && (number as number) >= 0 && (number as number) <= most) return number as number;
  throw refuse("invitation-invalid", field, `must be a whole number from 0 to ${most}`);
}

function readDescription(value: unknown, field: string): string {
  const text = (readText(value, field) ?? "").replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n");
  // RFC 5545 §3.1 (CONTROL): all but line breaks and tabs.
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text))
    throw refuse("invitation-invalid", field, "contains a control character");
  return text;
}

function readOrganizer(value: unknown, field: string, { from, strict }: MailAround): Mailbox {
  const [organizer, ...more] = readAddresses(value, field, strict);
  if (more.length > 0) throw refuse("invitation-invalid", field, "must be one address");
  return organizer ?? from;
}

function readAttendees(
  value: unknown,
  method: InvitationMethod,
  field: string,
  { to, cc, strict }: MailAround,
): CalendarEvent["attendees"] {
  const named = readAddresses(value, field, strict);
  // What is published is for whoever reads it (RFC 5546 §3.2.1).
  if (method === "PUBLISH") {
    if (named.length > 0) throw refuse("invitation-invalid", field, "must be empty where an event is only published");
    return [];
  }
  const all = named.length > 0 ? named : [...to, ...cc.map((mailbox) => ({ ...mailbox, optional: true as const }))];
  if (all.length === 0) throw new SendError("invitation-nobody", { phase: "input", facts: { field } });
  const addresses = all.map(({ address }) => toEnvelopeAddress(address).toLowerCase());
  return all.filter((_, index) => addresses.indexOf(addresses[index] ?? "") === index);
}

function readUrl(text: string, field: string): string | undefined {
  if (text === "") return undefined;
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text))
    throw refuse("invitation-invalid", field, "must be an address with http or https");
  return new URL(text).href;
}

function readStatus(text: string, method: InvitationMethod, field: string): CalendarEvent["status"] {
  if (method === "CANCEL") return "CANCELLED";
  const status = text.toUpperCase();
  if (status === "" || status === "CONFIRMED") return "CONFIRMED";
  if (status === "TENTATIVE") return status;
  throw refuse("invitation-invalid", field, "must be confirmed or tentative; a cancellation is a method");
}

function readRule(text: string, time: EventTime, timeZone: string | undefined, field: string): string | undefined {
  if (text === "") return undefined;
  const name = `${field}.rrule`;
  if (!time.allDay && timeZone === undefined) throw noZone(`${field}.timeZone`);
  const { readRecurrence } = require("./recurrence") as typeof import("./recurrence");
  return readRecurrence(text, time.allDay, name);
}

function summaryOf({ method, summary, time, timeZone, location, rule }: CalendarEvent): InvitationSummary {
  const shown = (ms: number): string => new Date(ms).toISOString().replace(time.allDay ? /T.*/ : ".000", "");
  return {
    method,
    title: summary,
    start: shown(time.start),
    end: shown(time.allDay ? time.end - DAY_MS : time.end),
    ...(timeZone === undefined || time.allDay ? {} : { timeZone }),
    place: location,
    repeats: rule !== undefined,
  };
}
