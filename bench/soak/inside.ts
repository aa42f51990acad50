// Runs in the process of Node-RED, as `global.get("soak")` of its function nodes.
import { openSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { mailsOf, numberIn, PER_SECOND, type SoakMessage } from "./mails";
import type { Queue } from "./plan";
import { Sampler } from "./sampler";

const SAMPLE_MS = 5000;
const TICK_MS = 20;
/** After a redeploy it catches up, four times as fast. */
const MOST_PER_TICK = (4 * PER_SECOND * TICK_MS) / 1000;

export interface InsideOptions {
  /** Of Node-RED, from which its hooks and events are taken. */
  readonly nodeRed: string;
  readonly outbox: string;
  readonly ledger: string;
  readonly samples: string;
  readonly largeFile: string;
}

interface Typed {
  readonly type: string;
  /** Null once Node-RED has stopped the node. */
  readonly _inputCallback?: unknown;
}

interface Failure {
  readonly code: string;
  readonly cause?: { readonly recipients?: unknown };
}

/** What a step said of a mail at one of its outputs. */
export interface ToldMessage {
  readonly topic?: unknown;
  readonly email: {
    readonly state: string;
    readonly unconfirmed?: number;
    readonly recipients?: unknown;
    readonly error?: Failure;
  };
}

interface FailingNode {
  readonly type: string;
  error(failure: Failure, msg?: { readonly topic?: unknown }): void;
}

interface NodeRedUtil {
  readonly hooks: {
    add(name: "onReceive.soak", run: (event: { msg: SoakMessage; destination: { node: Typed } }) => void): void;
  };
  readonly events: { on(name: string, run: () => void): void };
}

/** Feeds, notes what was handed over and what was told, and samples. Nothing of a mail stays in memory. */
export function soak({ nodeRed, outbox, ledger, samples, largeFile }: InsideOptions) {
  const { hooks, events } = createRequire(nodeRed)("@node-red/util") as NodeRedUtil;
  const [ledgerFile, samplesFile] = [openSync(ledger, "a"), openSync(samples, "a")];
  const counts = { handed: 0, sent: 0, failed: 0 };
  const sampler = new Sampler(outbox, () => counts);
  const next = mailsOf(largeFile);
  let isRunning = true;
  let timers: NodeJS.Timeout[] = [];
  const write = (file: number, line: object): void => void writeSync(file, `${JSON.stringify(line)}\n`);

  // While nodes are restarted Node-RED drops what is sent to them: that was not handed over.
  events.on("flows:stopping", () => {
    isRunning = false;
  });
  events.on("flows:started", () => {
    isRunning = true;
  });
  hooks.add("onReceive.soak", ({ msg, destination }) => {
    if (destination.node.type !== "send-email") return;
    // On its way to a step that was stopped in the same moment: Node-RED drops it after this hook.
    if (!destination.node._inputCallback) return write(ledgerFile, { dropped: numberIn(msg.topic) });
    counts.handed++;
    write(ledgerFile, { handed: numberIn(msg.topic) });
  });
  const failed = (topic: unknown, { code, cause }: Failure): void => {
    counts.failed++;
    const accepted = acceptedIn(cause?.recipients);
    write(ledgerFile, { told: numberIn(topic) ?? -1, state: "failed", code, unconfirmed: 0, accepted });
  };
  // Not from a Catch node: while flows start after a deploy, Node-RED has forgotten which there are.
  const { prototype } = createRequire(nodeRed)("@node-red/runtime/lib/nodes/Node") as { prototype: FailingNode };
  const { error } = prototype;
  prototype.error = function (failure, msg) {
    if (this.type === "send-email" && numberIn(msg?.topic) !== undefined) failed(msg?.topic, failure);
    error.call(this, failure, msg);
  };

  return {
    /** `startedAt`: milliseconds since 1970. Samples until `stop`, and feeds for `feedMs`. */
    start(startedAt: number, feedMs: number, send: (queue: Queue, message: SoakMessage) => void): void {
      let fed = 0;
      const feed = (): void => {
        const due = Math.floor((Math.min(Date.now() - startedAt, feedMs) * PER_SECOND) / 1000) - fed;
        for (let more = Math.min(due, MOST_PER_TICK); more > 0 && isRunning; more--, fed++) {
          const { queue, message } = next();
          send(queue, message);
        }
      };
      const look = (): void => write(samplesFile, sampler.look(Date.now() - startedAt));
      timers = [setInterval(feed, TICK_MS), setInterval(look, SAMPLE_MS)];
    },

    stop(): void {
      for (const timer of timers) clearInterval(timer);
    },

    told({ topic, email: { state, unconfirmed = 0, recipients, error } }: ToldMessage): void {
      if (error) failed(topic, error);
      else {
        counts.sent++;
        write(ledgerFile, { told: numberIn(topic) ?? -1, state, unconfirmed, accepted: acceptedIn(recipients) });
      }
    },
  };
}

function acceptedIn(recipients: unknown): string[] {
  const all = Array.isArray(recipients) ? (recipients as { address: string; state: string }[]) : [];
  return all.filter(({ state }) => state === "accepted").map(({ address }) => address);
}
