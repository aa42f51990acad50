import { resultOf } from "./child";
import { type Reach, startSink } from "./sink";

export const MAILS = 2000;
export const CONNECTIONS = 5;
const WARM_UP = 300;

export type Contender = "mailer" | "pool";
/** `durable`: every mail is on disk before it is sent; with the others they wait in memory. */
export type Way = "plain" | "starttls" | "durable" | "durable starttls";

/** What one burst took, in a process of its own. Memory in bytes. */
export interface Burst {
  readonly perSecond: number;
  /** Computing time of the sending process; unlike the rate it hardly depends on what else the machine does. */
  readonly cpuMicrosPerMail: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly peakRss: number;
  readonly peakHeap: number;
  /** Above the process at rest, after its warm-up. */
  readonly grownRss: number;
  readonly grownHeap: number;
}

export interface Pair {
  readonly mailer: Burst;
  readonly pool: Burst;
}

/** Sends the same mails with the package and with nodemailer's pool, in turn, to a server that serves both. */
export async function runPairs(way: Way, rounds: number, done: (pair: Pair) => void): Promise<Pair[]> {
  const sink = await startSink(way.endsWith("starttls"));
  const { port, security, account, ca }: Reach = sink;
  const outbox = way.startsWith("durable") ? "disk" : "memory";
  const task = { port, security, account, ca, connections: CONNECTIONS, outbox };
  const pairs: Pair[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      // The order changes, so that neither is always the one that comes second.
      const order: Contender[] = round % 2 === 0 ? ["mailer", "pool"] : ["pool", "mailer"];
      const pair: Partial<Record<Contender, Burst>> = {};
      for (const contender of order) {
        pair[contender] = await resultOf<Burst>("sender.mjs", { ...task, contender, mails: MAILS, warmUp: WARM_UP });
      }
      pairs.push(pair as Pair);
      done(pair as Pair);
    }
    const [accepted, expected] = [await sink.accepted(), rounds * 2 * (MAILS + WARM_UP)];
    if (accepted !== expected) throw new Error(`${expected} mails were sent, ${accepted} arrived`);
    return pairs;
  } finally {
    sink.close();
  }
}
