import { median } from "./median";
import { type LookCost, type OutboxCost, QUEUED, type Queueing, SLOW_FSYNC_MS, WAITING } from "./outbox-cost";
import { megabytes, milliseconds, type Row } from "./table";

const MOST_DELAY_MS = 10;
const MOST_MEMORY = 80e6;
const MOST_WAIT_MS = 2000;
/** What is as long as this is no growth: it is what two runs of the same differ by. */
const SAME = 2;

const many = WAITING.toLocaleString("en");

export function outboxRows(cost: OutboxCost): Row[] {
  return [
    { what: "durable enqueues per second, one at a time", measured: cost.adding.one.toFixed(0), goal: "" },
    { what: "durable enqueues per second, 64 at once", measured: cost.adding.many.toFixed(0), goal: "" },
    ...delayRows(cost),
    firstMailRow(cost.firstMailMs),
    ...memoryRows(cost),
    ...lookRows(cost.looking),
  ];
}

function delayRows({ queueing, slowQueueing }: OutboxCost): Row[] {
  const what = `while ${QUEUED.toLocaleString("en")} mails are queued`;
  const slowly = `${what}, with an fsync slowed by ${SLOW_FSYNC_MS} ms`;
  if (!("missing" in slowQueueing)) return [...delayRowsOf(what, queueing), ...delayRowsOf(slowly, slowQueueing)];
  const unmeasured = { what: `${slowly}: event-loop delay, p99`, measured: `not measured: ${slowQueueing.missing}` };
  return [...delayRowsOf(what, queueing), { ...unmeasured, goal: `< ${MOST_DELAY_MS} ms`, met: false }];
}

function delayRowsOf(what: string, runs: readonly Queueing[]): Row[] {
  const of = (value: (run: Queueing) => number): number => median(runs.map(value));
  const p99 = of(({ delayP99Ms }) => delayP99Ms);
  return [
    {
      what: `${what}: event-loop delay, p99`,
      measured: milliseconds(p99),
      goal: `< ${MOST_DELAY_MS} ms`,
      met: p99 < MOST_DELAY_MS,
    },
    { what: `${what}: longest`, measured: milliseconds(of(({ delayMaxMs }) => delayMaxMs)), goal: "" },
    {
      what: `${what}: kept per second / one fsync`,
      measured: `${of(({ perSecond }) => perSecond).toFixed(0)} / ${milliseconds(of(({ fsyncMs }) => fsyncMs))}`,
      goal: "",
    },
  ];
}

function firstMailRow(times: readonly number[]): Row {
  const ms = median(times);
  return {
    what: `from the start of a process with ${many} waiting to the first mail at the server`,
    measured: `${ms.toFixed(0)} ms (${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)})`,
    goal: `< ${MOST_WAIT_MS} ms`,
    met: ms < MOST_WAIT_MS,
  };
}

function memoryRows({ backlog, taking }: OutboxCost): Row[] {
  const goal = `< ${megabytes(MOST_MEMORY)}`;
  const waiting = `memory with ${many} mails of 2 KB waiting`;
  const rows: [string, number][] = [
    [`${waiting}, after a start and while sending: RSS above idle at its peak`, backlog.peak],
    [`${waiting}, in the process that took them: live heap above idle`, taking.live],
  ];
  return [
    ...rows.map(([what, bytes]) => ({ what, measured: megabytes(bytes), goal, met: bytes < MOST_MEMORY })),
    {
      what: `${waiting}, in the process that took them: RSS above idle at its peak, composing included`,
      measured: megabytes(taking.peak),
      goal: "",
    },
  ];
}

function lookRows(looking: readonly LookCost[]): Row[] {
  const [least, most] = [looking[0], looking.at(-1)];
  if (!least || !most) return [];
  const at = looking.map(({ waiting }) => waiting.toLocaleString("en")).join(" / ");
  const row = (name: string, of: (cost: LookCost) => number): Row => ({
    what: `${name}, with ${at} waiting`,
    measured: `${looking.map((cost) => of(cost).toFixed(3)).join(" / ")} ms`,
    goal: "",
  });
  return [
    {
      ...row("claim of one mail", ({ claim }) => claim),
      goal: "does not grow",
      met: most.claim < SAME * least.claim,
    },
    row("next due time", ({ nextDueAt }) => nextDueAt),
    row("counts", ({ counts }) => counts),
    row("list of 50", ({ list }) => list),
  ];
}
