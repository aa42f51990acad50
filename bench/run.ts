import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { checkout } from "../test/support/node-red";
import { CONNECTIONS, MAILS, type Pair, runPairs, type Way } from "./burst";
import { requireCost, type StartPair, startCost } from "./start-cost";
import { type Measurements, type Row, tableOf, verdicts } from "./verdicts";

/** `BENCH_ROUNDS=3 npm run bench` for a quick look; an odd number has a pair in the middle. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
/** What is looked for is a small part of a start, so it takes more pairs to see it. */
const START_ROUNDS = ROUNDS * 3;

async function measure(): Promise<Measurements> {
  const plain = await burst("plain");
  const starttls = await burst("starttls");
  const durable = await burst("durable");
  process.stdout.write("loading the nodes\n");
  const loading = { empty: await requireCost([], ROUNDS), nodeRed: await requireCost(["node-red"], ROUNDS) };
  process.stdout.write("Node-RED's start\n");
  const start = await startCost(START_ROUNDS, tellStart);
  return { bursts: { plain, starttls, durable }, loading, start };
}

function burst(way: Way): Promise<Pair[]> {
  process.stdout.write(`${MAILS} mails, ${way}\n`);
  return runPairs(way, ROUNDS, ({ mailer, pool }) => {
    const [ours, theirs] = [mailer.perSecond, pool.perSecond];
    process.stdout.write(`  ${ours.toFixed(0)} / ${theirs.toFixed(0)} per second: ${(ours / theirs).toFixed(2)}\n`);
  });
}

function tellStart(pair: StartPair): void {
  process.stdout.write(`  ${pair.with.ms.toFixed(0)} ms with, ${pair.without.ms.toFixed(0)} ms without\n`);
}

function pageOf(rows: readonly Row[]): string {
  const date = new Date().toISOString().slice(0, 10);
  return `# Performance

Written by \`npm run bench\` on ${date}, Node.js ${process.versions.node}, ${availableParallelism()} processors, ${process.platform} ${process.arch}.

${tableOf(rows)}

## How it is measured

- **Mails.** ${MAILS} mails of 2 KB each are handed over at once and sent over ${CONNECTIONS} connections, each to one recipient. This package checks, composes, queues and sends them (\`Mailer.submit\`; “durable” with the outbox on disk, the others in memory); the other side is nodemailer's own pool (\`pool: true\`, ${CONNECTIONS} connections, 100 mails each) with the same content. Both send to the same server, which runs in a process of its own, accepts everything and counts. Each burst has a fresh process, warmed up with a smaller burst.
- **Ratios.** ${ROUNDS} pairs, each side first in turn; the ratio is taken pair by pair, and the table shows the median (and the range). Mails per second depend on the machine and on what else it does; the ratio does much less.
- **Event-loop delay.** \`perf_hooks.monitorEventLoopDelay\` with a resolution of 1 ms during this package's burst: how long flows and other nodes have to wait. The sampling interval itself is part of the value.
- **Memory.** Sampled every 5 ms. “Above rest” is what the burst adds to the same process after its warm-up and a garbage collection.
- **Loading.** \`require\` of both nodes' built scripts in a fresh process, against a process that loads nothing; memory after a garbage collection.
- **Start.** A real Node-RED 4 from spawning to “Started flows”, with the package and a flow with a Generic configuration, and without both, ${START_ROUNDS} pairs, each side first in turn; memory after a garbage collection. Medians of the differences, pair by pair. Time by the clock varies by more than the goal on a busy machine; the computing time beside it hardly does.
`;
}

async function run(): Promise<void> {
  if (!existsSync(join(checkout, "dist", "nodes", "smtp-config.js"))) {
    execFileSync(process.execPath, [join(checkout, "scripts", "build.mjs")], { stdio: "inherit" });
  }
  const rows = verdicts(await measure());
  process.stdout.write(`\n${tableOf(rows)}\n`);
  mkdirSync(join(checkout, "docs"), { recursive: true });
  writeFileSync(join(checkout, "docs", "performance.md"), pageOf(rows));
  if (rows.some(({ met }) => met === false)) process.exitCode = 1;
}

void run();
