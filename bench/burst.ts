import { resultOf } from "./child";
import { type Reach, startSink } from "./sink";

export const CONNECTIONS = 5;
/** How long a distant server takes to answer. */
export const DISTANT_MS = 20;

export type Contender = "mailer" | "pool";

/** How a burst goes, and what is expected of it. */
export interface Way {
  readonly label: string;
  readonly mails: number;
  readonly warmUp: number;
  /** With STARTTLS and a login. */
  readonly secure: boolean;
  /** On disk: every mail is kept there before it is sent. */
  readonly outbox: "disk" | "memory";
  /** Each answer of the server comes so much later. */
  readonly answersAfterMs?: number;
  /** Mails per second, as a ratio to nodemailer's pool. */
  readonly goal: number;
}

const NEAR = { mails: 2000, warmUp: 300 } as const;
// Where most of the time is waiting, the same mails would take a minute.
const DISTANT = { mails: 600, warmUp: 50, answersAfterMs: DISTANT_MS } as const;
const ELSEWHERE = `a server that answers after ${DISTANT_MS} ms`;

export const WAYS: readonly Way[] = [
  { label: "plain", ...NEAR, secure: false, outbox: "memory", goal: 1 },
  { label: "STARTTLS with login", ...NEAR, secure: true, outbox: "memory", goal: 1 },
  { label: "durable", ...NEAR, secure: false, outbox: "disk", goal: 1 },
  { label: "durable, STARTTLS with login", ...NEAR, secure: true, outbox: "disk", goal: 1 },
  { label: `durable, ${ELSEWHERE}`, ...DISTANT, secure: false, outbox: "disk", goal: 1 },
  { label: `durable, STARTTLS with login, ${ELSEWHERE}`, ...DISTANT, secure: true, outbox: "disk", goal: 1 },
];

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
  const { mails, warmUp, outbox } = way;
  const sink = await startSink(way);
  const { port, security, account, ca }: Reach = sink;
  const task = { port, security, account, ca, connections: CONNECTIONS, outbox, mails, warmUp };
  const pairs: Pair[] = [];
  try {
    // The server's process is cold, too, and would be slower to whoever comes first.
    await resultOf<Burst>("sender.mjs", { ...task, contender: "pool" });
    for (let round = 0; round < rounds; round++) {
      // The order changes, so that neither is always the one that comes second.
      const order: Contender[] = round % 2 === 0 ? ["mailer", "pool"] : ["pool", "mailer"];
      const pair: Partial<Record<Contender, Burst>> = {};
      for (const contender of order) {
        pair[contender] = await resultOf<Burst>("sender.mjs", { ...task, contender });
      }
      pairs.push(pair as Pair);
      done(pair as Pair);
    }
    const [accepted, expected] = [await sink.accepted(), (rounds * 2 + 1) * (mails + warmUp)];
    if (accepted !== expected) throw new Error(`${expected} mails were sent, ${accepted} arrived`);
    return pairs;
  } finally {
    sink.close();
  }
}
