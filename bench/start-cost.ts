import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, type FlowNode, startNodeRed } from "../test/support/node-red";
import { resultOf } from "./child";

/** Time in milliseconds, memory in bytes. */
export interface Cost {
  readonly ms: number;
  readonly rss: number;
  readonly heap: number;
}

export interface Pair<T> {
  readonly with: T;
  readonly without: T;
}

export type CostPair = Pair<Cost>;

/** `cpuMs` is the computing time of all of the process; unlike the time it hardly depends on the machine's load. */
export type StartPair = Pair<Cost & { readonly cpuMs: number }>;

/** What loading both nodes costs in a fresh process, in which these modules are loaded already. */
export async function requireCost(before: readonly string[], rounds: number): Promise<CostPair[]> {
  const pairs: CostPair[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = (load: boolean) => resultOf<Cost>("require-cost.mjs", { before, load });
    pairs.push({ with: await run(true), without: await run(false) });
  }
  return pairs;
}

export const IDLE_FLOW: FlowNode[] = [
  { id: "flow", type: "tab", label: "Flow" },
  { id: "inject", type: "inject", z: "flow", wires: [["debug"]] },
  { id: "debug", type: "debug", z: "flow", wires: [] },
];
export const MAIL_FLOW: FlowNode[] = [
  ...IDLE_FLOW,
  {
    id: "config",
    type: "smtp-config",
    name: "bench",
    version: 1,
    kind: "generic",
    isDefault: true,
    host: "localhost",
    port: 587,
    security: "starttls",
    auth: "password",
    from: "orders@example.com",
    credentials: { username: "orders", password: "bench-password" },
  },
  { id: "step", type: "send-email", z: "flow", smtpConfig: "config", wires: [[]] },
];

/** Collects garbage on a signal, and then prints what memory is left. */
const MEMORY_ON_SIGNAL = `
  _bench: process.on("SIGUSR2", () => {
    const { user, system } = process.cpuUsage();
    require("node:v8").setFlagsFromString("--expose-gc");
    require("node:vm").runInNewContext("gc")();
    const { rss, heapUsed, external } = process.memoryUsage();
    console.log("MEMORY " + JSON.stringify({ rss, heap: heapUsed + external, cpuMs: (user + system) / 1000 }));
  }) && console.log("PID " + process.pid)`;

/** Starts a real Node-RED with and without the package installed, in turn. */
export async function startCost(rounds: number, done: (pair: StartPair) => void): Promise<StartPair[]> {
  const pairs: StartPair[] = [];
  // So that every file has been read from disk once.
  await startOnce(true);
  for (let round = 0; round < rounds; round++) {
    const first = await startOnce(round % 2 === 0);
    const second = await startOnce(round % 2 !== 0);
    const pair = round % 2 === 0 ? { with: first, without: second } : { with: second, without: first };
    pairs.push(pair);
    done(pair);
  }
  return pairs;
}

async function startOnce(installed: boolean): Promise<StartPair["with"]> {
  const userDir = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const dependencies = installed ? install(userDir) : {};
    // Node-RED writes one where there is none, which would count against a start without the package.
    writeFileSync(join(userDir, "package.json"), JSON.stringify({ name: "bench", version: "0.0.1", dependencies }));
    const from = performance.now();
    const red = await startNodeRed({
      version: 4,
      userDir,
      nodesDir: false,
      settings: MEMORY_ON_SIGNAL,
      flows: installed ? MAIL_FLOW : IDLE_FLOW,
    });
    const ms = performance.now() - from;
    try {
      if (/missing types|unusable|\[warn\] \[smtp-config/.test(red.log())) throw new Error(red.log());
      process.kill(Number(/PID (\d+)/.exec(red.log())?.[1]), "SIGUSR2");
      await red.waitForLog(/MEMORY .*\n/);
      const { rss, heap, cpuMs } = JSON.parse(/MEMORY (.*)\n/.exec(red.log())?.[1] ?? "");
      return { ms, rss, heap, cpuMs };
    } finally {
      await red.stop();
    }
  } finally {
    rmSync(userDir, { recursive: true, force: true });
  }
}

/** As npm would, but by a link: the build and its dependencies are those of this checkout. */
export function install(userDir: string): Record<string, string> {
  const name = "@post-office/node-red-email";
  mkdirSync(join(userDir, "node_modules", "@post-office"), { recursive: true });
  symlinkSync(checkout, join(userDir, "node_modules", name), "dir");
  return { [name]: "*" };
}
