import { resultOf } from "./child";
import { median } from "./median";
import type { Row } from "./table";

const GOAL = 0.9;

/** Bytes of each part, and how many mails make one measurement long enough to be one. */
const SIZES = [
  { label: "2 KB", text: 500, html: 500, attachment: 1_000, mails: 300 },
  { label: "200 KB", text: 20_000, html: 40_000, attachment: 140_000, mails: 40 },
  { label: "10 MB", text: 20_000, html: 80_000, attachment: 9_900_000, mails: 3 },
] as const;

type Contender = "package" | "nodemailer";

export interface ComposeCost {
  readonly label: string;
  /** Milliseconds for one mail: of computing, which hardly depends on what else the machine does, and by the clock. */
  readonly pairs: readonly Readonly<Record<Contender, { readonly computing: number; readonly clock: number }>>[];
}

export function composeCost(rounds: number): Promise<ComposeCost[]> {
  return resultOf("compose.mjs", { sizes: SIZES, rounds });
}

export function composeRows(costs: readonly ComposeCost[]): Row[] {
  return costs.flatMap(({ label, pairs }) => {
    const ratios = pairs.map((pair) => pair.nodemailer.computing / pair.package.computing);
    const ratio = median(ratios);
    const times = (of: "computing" | "clock"): string =>
      (["package", "nodemailer"] as const)
        .map((one) => `${median(pairs.map((pair) => pair[one][of])).toFixed(2)} ms`)
        .join(" / ");
    const what = `composing mails of ${label}`;
    return [
      {
        what: `${what}: mails for each second of computing, ratio to nodemailer's composer alone`,
        measured: `${ratio.toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
        goal: `≥ ${GOAL.toFixed(2)}`,
        met: ratio >= GOAL,
      },
      {
        what: `${what}: computing time for one, this package / nodemailer's composer`,
        measured: times("computing"),
        goal: "",
      },
      { what: `${what}: time by the clock, this package / nodemailer's composer`, measured: times("clock"), goal: "" },
    ];
  });
}
