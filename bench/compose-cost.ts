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

export interface ComposeCost {
  readonly label: string;
  /** Milliseconds for one mail. */
  readonly pairs: readonly { readonly package: number; readonly nodemailer: number }[];
}

export function composeCost(rounds: number): Promise<ComposeCost[]> {
  return resultOf("compose.mjs", { sizes: SIZES, rounds });
}

export function composeRows(costs: readonly ComposeCost[]): Row[] {
  return costs.flatMap(({ label, pairs }) => {
    const ratios = pairs.map((pair) => pair.nodemailer / pair.package);
    const ratio = median(ratios);
    const times = [median(pairs.map((pair) => pair.package)), median(pairs.map((pair) => pair.nodemailer))];
    return [
      {
        what: `composing mails of ${label}: mails per second, ratio to nodemailer's composer alone`,
        measured: `${ratio.toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
        goal: `≥ ${GOAL.toFixed(2)}`,
        met: ratio >= GOAL,
      },
      {
        what: `composing mails of ${label}: time for one, this package / nodemailer's composer`,
        measured: times.map((ms) => `${ms.toFixed(2)} ms`).join(" / "),
        goal: "",
      },
    ];
  });
}
