import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SEED, seeded } from "../../test/faults/seed";
import { checkout } from "../../test/support/node-red";
import { megabytes, tableOf } from "../table";
import { chartOf } from "./chart";
import { OpenEditor } from "./editor";
import { chartTitle, soakPage } from "./page";
import { type Plan, planOf, QUEUES } from "./plan";
import { type Sample, waitingIn } from "./sample";
import { type Scene, setScene } from "./scene";
import { type Truth, truthOf } from "./truth";
import { verdictsOf } from "./verdict";

const USUAL_MINUTES = 20;
/** `SOAK_MINUTES=3 npm run soak` for a try; only a whole run writes into docs/. */
const MINUTES = Number(process.env.SOAK_MINUTES ?? USUAL_MINUTES);
const TELL_MS = 15_000;
/** Of what was found wrong. */
const MOST_TOLD = 50;
/** What waits is tried again and again for so long after the last mail. */
const MOST_DRAIN_MS = 180_000;
const DRAIN_ROUND_MS = 5000;
/** More than a sample's distance: what is sampled then is at rest. */
const REST_MS = 12_000;

async function run(): Promise<void> {
  const plan = planOf(MINUTES, seeded("plan"));
  process.stdout.write(`${MINUTES} minutes; again with FAULT_SEED=${SEED}\n`);
  const scene = await setScene(plan);
  const editor = new OpenEditor(scene.nodeRed);
  let isFine = false;
  const telling = setInterval(() => tell(scene.samples().at(-1)), TELL_MS);
  try {
    await live(scene, editor, plan);
    await drain(scene, editor);
    await wait(REST_MS);
    const waiting = await editor.waiting();
    await editor.stop();
    if (waiting.length > 0) process.stdout.write(`${editor.standings}\n`);
    isFine = report(scene, plan, waiting, editor);
  } finally {
    clearInterval(telling);
    await scene.end(!isFine);
  }
  if (!isFine) process.exitCode = 1;
}

async function live({ startedAt }: Scene, editor: OpenEditor, { redeploys, feedMs }: Plan): Promise<void> {
  for (const { at, queues } of redeploys) {
    await wait(startedAt + at - Date.now());
    await editor.redeploy(queues);
    process.stdout.write(`deployed ${queues.join(" and ")}\n`);
  }
  await wait(startedAt + feedMs - Date.now());
}

async function drain({ calm, samples }: Scene, editor: OpenEditor): Promise<void> {
  calm();
  const until = Date.now() + MOST_DRAIN_MS;
  for (let left = 1; left > 0 && Date.now() < until; ) {
    await editor.retryNow();
    await editor.discard();
    await wait(DRAIN_ROUND_MS);
    const last = samples().at(-1);
    left = last ? waitingIn(last) : 1;
  }
}

/** Whether nothing was missed. */
function report(scene: Scene, plan: Plan, waiting: readonly number[], questions: OpenEditor): boolean {
  const samples = scene.samples();
  const truth = truthIn(scene, waiting);
  const atRest = samples.at(-1);
  if (!atRest) throw new Error("there are no samples");
  const fed = samples.filter(({ at }) => at >= 0 && at <= plan.feedMs);
  const rows = verdictsOf({ samples: fed, feedMs: plan.feedMs, atRest, truth, questions });
  process.stdout.write(`\n${tableOf(rows)}\n`);
  for (const found of [...truth.lost, ...truth.twice, ...truth.untrue].slice(0, MOST_TOLD)) {
    process.stdout.write(`${found}\n`);
  }
  mkdirSync(join(checkout, ".test-output"), { recursive: true });
  writeFileSync(join(checkout, ".test-output", "soak-samples.json"), JSON.stringify(samples));
  const isWhole = MINUTES >= USUAL_MINUTES;
  const folder = join(checkout, isWhole ? "docs" : ".test-output");
  mkdirSync(join(folder, "images"), { recursive: true });
  writeFileSync(join(folder, "images", "soak.svg"), chartOf(samples, plan, chartTitle(plan)));
  writeFileSync(join(folder, "soak.md"), soakPage(rows, { plan, seed: SEED, atRest }));
  return rows.every(({ met }) => met !== false);
}

function truthIn(scene: Scene, waiting: readonly number[]): Truth {
  const noted = scene.noted();
  return truthOf({
    dropped: noted.filter((line) => "dropped" in line).length,
    handed: noted.flatMap((line) => ("handed" in line ? [line.handed] : [])),
    told: noted.flatMap((line) => ("told" in line ? [line] : [])),
    taken: scene.taken(),
    waiting,
    neverTwice: (mail) => QUEUES[mail % QUEUES.length] === "orders",
  });
}

function tell(sample: Sample | undefined): void {
  if (!sample) return;
  const { at, sent, failed, heap, rss, descriptors, database, wal, bodies, delayP99 } = sample;
  const counts = `${sent} sent, ${failed} failed, ${waitingIn(sample)} waiting`;
  const memory = `heap ${megabytes(heap)}, RSS ${megabytes(rss)}, ${descriptors} descriptors`;
  const files = `database ${megabytes(database)}, WAL ${megabytes(wal)}, bodies ${megabytes(bodies)}`;
  process.stdout.write(`${(at / 1000).toFixed(0)} s: ${counts}; ${memory}; ${files}; p99 ${delayP99.toFixed(1)} ms\n`);
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

void run();
