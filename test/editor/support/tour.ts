import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../support/node-red";

/** What each step of the README's tour prints in bold: what a person is to find on the screen, in that order. */
export function tourWords(): string[][] {
  const readme = readFileSync(join(checkout, "README.md"), "utf8");
  const [, tour = ""] = /## A five-minute tour\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const steps = [...tour.matchAll(/^\d+\. (.+)$/gm)];
  return steps.map(([, step = ""]) => [...step.matchAll(/\*\*(.+?)\*\*/g)].map(([, words = ""]) => words));
}
