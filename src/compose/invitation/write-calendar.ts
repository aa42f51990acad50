import type { Mailbox } from "../../model/email";
import { toEnvelopeAddress } from "../addresses";
import type { CalendarEvent, Invitation, OnlyFor } from "./invitation";
import { type Component, library, type Property, type Time } from "./library";
import { wallTimeAt } from "./time-zone";
import { describeTimeZone } from "./write-time-zone";

/** What the mail gives an invitation that has no identity of its own. */
export interface CalendarIdentity {
  /** Unique in the world, and the same whenever the mail is sent again (RFC 5545 §3.8.4.7). */
  readonly uid: string;
  readonly date: Date;
}

/** The invitation as iCalendar text (RFC 5545), lines ended by CRLF. */
export function calendarText({ source, only }: Invitation, identity: CalendarIdentity): string {
  if (typeof source === "string" && !only) return source;
  const calendar = typeof source === "string" ? library.Component.fromString(source) : calendarOf(source, identity);
  if (only) concernOnly(calendar, only);
  return `${calendar.toString()}\r\n`;
}

function calendarOf(event: CalendarEvent, identity: CalendarIdentity): Component {
  const calendar = new library.Component("vcalendar");
  add(calendar, "prodid", "-//post-office//node-red-email//EN");
  add(calendar, "version", "2.0");
  add(calendar, "calscale", "GREGORIAN");
  add(calendar, "method", event.method);
  const zone = zoneOf(event);
  if (zone !== undefined) calendar.addSubcomponent(describeTimeZone(zone, event.time.start));
  calendar.addSubcomponent(eventOf(event, zone, identity));
  return calendar;
}

/** An instant is shown in each reader's own zone; only a series has to say whose clocks it goes by. */
function zoneOf({ rule, time, timeZone }: CalendarEvent): string | undefined {
  return rule === undefined || time.allDay || timeZone === "UTC" ? undefined : timeZone;
}

function eventOf(event: CalendarEvent, zone: string | undefined, { uid, date }: CalendarIdentity): Component {
  const { time, summary, location, description, url, rule, reminder } = event;
  const made = new library.Component("vevent");
  add(made, "uid", event.uid ?? uid);
  add(made, "dtstamp", timeOf(date.getTime(), false, undefined));
  addTime(made, "dtstart", time.start, time.allDay, zone);
  addTime(made, "dtend", time.end, time.allDay, zone);
  if (rule !== undefined) add(made, "rrule", library.Recur.fromString(rule));
  add(made, "summary", summary);
  if (location !== "") add(made, "location", location);
  if (description !== "") add(made, "description", description);
  if (url !== undefined) add(made, "url", url);
  add(made, "sequence", event.sequence);
  add(made, "status", event.status);
  add(made, "transp", "OPAQUE");
  if (time.allDay) add(made, "x-microsoft-cdo-alldayevent", "TRUE");
  made.addProperty(organizerOf(event.organizer));
  for (const attendee of event.attendees) made.addProperty(attendeeOf(attendee, attendee.optional === true));
  if (reminder !== undefined) made.addSubcomponent(alarmOf(reminder, summary));
  return made;
}

function add(component: Component, name: string, value: string | number | object): void {
  component.addPropertyWithValue(name, value);
}

function addTime(component: Component, name: string, ms: number, allDay: boolean, zone: string | undefined): void {
  const property = component.addPropertyWithValue(name, timeOf(ms, allDay, zone));
  if (zone !== undefined) property.setParameter("tzid", zone);
}

function timeOf(ms: number, isDate: boolean, zone: string | undefined): Time {
  const shown = new Date(zone === undefined ? ms : wallTimeAt(zone, ms));
  const [year, month, day] = [shown.getUTCFullYear(), shown.getUTCMonth() + 1, shown.getUTCDate()];
  const [hour, minute, second] = [shown.getUTCHours(), shown.getUTCMinutes(), shown.getUTCSeconds()];
  const { utcTimezone, localTimezone } = library.Timezone;
  const parts = isDate ? { year, month, day, isDate } : { year, month, day, hour, minute, second, isDate };
  return library.Time.fromData(parts, isDate || zone !== undefined ? localTimezone : utcTimezone);
}

function organizerOf(mailbox: Mailbox): Property {
  return personOf("organizer", mailbox, {});
}

function attendeeOf(mailbox: Mailbox, optional: boolean): Property {
  return personOf("attendee", mailbox, {
    cutype: "INDIVIDUAL",
    role: optional ? "OPT-PARTICIPANT" : "REQ-PARTICIPANT",
    partstat: "NEEDS-ACTION",
    rsvp: "TRUE",
  });
}

function personOf(name: string, mailbox: Mailbox, parameters: Readonly<Record<string, string>>): Property {
  const property = new library.Property(name);
  for (const [parameter, value] of Object.entries(parameters)) property.setParameter(parameter, value);
  // A parameter has no double quotes (RFC 5545 §3.2), and Outlook does not know the escape of RFC 6868.
  const shown = mailbox.name.replaceAll('"', "'").trim();
  if (shown !== "") property.setParameter("cn", shown);
  property.setValue(`mailto:${toEnvelopeAddress(mailbox.address)}`);
  return property;
}

function alarmOf(minutes: number, summary: string): Component {
  const alarm = new library.Component("valarm");
  add(alarm, "action", "DISPLAY");
  add(alarm, "description", summary);
  add(alarm, "trigger", library.Duration.fromSeconds(-minutes * 60));
  return alarm;
}

/**
 * Takes everybody out of a calendar whom an answer, an update or an alarm of it could reach. Its ids become
 * others, so that it neither changes nor removes a real event that the reader has.
 */
function concernOnly(calendar: Component, { attendee, organizer, mark }: OnlyFor): void {
  const published = calendar.getFirstPropertyValue("method") === "PUBLISH";
  removePeople(calendar);
  for (const event of calendar.getAllSubcomponents("vevent")) {
    event.addProperty(organizerOf(organizer));
    if (!published) event.addProperty(attendeeOf(attendee, false));
    event.updatePropertyWithValue("uid", `test-${event.getFirstPropertyValue("uid")}`);
    event.updatePropertyWithValue("summary", `${mark} ${event.getFirstPropertyValue("summary") ?? ""}`.trim());
    // One that mails names whom it mails to.
    for (const alarm of event.getAllSubcomponents("valarm"))
      if (alarm.getFirstPropertyValue("action") !== "DISPLAY") event.removeSubcomponent(alarm);
  }
}

/** Also where they have no business. */
function removePeople(component: Component): void {
  for (const name of ["attendee", "organizer", "contact"]) component.removeAllProperties(name);
  for (const part of component.getAllSubcomponents()) removePeople(part);
}
