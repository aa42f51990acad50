import { SendError } from "../../model/send-error";
import { shorten } from "../fields";

const DAY_MS = 86_400_000;

/** One for each zone: making one takes longer than all that it is asked. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone by its own name, whatever it was called by. Throws SendError where there is none. */
export function readTimeZone(name: string, field: string): string {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new SendError("invitation-zone-unknown", { phase: "input", facts: { field, value: shorten(name) } });
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" },
  });
  formats.set(zone, made);
  return made;
}

/** What clocks in the zone show at an instant, written as if it were UTC, in milliseconds. */
export function wallTimeAt(zone: string, instant: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** How far clocks in the zone are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(zone: string, instant: number): number {
  return wallTimeAt(zone, instant) - Math.floor(instant / 1000) * 1000;
}

/**
 * The instant at which clocks in the zone show this. A time that is there twice is the first one; one that is
 * skipped is reckoned with the offset before the gap (RFC 5545 §3.3.5).
 */
export function instantOf(zone: string, wallTime: number): number {
  const before = offsetAt(zone, wallTime - DAY_MS);
  const after = offsetAt(zone, wallTime + DAY_MS);
  const fits = [before, after].find((offset) => offsetAt(zone, wallTime - offset) === offset);
  return wallTime - (fits ?? before);
}

/** A change of the clocks: the instant, and the offsets before and after it, in milliseconds. */
export interface Transition {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** Shorter than any time between two changes, Ramadan in Morocco included. */
const STEP_MS = 14 * DAY_MS;

export function transitionsBetween(zone: string, begin: number, end: number): Transition[] {
  const found: Transition[] = [];
  for (let at = begin; at < end; at += STEP_MS) {
    const [from, to] = [offsetAt(zone, at), offsetAt(zone, at + STEP_MS)];
    if (from === to) continue;
    let [low, high] = [at, at + STEP_MS];
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (offsetAt(zone, middle) === from) low = middle;
      else high = middle;
    }
    found.push({ at: high, from, to });
  }
  return found;
}
