import type { Pair, Way } from "./burst";
import { type ComposeCost, composeRows } from "./compose-cost";
import type { EditorLoad } from "./editor-load";
import { type LargeAttachment, largeAttachmentRows } from "./large-attachment";
import { median, medianDifference } from "./median";
import type { OutboxCost } from "./outbox-cost";
import { outboxRows } from "./outbox-rows";
import type { CostPair, StartPair } from "./start-cost";
import { megabytes, milliseconds, type Row } from "./table";

/** The same mails by this package and by the pool, in turn. */
export interface MeasuredWay {
  readonly way: Way;
  readonly pairs: readonly Pair[];
}

export interface Measurements {
  readonly bursts: readonly MeasuredWay[];
  readonly compose: readonly ComposeCost[];
  readonly large: LargeAttachment;
  /** Loading both nodes: into an empty process, and after Node-RED's own modules. */
  readonly loading: { readonly empty: readonly CostPair[]; readonly nodeRed: readonly CostPair[] };
  readonly start: readonly StartPair[];
  readonly outbox: OutboxCost;
  /** Empty where there was no browser. */
  readonly editor: readonly EditorLoad[];
}

/** Holds what was measured against the goals. */
export function verdicts({ bursts, compose, large, loading, start, outbox, editor }: Measurements): Row[] {
  return [
    ...bursts.flatMap(burstRows),
    ...composeRows(compose),
    ...largeAttachmentRows(large),
    ...outboxRows(outbox),
    ...loadingRows("loading both nodes into an empty process", loading.empty),
    ...loadingRows("loading both nodes after Node-RED's modules", loading.nodeRed),
    ...startRows(start),
    ...editorRows(editor),
  ];
}

export function burstRows({ way: { label, goal }, pairs }: MeasuredWay): Row[] {
  const ratios = pairs.map(({ mailer, pool }) => mailer.perSecond / pool.perSecond);
  const ratio = median(ratios);
  const of = (value: (pair: Pair) => number): number => median(pairs.map(value));
  const p99 = of(({ mailer }) => mailer.delayP99Ms);
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  return [
    {
      what: `${label}: mails per second, ratio to nodemailer's pool`,
      measured: `${ratio.toFixed(2)} (${range})`,
      goal: `≥ ${goal.toFixed(2)}`,
      met: ratio >= goal,
    },
    {
      what: `${label}: mails per second, this package / pool`,
      measured: `${of(({ mailer }) => mailer.perSecond).toFixed(0)} / ${of(({ pool }) => pool.perSecond).toFixed(0)}`,
      goal: "",
    },
    {
      what: `${label}: computing time per mail, this package / pool`,
      measured: `${of(({ mailer }) => mailer.cpuMicrosPerMail).toFixed(0)} µs / ${of(({ pool }) => pool.cpuMicrosPerMail).toFixed(0)} µs`,
      goal: "",
    },
    { what: `${label}: event-loop delay, p99`, measured: milliseconds(p99), goal: "< 10 ms", met: p99 < 10 },
    {
      what: `${label}: event-loop delay, longest`,
      measured: milliseconds(of(({ mailer }) => mailer.delayMaxMs)),
      goal: "",
    },
    {
      what: `${label}: peak memory of the process (RSS), this package / pool`,
      measured: `${megabytes(of(({ mailer }) => mailer.peakRss))} / ${megabytes(of(({ pool }) => pool.peakRss))}`,
      goal: "",
    },
    {
      what: `${label}: heap above rest at its peak, this package / pool`,
      measured: `${megabytes(of(({ mailer }) => mailer.grownHeap))} / ${megabytes(of(({ pool }) => pool.grownHeap))}`,
      goal: "",
    },
  ];
}

function loadingRows(what: string, pairs: readonly CostPair[]): Row[] {
  const ms = medianDifference(pairs, (cost) => cost.ms);
  const [rss, heap] = [medianDifference(pairs, (cost) => cost.rss), medianDifference(pairs, (cost) => cost.heap)];
  return [
    { what: `${what}: time`, measured: milliseconds(ms), goal: "" },
    { what: `${what}: RSS / heap`, measured: `${megabytes(rss)} / ${megabytes(heap)}`, goal: "" },
  ];
}

function startRows(pairs: readonly StartPair[]): Row[] {
  const ms = medianDifference(pairs, (cost) => cost.ms);
  const rss = medianDifference(pairs, (cost) => cost.rss);
  const what = "Node-RED's start, with a Generic configuration";
  return [
    { what: `${what}: added time`, measured: milliseconds(ms), goal: "< 60 ms", met: ms < 60 },
    {
      what: `${what}: added computing time`,
      measured: milliseconds(medianDifference(pairs, (cost) => cost.cpuMs)),
      goal: "",
    },
    { what: `${what}: added RSS`, measured: megabytes(rss), goal: "< 12 MB", met: rss < 12e6 },
    {
      what: `${what}: added heap`,
      measured: megabytes(medianDifference(pairs, (cost) => cost.heap)),
      goal: "",
    },
    {
      what: "Node-RED's start without / with the package",
      measured: `${median(pairs.map((pair) => pair.without.ms)).toFixed(0)} ms / ${median(pairs.map((pair) => pair.with.ms)).toFixed(0)} ms`,
      goal: "",
    },
  ];
}

export function editorRows(loads: readonly EditorLoad[]): Row[] {
  return loads.flatMap(({ version, pairs }) => {
    const ratios = pairs.map((pair) => pair.with / pair.without);
    const ratio = median(ratios);
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const times = [median(pairs.map((pair) => pair.with)), median(pairs.map((pair) => pair.without))];
    return [
      {
        what: `Node-RED ${version}'s editor: time to load, ratio to that without the package`,
        measured: `${ratio.toFixed(2)} (${range})`,
        goal: "≤ 1.05",
        met: ratio <= 1.05,
      },
      {
        what: `Node-RED ${version}'s editor: time to load, with / without the package`,
        measured: times.map((ms) => `${ms.toFixed(0)} ms`).join(" / "),
        goal: "",
      },
    ];
  });
}
