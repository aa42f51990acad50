import type { Clock } from "../../src/model/clock";

const MINUTE_MS = 60_000;
/** How many minutes a series looks back. */
const MINUTES = 60;

/** How often something happened in each minute of the last hour. */
export class MinuteCounts {
  readonly #byMinute = new Map<number, number>();

  add(at: number, count = 1): void {
    const minute = minuteOf(at);
    this.#byMinute.set(minute, (this.#byMinute.get(minute) ?? 0) + count);
    if (this.#byMinute.size > MINUTES) this.#forget(minute);
  }

  /** One number for each minute, the oldest first, the one of `now` last. */
  read(now: number): number[] {
    const last = minuteOf(now);
    this.#forget(last);
    return Array.from({ length: MINUTES }, (_, at) => this.#byMinute.get(last - MINUTES + 1 + at) ?? 0);
  }

  /** Minutes ahead go as well: the clock was set back. */
  #forget(last: number): void {
    for (const minute of this.#byMinute.keys())
      if (minute > last || minute <= last - MINUTES) this.#byMinute.delete(minute);
  }
}

interface Series {
  readonly accepted: MinuteCounts;
  readonly failed: MinuteCounts;
  sentOn: string;
  sent: number;
}

/** What became of mails: accepted by the server, or given up. */
export type Ended = "accepted" | "failed";

/** The last hour of each configuration, and how many mails it sent since midnight. Kept in memory only. */
export class OutboxSeries {
  /** What ended before then must be told by somebody who remembers it. */
  readonly since: number;
  readonly #byQueue = new Map<string, Series>();

  constructor(private readonly clock: Clock) {
    this.since = clock.now();
  }

  add(queue: string, ended: Ended, at = this.clock.now(), count = 1): void {
    const series = this.#of(queue);
    const now = this.clock.now();
    if (at > now - MINUTES * MINUTE_MS) series[ended].add(at, count);
    if (ended === "failed" || dayOf(at) !== dayOf(now)) return;
    this.#startDay(series, now);
    series.sent += count;
  }

  read(queue: string): { readonly accepted: number[]; readonly failed: number[]; readonly sentToday: number } {
    const series = this.#of(queue);
    const now = this.clock.now();
    this.#startDay(series, now);
    return { accepted: series.accepted.read(now), failed: series.failed.read(now), sentToday: series.sent };
  }

  #startDay(series: Series, now: number): void {
    if (series.sentOn !== dayOf(now)) Object.assign(series, { sentOn: dayOf(now), sent: 0 });
  }

  #of(queue: string): Series {
    const known = this.#byQueue.get(queue);
    if (known) return known;
    const made = { accepted: new MinuteCounts(), failed: new MinuteCounts(), sentOn: "", sent: 0 };
    this.#byQueue.set(queue, made);
    return made;
  }
}

/** When the day of this machine began, or the hour of the series, whichever is earlier. */
export function seriesBegin(now: number): number {
  return Math.min(new Date(now).setHours(0, 0, 0, 0), now - MINUTES * MINUTE_MS);
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS);
}

function dayOf(at: number): string {
  return new Date(at).toDateString();
}
