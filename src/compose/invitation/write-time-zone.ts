import { type Component, library } from "./library";
import { offsetAt, type Transition, transitionsBetween } from "./time-zone";

const DAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
/** For so many years a change that follows a rule has to follow it, and one that follows none is written out. */
const YEARS = 10;

/**
 * The zone's clocks from the year before `from` on (RFC 5545 §3.6.5): by yearly rules where they follow any, as
 * Outlook wants them, else change by change for ten years.
 */
export function describeTimeZone(zone: string, from: number): Component {
  const made = new library.Component("vtimezone");
  made.addPropertyWithValue("tzid", zone);
  const year = new Date(from).getUTCFullYear() - 1;
  const changes = transitionsBetween(zone, Date.UTC(year, 0, 1), Date.UTC(year + YEARS, 0, 1));
  const pieces =
    changes.length === 0 ? [alwaysAt(offsetAt(zone, from))] : (byRules(changes) ?? changes.map(observance));
  for (const piece of pieces) made.addSubcomponent(piece);
  return made;
}

function alwaysAt(offset: number): Component {
  return observance({ at: -offset, from: offset, to: offset });
}

/** Undefined where the changes do not follow a rule each. */
function byRules(changes: readonly Transition[]): Component[] | undefined {
  const kinds = new Set(changes.map(({ from, to }) => `${from} ${to}`));
  const pieces = [...kinds].map((kind) => {
    const same = changes.filter(({ from, to }) => `${from} ${to}` === kind);
    const rule = same.length < YEARS ? undefined : ruleOf(same.map((change) => wallTimeOf(change)));
    const [first] = same;
    if (rule === undefined || !first) return undefined;
    const piece = observance(first);
    piece.addPropertyWithValue("rrule", library.Recur.fromString(rule));
    return piece;
  });
  return pieces.every((piece) => piece !== undefined) ? pieces : undefined;
}

/** In the same month on the same weekday, counted from its begin or its end, at the same hour. */
function ruleOf(dates: readonly Date[]): string | undefined {
  const [first] = dates;
  if (!first) return undefined;
  const same = dates.every(
    (date) =>
      date.getUTCMonth() === first.getUTCMonth() &&
      date.getUTCDay() === first.getUTCDay() &&
      date.getTime() % 86_400_000 === first.getTime() % 86_400_000,
  );
  if (!same) return undefined;
  const nth = [ordinalOf, () => -1].map((count) =>
    dates.every((date) => fits(date, count(first))) ? count(first) : 0,
  );
  const found = nth.find((count) => count !== 0);
  if (found === undefined) return undefined;
  return `FREQ=YEARLY;BYMONTH=${first.getUTCMonth() + 1};BYDAY=${found}${DAYS[first.getUTCDay()]}`;
}

const ordinalOf = (date: Date): number => Math.ceil(date.getUTCDate() / 7);

function fits(date: Date, nth: number): boolean {
  if (nth > 0) return ordinalOf(date) === nth;
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() > days - 7;
}

/** What clocks showed when they were changed, before that. */
function wallTimeOf({ at, from }: Transition): Date {
  return new Date(at + from);
}

function observance(change: Transition): Component {
  const piece = new library.Component(change.to > change.from ? "daylight" : "standard");
  const begin = wallTimeOf(change).toISOString().slice(0, 19);
  piece.addPropertyWithValue("dtstart", library.Time.fromDateTimeString(begin));
  piece.addPropertyWithValue("tzoffsetfrom", offsetOf(change.from));
  piece.addPropertyWithValue("tzoffsetto", offsetOf(change.to));
  return piece;
}

function offsetOf(ms: number): object {
  return library.UtcOffset.fromSeconds(Math.trunc(ms / 60_000) * 60);
}
