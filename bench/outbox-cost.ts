import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerOf, child, resultOf } from "./child";
import { type Sink, startSink } from "./sink";
import { slowFsync } from "./slow-fsync";

export const QUEUED = 10_000;
export const WAITING = 100_000;
export const SLOW_FSYNC_MS = 30;
/** How many of those that wait are sent while memory is watched. */
export const SENT_OF_WAITING = 2000;

/** The middle of what one call takes with so many waiting, in milliseconds. */
export interface LookCost {
  readonly waiting: number;
  readonly claim: number;
  readonly nextDueAt: number;
  readonly counts: number;
  readonly list: number;
}

export interface Queueing {
  readonly perSecond: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** How long one fsync took in that process. */
  readonly fsyncMs: number;
}

/** Memory in bytes, above a process with the same modules and a configuration that does nothing. */
export interface OutboxCost {
  /** Durable adds a second: one after the other, and 64 at once. */
  readonly adding: { readonly one: number; readonly many: number };
  readonly looking: readonly LookCost[];
  readonly queueing: readonly Queueing[];
  /** Why there is none, where this machine cannot slow its fsync down. */
  readonly slowQueueing: readonly Queueing[] | { readonly missing: string };
  /** From the start of the process to the first mail at the server, in milliseconds. */
  readonly firstMailMs: readonly number[];
  readonly backlog: { readonly peak: number };
  /** `live`: what is left after a garbage collection. The peak has what V8 keeps free of composing, too. */
  readonly taking: { readonly peak: number; readonly live: number };
}

/** What the outbox on disk costs: time, memory, and what the event loop feels of it. */
export async function outboxCost(rounds: number, tell: (text: string) => void): Promise<OutboxCost> {
  const folder = mkdtempSync(join(tmpdir(), "bench-outbox-"));
  const sink = await startSink();
  try {
    const store = join(folder, "store");
    const filling = { folder: store, waiting: [1000, 10_000, WAITING] };
    tell(`a store with up to ${WAITING} waiting`);
    const { adding, costs } = await resultOf<{ adding: OutboxCost["adding"]; costs: LookCost[] }>(
      "store-cost.mjs",
      filling,
    );
    tell("the first mail of them after a start");
    const firstMailMs = await times(rounds, () => firstMail(sink, store));
    tell("memory with them");
    const task = { port: sink.port, security: sink.security };
    const backlog = await resultOf<OutboxCost["backlog"]>("backlog.mjs", {
      ...task,
      folder: store,
      send: SENT_OF_WAITING,
    });
    const taking = await resultOf<OutboxCost["taking"]>("taking.mjs", { port: await closedPort(), mails: WAITING });
    tell(`${QUEUED} mails are queued`);
    const queue = (env?: Readonly<Record<string, string>>) =>
      resultOf<Queueing>("queueing.mjs", { ...task, mails: QUEUED, warmUp: 500 }, env);
    const queueing = await times(rounds, () => queue());
    const slow = slowFsync(folder, SLOW_FSYNC_MS);
    const slowQueueing = "missing" in slow ? slow : await times(rounds, () => queue(slow.env));
    return { adding, looking: costs, queueing, slowQueueing, firstMailMs, backlog, taking };
  } finally {
    sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts a process on the store, and ends it as a crash does: what waits goes on waiting. */
async function firstMail(sink: Sink, folder: string): Promise<number> {
  const from = performance.now();
  const arrived = sink.next();
  const process = child("backlog.mjs", { port: sink.port, folder, send: Number.MAX_SAFE_INTEGER });
  await Promise.race([arrived, answerOf(process)]);
  const ms = performance.now() - from;
  const ended = new Promise((resolve) => process.once("exit", resolve));
  process.kill("SIGKILL");
  await ended;
  return ms;
}

async function times<T>(rounds: number, run: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round++) results.push(await run());
  return results;
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === "object" ? address.port : 0;
}
