import type { Plan } from "./plan";
import { type Sample, waitingIn } from "./sample";
import { minuteStep, type Scale, scaleOf } from "./scale";

interface Line {
  readonly name: string;
  readonly color: string;
  readonly of: (sample: Sample, before?: Sample) => number;
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  /** What one of the labels counts: a megabyte, one. */
  readonly unit?: number;
}

const MB = 1e6;
const [BLUE, ORANGE, GREEN] = ["#1f6feb", "#bc4c00", "#1a7f37"];
const sentPerSecond: Line["of"] = (sample, before) =>
  before ? ((sample.sent - before.sent) / (sample.at - before.at)) * 1000 : 0;

const PANELS: readonly Panel[] = [
  { title: "Mails accepted per second", lines: [{ name: "accepted", color: BLUE, of: sentPerSecond }] },
  { title: "Mails that wait", lines: [{ name: "waiting", color: ORANGE, of: waitingIn }] },
  { title: "Live heap, MB", unit: MB, lines: [{ name: "after a collection", color: BLUE, of: ({ heap }) => heap }] },
  { title: "Memory of the process (RSS), MB", unit: MB, lines: [{ name: "RSS", color: BLUE, of: ({ rss }) => rss }] },
  {
    title: "Open file descriptors",
    lines: [{ name: "descriptors", color: GREEN, of: ({ descriptors }) => descriptors }],
  },
  {
    title: "Files of the outbox, MB",
    unit: MB,
    lines: [
      { name: "database", color: BLUE, of: ({ database }) => database },
      { name: "log (WAL)", color: GREEN, of: ({ wal }) => wal },
      { name: "bodies and contents", color: ORANGE, of: ({ bodies }) => bodies },
    ],
  },
  { title: "Event-loop delay, p99, ms", lines: [{ name: "p99", color: BLUE, of: ({ delayP99 }) => delayP99 }] },
];

const WIDTH = 900;
const [LEFT, RIGHT, TOP] = [64, 24, 84];
const [PANEL, GAP, BOTTOM] = [84, 40, 52];
/** Between the top of a panel and its drawing, where its title is. */
const HEAD = 22;
const INK = "#1f2328";
const FAINT = "#59636e";

/** Small multiples over one time axis, on a ground of its own, so that it reads in a light and in a dark page. */
export function chartOf(
  samples: readonly Sample[],
  { away, redeploys, feedMs }: Plan,
  { title, below }: { readonly title: string; readonly below: string },
): string {
  const drawn = samples.filter(({ at }) => at >= 0);
  const end = Math.max(feedMs, drawn.at(-1)?.at ?? 0);
  const x = (at: number): number => LEFT + (at / end) * (WIDTH - LEFT - RIGHT);
  const axis = TOP + (PANELS.length - 1) * (PANEL + GAP) + HEAD + PANEL;
  const height = axis + BOTTOM;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" role="img">`,
    `<title>${title}</title>`,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" fill="#ffffff" stroke="#d1d9e0"/>`,
    text(LEFT, 28, title, { size: 16, weight: 600 }),
    text(LEFT, 47, below, { color: FAINT }),
    ...away.map(({ from, to }) => band(x(from), x(to), axis)),
    ...PANELS.flatMap((panel, at) => drawPanel(panel, drawn, x, TOP + at * (PANEL + GAP) + HEAD)),
    ...redeploys.map(
      ({ at }) => `<path d="M${round(x(at))} ${axis + 3}l-4 7h8z" fill="${FAINT}"><title>redeploy</title></path>`,
    ),
    ...timeAxis(end, x, axis),
  ];
  return `${parts.join("\n")}\n</svg>\n`;
}

function drawPanel({ title, lines, unit = 1 }: Panel, samples: readonly Sample[], x: Time, top: number): string[] {
  const series = lines.map(({ of }) => samples.map((sample, at) => of(sample, samples[at - 1])));
  const scale = scaleOf(series.flat(), { from: top + PANEL, to: top }, unit);
  const labels = scale.ticks.map((tick) => [
    `<path d="M${LEFT} ${round(scale.at(tick))}H${WIDTH - RIGHT}" stroke="#d1d9e0" stroke-width="${tick === 0 ? 1.2 : 0.6}"/>`,
    text(LEFT - 8, scale.at(tick) + 4, (tick / unit).toLocaleString("en"), { anchor: "end", color: FAINT }),
  ]);
  let key = WIDTH - RIGHT;
  const legend = [...lines].reverse().map(({ name, color }) => {
    const entry = text(key, top - 8, name, { anchor: "end", color, weight: 600 });
    key -= name.length * 7 + 22;
    return entry;
  });
  const paths = series.map((values, at) => line(values, samples, x, scale, lines[at]?.color ?? INK));
  return [
    text(LEFT, top - 8, title, { size: 13, weight: 600 }),
    ...(lines.length > 1 ? legend : []),
    ...labels.flat(),
    ...paths,
  ];
}

type Time = (at: number) => number;

function line(values: readonly number[], samples: readonly Sample[], x: Time, scale: Scale, color: string): string {
  const points = values.map((value, at) => `${round(x(samples[at]?.at ?? 0))},${round(scale.at(value))}`);
  return `<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="1.6" stroke-linejoin="round"/>`;
}

function band(from: number, to: number, bottom: number): string {
  const label = text((from + to) / 2, TOP - 10, "server away", { anchor: "middle", color: "#9a3412", size: 11 });
  return `<rect x="${round(from)}" y="${TOP - 4}" width="${round(to - from)}" height="${bottom - TOP + 4}" fill="#ffedd5"/>${label}`;
}

function timeAxis(end: number, x: Time, axis: number): string[] {
  const minutes = end / 60_000;
  const step = minuteStep(minutes);
  const labels: string[] = [];
  for (let at = 0; at <= minutes; at += step) {
    labels.push(text(x(at * 60_000), axis + 24, at.toLocaleString("en"), { anchor: "middle", color: FAINT }));
  }
  const note = "minutes from the first mail; a triangle is a redeploy of one configuration or both";
  return [...labels, text(WIDTH / 2, axis + 43, note, { anchor: "middle", color: FAINT })];
}

interface Look {
  readonly size?: number;
  readonly weight?: number;
  readonly color?: string;
  readonly anchor?: "start" | "middle" | "end";
}

function text(
  x: number,
  y: number,
  what: string,
  { size = 12, weight = 400, color = INK, anchor = "start" }: Look,
): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${color}" text-anchor="${anchor}">${what}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
