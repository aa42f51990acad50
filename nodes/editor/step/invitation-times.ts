import type { InvitationSummary } from "../../../src/model/invitation";

/** When an event is, each with the name of the time zone that it is told in. */
export interface ShownTimes {
  /** As the clocks of the event show it. */
  readonly shown: string;
  /** In the reader's time zone, where clocks show something else there. */
  readonly here?: string;
}

type Times = Pick<InvitationSummary, "start" | "end" | "timeZone">;

/** The times of an invitation in a reader's language; `reader` is where that one's clocks are (IANA). */
export function timesOf(times: Times, language: string, reader: string): ShownTimes {
  const { start, timeZone } = times;
  const isInstant = start.endsWith("Z");
  if (!isInstant || !start.includes("T")) {
    const shown = rangeOf(times, language, "UTC");
    return { shown: timeZone && start.includes("T") ? `${shown} (${timeZone})` : shown };
  }
  const own = timeZone !== undefined && isKnown(timeZone) ? timeZone : reader;
  const [shown, here] = [own, reader].map((zone) => rangeOf(times, language, zone));
  return { shown: `${shown} (${own})`, ...(here === shown ? {} : { here: `${here} (${reader})` }) };
}

/** What stands without a time zone is taken for UTC, and shown in it: as it stands. */
function rangeOf({ start, end = start }: Times, language: string, timeZone: string): string {
  const withTime = start.includes("T");
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    ...(withTime ? { timeStyle: "short" } : {}),
    timeZone,
  });
  const [from, to] = [start, end].map((time) => new Date(`${time.replace("Z", "")}${withTime ? "" : "T00:00:00"}Z`));
  return from && to && from < to ? format.formatRange(from, to) : format.format(from);
}

/** A ready-made invitation may call a zone as it likes. */
function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone }) !== undefined;
  } catch {
    return false;
  }
}
