import type { InvitationMethod, InvitationSummary } from "../../model/invitation";
import { SendError } from "../../model/send-error";
import { refuse, shorten } from "../fields";
import { type Invitation, refuseTooLarge } from "./invitation";
import { type Component, library, type Time } from "./library";
import { readMethod } from "./method";
import { instantOf, isTimeZone } from "./time-zone";

/** A calendar, an event, an alarm, and a place of it (RFC 9074 §8), with some room. */
const DEEPEST = 6;

/**
 * Reads an iCalendar text that is one invitation: a method that an organizer sends, and one event, with its
 * exceptions where it is a series. It goes out as it is, but for its line ends. Throws SendError.
 */
export function readReadyMade(content: string | Buffer, field: string): Invitation {
  refuseTooLarge(Buffer.byteLength(content), field);
  const { text, calendar } = readCalendar(content, field);
  const method = methodOf(calendar, field);
  const events = eventsOf(calendar, field);
  const [first] = events;
  if (!first) throw refuse("invitation-unreadable", field, "there is no VEVENT in it");
  const uids = [...new Set(events.map((event) => single(event, "uid", field)))];
  if (uids.length > 1) {
    const facts = { field, names: shorten(uids.join(", ")) };
    throw new SendError("invitation-several", { phase: "input", facts });
  }
  if (method !== "PUBLISH" && events.some((event) => !event.hasProperty("organizer")))
    throw refuse("invitation-invalid", field, "it names no ORGANIZER, without whom nobody can answer");
  return { source: text, summary: summaryOf(first, method, field) };
}

/** A calendar of any kind, and its text with CRLF. Throws SendError where programs may see different things in it. */
export function readCalendar(content: string | Buffer, field: string): { text: string; calendar: Component } {
  const text = decode(content, field);
  return { text, calendar: parse(text, field) };
}

function decode(content: string | Buffer, field: string): string {
  const unreadable = (why: string) => refuse("invitation-unreadable", field, why);
  let text: string;
  try {
    text = typeof content === "string" ? content : new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw unreadable("it is not UTF-8");
  }
  if (/\p{Surrogate}/u.test(text)) throw unreadable("it contains half a character");
  // A lone carriage return is a line break for some readers and none for others.
  const lines = `${text.replace(/^\ufeff/, "").trim()}\n`.replace(/\r\n?|\n/g, "\r\n");
  // RFC 5545 §3.1 (CONTROL), and the separators of Unicode, which are like that, too.
  const found = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/.exec(lines);
  if (found) throw unreadable("it contains a control character");
  return lines;
}

function parse(text: string, field: string): Component {
  if (!/^BEGIN:VCALENDAR\r\n/i.test(text))
    throw refuse("invitation-unreadable", field, "it does not begin with BEGIN:VCALENDAR");
  const unfolded = text.trimEnd().replace(/\r\n[ \t]/g, "");
  requireStructure(unfolded.split("\r\n"), field);
  try {
    return library.Component.fromString(text);
  } catch (error) {
    const why = error instanceof Error ? shorten(error.message) : "it cannot be parsed";
    throw refuse("invitation-unreadable", field, why);
  }
}

/**
 * More than the library asks: it closes a part by any END, and leaves a name with a space alone. Another program
 * may see other parts and properties then.
 */
function requireStructure(lines: readonly string[], field: string): void {
  const unreadable = (why: string) => refuse("invitation-unreadable", field, why);
  const open: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (!/^[A-Z0-9-]+[;:]/i.test(line)) throw unreadable("it has a line without the name of a property");
    const [, edge, name = ""] = /^(BEGIN|END):(.*)$/.exec(line.toUpperCase()) ?? [];
    if (edge === "BEGIN" && open.push(name) > DEEPEST) throw unreadable("its parts are nested too deeply");
    if (edge === "END" && open.pop() !== name) throw unreadable(`END:${shorten(name)} closes nothing`);
    if (open.length === 0 && index < lines.length - 1) throw unreadable("it goes on after its end");
  }
  if (open.length > 0) throw unreadable(`END:${shorten(open.at(-1) ?? "")} is missing`);
}

function methodOf(calendar: Component, field: string): InvitationMethod {
  const methods = calendar.getAllProperties("method").map((property) => String(property.getFirstValue()));
  if (methods.length !== 1) throw refuse("invitation-method", field, methods.join(", ") || "no METHOD");
  return readMethod(methods[0] ?? "", field);
}

function eventsOf(calendar: Component, field: string): Component[] {
  const parts = calendar.getAllSubcomponents();
  const other = parts.find(({ name }) => name !== "vevent" && name !== "vtimezone");
  if (other) throw refuse("invitation-unreadable", field, `it contains a ${shorten(other.name.toUpperCase())}`);
  return parts.filter(({ name }) => name === "vevent");
}

function single(event: Component, name: string, field: string): string {
  const [value, ...more] = event.getAllProperties(name).map((property) => String(property.getFirstValue()));
  if (value === undefined || value === "" || more.length > 0)
    throw refuse("invitation-unreadable", field, `a VEVENT needs one ${name.toUpperCase()}`);
  return value;
}

function summaryOf(event: Component, method: InvitationMethod, field: string): InvitationSummary {
  const start = timeOf(event, "dtstart", field);
  if (!start) throw new SendError("invitation-start-missing", { phase: "input", facts: { field } });
  const end = timeOf(event, "dtend", field);
  const zoneOf = (name: string) => event.getFirstProperty(name)?.getFirstParameter("tzid");
  const zone = zoneOf("dtstart");
  const textOf = (name: string): string => String(event.getFirstPropertyValue(name) ?? "");
  if (end?.isDate) end.adjust(-1, 0, 0, 0);
  return {
    method,
    title: textOf("summary"),
    start: shownTime(start, zone),
    ...(end ? { end: shownTime(end, zoneOf("dtend")) } : {}),
    ...(zone ? { timeZone: zone } : {}),
    place: textOf("location"),
    repeats: event.hasProperty("rrule") || event.hasProperty("rdate"),
  };
}

/** As an instant where the zone is one that everybody knows by this name, so that readers elsewhere get their own time. */
function shownTime(time: Time, zone: string | undefined): string {
  const written = time.toString();
  if (time.isDate || written.endsWith("Z") || zone === undefined || !isTimeZone(zone)) return written;
  return new Date(instantOf(zone, Date.parse(`${written}Z`))).toISOString().replace(".000", "");
}

function timeOf(event: Component, name: string, field: string): Time | undefined {
  let value: unknown;
  try {
    value = event.getFirstPropertyValue(name);
  } catch {
    throw refuse("invitation-time-invalid", field, name.toUpperCase());
  }
  if (value === null || value === undefined) return undefined;
  if (!(value instanceof library.Time)) throw refuse("invitation-time-invalid", field, name.toUpperCase());
  return value.clone();
}
