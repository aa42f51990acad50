import { median } from "../median";
import { megabytes, milliseconds, type Row } from "../table";
import { PER_SECOND } from "./mails";
import { type Sample, waitingIn } from "./sample";
import type { Truth } from "./truth";

/** The write-ahead log is emptied into the database at 16 MB; a large commit may come on top. */
const MOST_WAL_BYTES = 32 << 20;
const HOUR_MS = 3_600_000;

/** How much larger the last quarter may be than the second. */
export const MOST_GROWTH = { heap: 1.1, rss: 1.15, database: 1.1, delay: 2 } as const;
/** Connections come and go, and a median of whole numbers jumps by one. */
const MORE_DESCRIPTORS = 2;
const MORE_RESOURCES = 5;
const MOST_UNANSWERED = 0.01;
const MORE_DELAY_MS = 20;

export interface Soaked {
  /** Of the time in which mails were fed. */
  readonly samples: readonly Sample[];
  readonly feedMs: number;
  /** After everything that waited was sent. */
  readonly atRest: Sample;
  readonly truth: Truth;
  /**
   * By the outbox tab; not answered: with 503, while the store was closed for a redeploy; held: with a configuration
   * that waits for a person, which no fault of these servers is a reason for.
   */
  readonly questions: { readonly asked: number; readonly unanswered: number; readonly held: number };
}

/** Figures and verdicts; the first quarter is a warm-up. */
export function verdictsOf({ samples, feedMs, atRest, truth, questions }: Soaked): Row[] {
  const quarter = (from: number, to = from): Sample[] =>
    samples.filter(({ at }) => at >= ((from - 1) * feedMs) / 4 && at < (to * feedMs) / 4);
  const [second, last, warm] = [quarter(2), quarter(4), quarter(2, 4)];
  if (second.length === 0 || last.length === 0) throw new Error("there are no samples");

  const grown = (what: string, of: (sample: Sample) => number, show: Show, limit: Limit): Row => {
    const [before, after] = [median(second.map(of)), median(last.map(of))];
    const perHour = slope(warm.map((sample) => [sample.at, of(sample)])) * HOUR_MS;
    const measured = `${show(before)} → ${show(after)}; slope ${signed(perHour, show)} an hour`;
    return { what: `${what}: median of the second → of the last quarter`, measured, ...limit(before, after) };
  };
  const resources = ({ resources }: Sample): number => Object.values(resources).reduce((sum, n) => sum + n, 0);
  const highest = (part: readonly Sample[], of: (sample: Sample) => number): number => Math.max(...part.map(of));
  const databases = [quarter(1, 3), last].map((part) => highest(part, ({ database }) => database)) as [number, number];
  const delayMax = highest(warm, (sample) => sample.delayMax);
  const perSecond = (last.at(-1)?.handed ?? 0) / ((last.at(-1)?.at ?? 0) / 1000);
  return [
    ...truthRows(truth),
    {
      what: "mails handed over per second",
      measured: perSecond.toFixed(1),
      ...atLeast(perSecond, 0.95 * PER_SECOND, String(0.95 * PER_SECOND)),
    },
    { what: "most mails that waited", measured: highest(samples, waitingIn).toLocaleString("en"), goal: "" },
    grown("live heap", ({ heap }) => heap, megabytes, times(MOST_GROWTH.heap)),
    grown("memory of the process (RSS)", ({ rss }) => rss, megabytes, times(MOST_GROWTH.rss)),
    grown("file descriptors", ({ descriptors }) => descriptors, whole, plus(MORE_DESCRIPTORS, String)),
    grown("handles and requests of Node.js", resources, whole, plus(MORE_RESOURCES, String)),
    grown(
      "event-loop delay, p99",
      ({ delayP99 }) => delayP99,
      milliseconds,
      (before, after) => {
        const most = Math.max(before * MOST_GROWTH.delay, before + MORE_DELAY_MS);
        return { goal: `≤ ${milliseconds(most)}`, met: after <= most };
      },
    ),
    { what: "event-loop delay, longest", measured: milliseconds(delayMax), goal: "" },
    {
      what: "SQLite's database: largest until the last quarter → in it",
      measured: databases.map(megabytes).join(" → "),
      ...times(MOST_GROWTH.database)(...databases),
    },
    largest(
      "SQLite's log (WAL): largest",
      highest(samples, ({ wal }) => wal),
      MOST_WAL_BYTES,
    ),
    { what: "bodies and contents: largest", measured: megabytes(highest(samples, ({ bodies }) => bodies)), goal: "" },
    nothingLeft(atRest, truth),
    {
      what: "questions of the outbox tab that were answered with 503",
      measured: `${questions.unanswered} of ${questions.asked.toLocaleString("en")}`,
      goal: `≤ ${MOST_UNANSWERED * 100} %`,
      met: questions.unanswered <= questions.asked * MOST_UNANSWERED,
    },
    {
      what: "answers to it that said that a configuration is held",
      measured: String(questions.held),
      goal: "0",
      met: questions.held === 0,
    },
  ];
}

function truthRows({ handed, dropped, sent, failed, waiting, again, lost, twice, untrue }: Truth): Row[] {
  const count = (n: number): string => n.toLocaleString("en");
  const failures = Object.entries(failed).sort(([, a], [, b]) => b - a);
  const none = (list: readonly string[]): Omit<Row, "what"> => ({
    measured: String(list.length),
    goal: "0",
    met: list.length === 0,
  });
  return [
    { what: "mails handed over", measured: count(handed), goal: "" },
    { what: "messages that Node-RED dropped while it stopped their step", measured: count(dropped), goal: "" },
    { what: "told as accepted, by all or by some recipients", measured: count(sent), goal: "" },
    {
      what: "told as failed",
      measured: failures.map(([code, n]) => `${count(n)} ${code}`).join(", ") || "0",
      goal: "",
    },
    { what: "still waiting at the end", measured: count(waiting), goal: "" },
    { what: "sent again because the server lost its answer, and told so", measured: count(again), goal: "" },
    { what: "mails lost", ...none(lost) },
    { what: "mails twice at the server that were not told so", ...none(twice) },
    { what: "mails told untruly, or more than once", ...none(untrue) },
  ];
}

type Show = (value: number) => string;
type Limit = (before: number, after: number) => { readonly goal: string; readonly met: boolean };

const whole: Show = (value) => value.toFixed(0);
const signed = (value: number, show: Show): string => `${value < 0 ? "−" : "+"}${show(Math.abs(value))}`;

function times(most: number): Limit {
  return (before, after) => ({ goal: `≤ +${Math.round((most - 1) * 100)} %`, met: after <= before * most });
}

function plus(most: number, show: Show): Limit {
  return (before, after) => ({ goal: `≤ +${show(most)}`, met: after <= before + most });
}

function atLeast(value: number, least: number, shown: string): Pick<Row, "goal" | "met"> {
  return { goal: `≥ ${shown}`, met: value >= least };
}

function largest(what: string, value: number, most: number): Row {
  return { what, measured: megabytes(value), goal: `< ${megabytes(most)}`, met: value < most };
}

function nothingLeft({ bodies, bodyFiles }: Sample, { waiting }: Truth): Row {
  const measured = `${bodyFiles} files, ${megabytes(bodies)}`;
  return {
    what: "bodies and contents once nothing waits",
    measured,
    goal: "none",
    met: waiting > 0 || bodyFiles === 0,
  };
}

/** Of the straight line that is closest to these points (least squares). */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const across = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return across / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
