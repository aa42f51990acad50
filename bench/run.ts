import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../test/support/node-red";
import { runPairs, WAYS } from "./burst";
import { composeCost, composeRows } from "./compose-cost";
import { editorLoad } from "./editor-load";
import { largeAttachment, largeAttachmentRows } from "./large-attachment";
import { outboxCost } from "./outbox-cost";
import { pageOf } from "./page";
import { requireCost, type StartPair, startCost } from "./start-cost";
import { type Row, tableOf } from "./table";
import { burstRows, editorRows, type MeasuredWay, type Measurements, verdicts } from "./verdicts";

/** `BENCH_ROUNDS=3 npm run bench` for a quick look; an odd number has a pair in the middle. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
/** What is looked for is a small part of a start, so it takes more pairs to see it. */
const START_ROUNDS = ROUNDS * 3;
/** A page load varies much more than the goal. */
const EDITOR_ROUNDS = Math.max(11, ROUNDS * 3);
/** Short ones, of which the collector takes its share now and then. */
const COMPOSE_ROUNDS = ROUNDS * 5;
/** These take long, and differ little from each other. */
const OUTBOX_ROUNDS = Math.min(ROUNDS, 3);

async function measure(): Promise<Measurements> {
  const bursts = await allBursts();
  const outbox = await outboxCost(OUTBOX_ROUNDS, (text) => process.stdout.write(`${text}\n`));
  process.stdout.write("composing\n");
  const compose = await composeCost(COMPOSE_ROUNDS);
  process.stdout.write("a large attachment\n");
  const large = await largeAttachment(OUTBOX_ROUNDS);
  process.stdout.write("loading the nodes\n");
  const loading = { empty: await requireCost([], ROUNDS), nodeRed: await requireCost(["node-red"], ROUNDS) };
  process.stdout.write("Node-RED's start\n");
  const start = await startCost(START_ROUNDS, tellStart);
  const editor = await editorLoads();
  return { bursts, compose, large, loading, start, outbox, editor };
}

async function allBursts(): Promise<MeasuredWay[]> {
  const bursts: MeasuredWay[] = [];
  for (const way of WAYS) {
    process.stdout.write(`${way.mails} mails, ${way.label}\n`);
    const pairs = await runPairs(way, ROUNDS, ({ mailer, pool }) => {
      const [ours, theirs] = [mailer.perSecond, pool.perSecond];
      process.stdout.write(`  ${ours.toFixed(0)} / ${theirs.toFixed(0)} per second: ${(ours / theirs).toFixed(2)}\n`);
    });
    bursts.push({ way, pairs });
  }
  return bursts;
}

function editorLoads(): ReturnType<typeof editorLoad> {
  process.stdout.write("the editor\n");
  return editorLoad(EDITOR_ROUNDS, (text) => process.stdout.write(`${text}\n`));
}

function tellStart(pair: StartPair): void {
  process.stdout.write(`  ${pair.with.ms.toFixed(0)} ms with, ${pair.without.ms.toFixed(0)} ms without\n`);
}

const PARTS: Readonly<Record<string, () => Promise<Row[]>>> = {
  mails: async () => (await allBursts()).flatMap(burstRows),
  editor: async () => editorRows(await editorLoads()),
  compose: async () => composeRows(await composeCost(COMPOSE_ROUNDS)),
  attachment: async () => largeAttachmentRows(await largeAttachment(OUTBOX_ROUNDS)),
};

async function run(): Promise<void> {
  if (!existsSync(join(checkout, "dist", "nodes", "smtp-config.js"))) {
    execFileSync(process.execPath, [join(checkout, "scripts", "build.mjs")], { stdio: "inherit" });
  }
  // `npm run bench -- editor` shows this part alone, and leaves the page as it is.
  const alone = PARTS[process.argv[2] ?? ""];
  if (alone) {
    process.stdout.write(`\n${tableOf(await alone())}\n`);
    return;
  }
  const rows = verdicts(await measure());
  process.stdout.write(`\n${tableOf(rows)}\n`);
  mkdirSync(join(checkout, "docs"), { recursive: true });
  writeFileSync(
    join(checkout, "docs", "performance.md"),
    pageOf(rows, {
      rounds: ROUNDS,
      composeRounds: COMPOSE_ROUNDS,
      startRounds: START_ROUNDS,
      outboxRounds: OUTBOX_ROUNDS,
      editorRounds: EDITOR_ROUNDS,
    }),
  );
  if (rows.some(({ met }) => met === false)) process.exitCode = 1;
}

void run();
