import { SendError } from "../../model/send-error";
import { refuse, shorten, typeNameOf } from "../fields";
import { instantOf, wallTimeAt } from "./time-zone";

const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Where neither an end nor a duration is given, as calendars propose it. */
const USUAL_MS = 60 * MINUTE_MS;

/** Of milliseconds, before March 1973; of seconds, the year 5138: whoever gives less meant seconds. */
const LEAST_EPOCH_MS = 1e11;
/** The year 9999, the last that iCalendar can write. */
const MOST_EPOCH_MS = 253_402_300_799_000;

/** When an event is: in milliseconds of UTC; whole days begin and end at midnight UTC, whatever the zone. */
export interface EventTime {
  readonly start: number;
  /** The first moment after it. */
  readonly end: number;
  readonly allDay: boolean;
}

interface Moment {
  /** An instant, or what clocks show, as if it were UTC. */
  readonly ms: number;
  readonly kind: "instant" | "local" | "day";
}

const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/i;
const DURATION = /^P(?=.)(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/i;

export interface WrittenTimes {
  readonly start: unknown;
  readonly end: unknown;
  readonly duration: unknown;
  readonly allDay: boolean | undefined;
  readonly timeZone: string | undefined;
}

/**
 * When the event is. Times are a Date, milliseconds since 1970, or ISO 8601 with an offset, or without one where there is a
 * time zone; a date alone is a whole day, and the end of whole days is the last of them. Throws SendError.
 */
export function readTimes(written: WrittenTimes, field: string): EventTime {
  const first = readMoment(written.start, `${field}.start`);
  if (!first) throw new SendError("invitation-start-missing", { phase: "input", facts: { field: `${field}.start` } });
  const allDay = written.allDay ?? first.kind === "day";
  const place = (moment: Moment, name: string): number =>
    allDay ? dayOf(moment, written.timeZone, name) : instant(moment, written.timeZone, name);
  const start = place(first, `${field}.start`);
  const last = readMoment(written.end, `${field}.end`);
  if (!last) return { start, end: start + readDuration(written.duration, allDay, `${field}.duration`), allDay };
  if (!isEmpty(written.duration)) throw refuse("invitation-invalid", `${field}.duration`, "there is an end as well");
  const end = place(last, `${field}.end`) + (allDay ? DAY_MS : 0);
  if (end <= start)
    throw new SendError("invitation-end-before-start", { phase: "input", facts: { field: `${field}.end` } });
  return { start, end, allDay };
}

export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function readMoment(value: unknown, field: string): Moment | undefined {
  if (isEmpty(value)) return undefined;
  const wrong = (text: string) => refuse("invitation-time-invalid", field, text);
  if (value instanceof Date || typeof value === "number") {
    const ms = Number(value);
    if (Number.isNaN(ms) || ms > MOST_EPOCH_MS) throw wrong(String(ms));
    if (typeof value === "number" && ms < LEAST_EPOCH_MS) throw wrong(`${ms}, too small for milliseconds`);
    return { ms: Math.floor(ms / 1000) * 1000, kind: "instant" };
  }
  if (typeof value !== "string") throw wrong(typeNameOf(value));
  const match = WRITTEN.exec(value.trim());
  if (!match) throw wrong(shorten(value));
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Six;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const real = new Date(ms);
  // 30 February and 25:00 are turned into other times without a word.
  const same = real.getUTCDate() === day && real.getUTCHours() === hour && real.getUTCMinutes() === minute;
  if (!same || real.getUTCMonth() !== month - 1 || real.getUTCSeconds() !== second || year < 1000)
    throw wrong(shorten(value));
  const offset = match[7];
  if (offset !== undefined) return { ms: ms - offsetOf(offset), kind: "instant" };
  return { ms, kind: match[4] === undefined ? "day" : "local" };
}

type Six = [number, number, number, number, number, number];

function offsetOf(text: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? [];
  const ms = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS;
  return sign === "-" ? -ms : ms;
}

function instant({ ms, kind }: Moment, zone: string | undefined, field: string): number {
  if (kind === "instant") return ms;
  if (kind === "day") throw refuse("invitation-time-invalid", field, "a date without a time");
  if (zone === undefined) throw noZone(field);
  return instantOf(zone, ms);
}

/** The day that a calendar in the zone shows then. */
function dayOf({ ms, kind }: Moment, zone: string | undefined, field: string): number {
  if (kind === "instant" && zone === undefined) throw noZone(field);
  const shown = kind === "instant" && zone !== undefined ? wallTimeAt(zone, ms) : ms;
  return Math.floor(shown / DAY_MS) * DAY_MS;
}

export function noZone(field: string): SendError {
  return new SendError("invitation-zone-missing", { phase: "input", facts: { field } });
}

/** Minutes, or an ISO 8601 duration (RFC 5545 §3.3.6). */
function readDuration(value: unknown, allDay: boolean, field: string): number {
  if (isEmpty(value)) return allDay ? DAY_MS : USUAL_MS;
  const ms = durationOf(value);
  if (ms === undefined || !(ms > 0) || ms > 3660 * DAY_MS)
    throw refuse("invitation-invalid", field, "must be minutes, or a duration such as PT1H30M");
  if (allDay && ms % DAY_MS !== 0) throw refuse("invitation-invalid", field, "must be whole days, such as P2D");
  return ms;
}

function durationOf(value: unknown): number | undefined {
  if (typeof value === "number" || (typeof value === "string" && /^\d{1,7}$/.test(value.trim())))
    return Math.round(Number(value) * 60) * 1000;
  const match = typeof value === "string" ? DURATION.exec(value.trim()) : null;
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (weeks * 7 + days) * DAY_MS + (hours * 60 + minutes) * MINUTE_MS + seconds * 1000;
}
