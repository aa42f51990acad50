// `npx tsx bench/store.ts`: what keeping mails on disk costs, with 2 KB bodies. Needs the built files.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewEntry, OutboxStore } from "../src/outbox/outbox-store";
import { checkout } from "../test/support/node-red";
import { median } from "./median";

const QUEUE = "bench";
const WAITING = [1_000, 10_000, 100_000];
const CLAIMS = 200;
const BODY = Buffer.alloc(2048, "x");

type Row = readonly [what: string, value: string];
type Stores = typeof import("../src/outbox/stores/sqlite-outbox-store");

function entry(id: string): NewEntry {
  const recipients = [{ address: "anna@example.com", state: "unknown" }] as const;
  const mail = { messageId: `<${id}@example.com>`, from: "orders@example.com", subject: `Order ${id}`, recipients };
  return { id, queue: QUEUE, queuedAt: 1000, mime: BODY, ...mail };
}

async function perSecond(count: number, atOnce: number, run: (at: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await run(next++);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, lane));
  return (count * 1000) / (performance.now() - start);
}

/** The middle of what one call takes, in milliseconds. */
async function middleMs(count: number, run: (at: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    const start = performance.now();
    await run(at);
    times.push(performance.now() - start);
  }
  return median(times);
}

async function adding(store: OutboxStore): Promise<Row[]> {
  await perSecond(2000, 64, (at) => store.add(entry(`warm-${at}`)));
  const one = await perSecond(5000, 1, (at) => store.add(entry(`one-${at}`)));
  const many = await perSecond(50_000, 64, (at) => store.add(entry(`many-${at}`)));
  return [
    ["durable adds a second, one at a time", one.toFixed(0)],
    ["durable adds a second, 64 at once", many.toFixed(0)],
  ];
}

async function whileWaiting(store: OutboxStore): Promise<Row[]> {
  const rows: Row[] = [];
  let waiting = 0;
  for (const target of WAITING) {
    await perSecond(target - waiting, 256, (at) => store.add(entry(`w${waiting + at}`)));
    const claim = await middleMs(CLAIMS, () => store.claim(QUEUE, 1, 2000));
    const dueAt = await middleMs(CLAIMS, () => store.nextDueAt(QUEUE, 2000));
    const counts = await middleMs(CLAIMS, () => store.counts(QUEUE));
    const list = await middleMs(CLAIMS, () => store.list({ limit: 50 }));
    const costs = { claim, "next due": dueAt, counts, "list of 50": list };
    const told = Object.entries(costs).map(([name, ms]) => `${name} ${ms.toFixed(3)}`);
    rows.push([`with ${target} waiting, ms for one`, told.join(", ")]);
    await store.recover(2000);
    waiting = target;
  }
  return rows;
}

async function inNewFolder(run: (store: OutboxStore) => Promise<Row[]>): Promise<Row[]> {
  const { SqliteOutboxStore } = require(join(checkout, "dist/src/outbox/stores/sqlite-outbox-store.js")) as Stores;
  const folder = mkdtempSync(join(tmpdir(), "outbox-bench-"));
  const store = new SqliteOutboxStore({ folder, warn: console.error });
  await store.open();
  try {
    return await run(store);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(): Promise<void> {
  const rows = [...(await inNewFolder(adding)), ...(await inNewFolder(whileWaiting))];
  process.stdout.write(`| Node.js ${process.versions.node} | |\n| --- | --- |\n`);
  for (const row of rows) process.stdout.write(`| ${row.join(" | ")} |\n`);
}

void measure();
