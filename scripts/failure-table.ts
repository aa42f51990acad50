// Writes the table of failures in docs/test.md from the catalogue; `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FAILURES } from "../src/model/catalogue";

const file = join(__dirname, "..", "docs", "test.md");
const [START, END] = ["<!-- failures -->", "<!-- /failures -->"];

const rows = Object.entries(FAILURES).map(
  ([reason, { code, disposition, cause, remedy }]) =>
    `| \`${reason}\` | \`${code}\` | ${disposition} | ${cause} | ${remedy} |`,
);
const table = ["| reason | code | disposition | cause | remedy |", "| --- | --- | --- | --- | --- |", ...rows].join(
  "\n",
);

const text = readFileSync(file, "utf8");
const [before, rest] = text.split(START);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`docs/test.md has no ${START} … ${END}`);
const current = `${before}${START}\n${table}\n${END}${after}`;

if (!process.argv.includes("--check")) writeFileSync(file, current);
else if (current !== text) {
  console.error("docs/test.md does not list the failures as they are; run: npx tsx scripts/failure-table.ts");
  process.exitCode = 1;
}
