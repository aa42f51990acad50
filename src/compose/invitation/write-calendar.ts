import { concernOnly } from "./concern-only";
import type { CalendarEvent, Invitation, OnlyFor } from "./invitation";
import { type Component, library, type Time } from "./library";
import { attendeeOf, organizerOf } from "./people";
import { wallTimeAt } from "./time-zone";
import { describeTimeZone } from "./write-time-zone";

/** What the mail gives an invitation that has no identity of its own. */
export interface CalendarIdentity {
  /** Unique in the world, and the same whenever the mail is sent again (RFC 5545 §3.8.4.7). */
  readonly uid: string;
  readonly date: Date;
}

/** The invitation as iCalendar text (RFC 5545), lines ended by CRLF. */
export function calendarText({ source }: Invitation, identity: CalendarIdentity, only?: OnlyFor): string {
  if (typeof source === "string" && !only) return source;
  const calendar = typeof source === "string" ? library.Component.fromString(source) : calendarOf(source, identity);
  if (only) concernOnly(calendar, only);
  return textOf(calendar);
}

export function textOf(calendar: Component): string {
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

function alarmOf(minutes: number, summary: string): Component {
  const alarm = new library.Component("valarm");
  add(alarm, "action", "DISPLAY");
  add(alarm, "description", summary);
  add(alarm, "trigger", library.Duration.fromSeconds(-minutes * 60));
  return alarm;
}
