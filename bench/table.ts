export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  /** Absent where there is no goal. */
  readonly met?: boolean;
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;

/** The rows as a Markdown table, which is readable in a terminal too. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ["What", "Measured", "Goal", "Verdict"],
    ...rows.map(({ what, measured, goal, met }) => [
      what,
      measured,
      goal,
      met === undefined ? "" : met ? "met" : "missed",
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...body.map(line)].join("\n");
}
