import assert from "node:assert/strict";
import { type Flow, loadFlow, nodeById, startServer, stopServer, unload } from "../support/flow";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";

export type Message = Record<string, unknown>;
export type End = { readonly at: "output" | "catch"; readonly msg: Message };

type Nodes = Parameters<typeof loadFlow>;

/** A second is too long for a timer to wait; the machine of the tests has others to serve as well. */
const MOST_STANDSTILL_MS = 1_000;
const MOST_STANDSTILL_OF_LARGE_MS = 3_000;
const MOST_WAIT_MS = 15_000;

/** A flow that runs for the tests of one `describe`, and what every message to it must come to. */
export interface WatchedFlow {
  readonly server: ScriptedSmtpServer;
  /** Sends the message to a step, and tells where it came out: at its output, or at Catch with an error's code. */
  check(msg: Message, options?: { step?: string; large?: boolean }): Promise<End["at"]>;
  outcomeOf(msg: Message, step?: string): Promise<End & { standstillMs: number }>;
}

/** `nodesFor` makes the flow for the port of a mail server that takes everything. */
export function watchFlow(nodesFor: (port: number) => Nodes, script: () => SmtpScript = () => ({})): WatchedFlow {
  let server: ScriptedSmtpServer;
  let flow: Flow;
  let ended: ((end: End) => void) | undefined;
  const prototype = Reflect.ownKeys(Object.prototype);
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  before(async () => {
    process.on("unhandledRejection", onRejection);
    await startServer();
    server = await startScriptedSmtpServer({ size: 200_000_000, ...script() });
    flow = await loadFlow(...nodesFor(server.port));
    for (const [id, at] of [
      ["output", "output"],
      ["caught", "catch"],
    ] as const)
      nodeById(id).on("input", (msg: Message) => ended?.({ at, msg }));
  });
  after(async () => {
    await unload();
    await stopServer();
    await server.close();
    process.removeListener("unhandledRejection", onRejection);
  });

  /** Sends it, and says how it ended and for how long nothing else could happen meanwhile. */
  async function outcomeOf(msg: Message, step = "step"): Promise<End & { standstillMs: number }> {
    const standstill = new Standstill();
    let timer: NodeJS.Timeout | undefined;
    try {
      const end = await new Promise<End>((resolve, reject) => {
        ended = resolve;
        timer = setTimeout(() => reject(new Error(`nothing came out of it; ${rejections.join()}`)), MOST_WAIT_MS);
        flow.sendTo(step, msg);
      });
      return { ...end, standstillMs: standstill.longest() };
    } finally {
      standstill.stop();
      clearTimeout(timer);
      ended = undefined;
    }
  }

  async function check(msg: Message, { step = "step", large = false } = {}): Promise<End["at"]> {
    const before = Reflect.ownKeys(msg);
    const values = before.map((key) => msg[key as string]);
    const { at, msg: told, standstillMs } = await outcomeOf(msg, step);
    if (at === "catch") {
      const { code, message } = told["error"] as { code?: unknown; message: string };
      assert.match(String(code), /^ERR_MAIL_[A-Z_]+$/, message);
      assert.ok(message.length < 2500, `${message.length} characters`);
    }
    assert.ok(
      standstillMs < (large ? MOST_STANDSTILL_OF_LARGE_MS : MOST_STANDSTILL_MS),
      `stood still for ${standstillMs} ms`,
    );
    const added = Reflect.ownKeys(msg).filter((key) => !before.includes(key));
    assert.deepEqual(
      added.filter((key) => key !== "email"),
      [],
      "nothing else is written into the message",
    );
    assert.ok(
      before.every((key, index) => Object.is(msg[key as string], values[index])),
      "nothing of it is changed",
    );
    assert.deepEqual(Reflect.ownKeys(Object.prototype), prototype);
    assert.deepEqual(rejections.splice(0), []);
    return at;
  }

  return {
    get server() {
      return server;
    },
    check,
    outcomeOf,
  };
}

/** How long timers had to wait because of this process: while others have the processor, it does nothing wrong. */
class Standstill {
  #last = this.#now();
  #longest = 0;
  readonly #looking = setInterval(() => this.#look(), 10);

  longest(): number {
    this.#look();
    return this.#longest;
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  #look(): void {
    const now = this.#now();
    this.#longest = Math.max(this.#longest, Math.min(now.wall - this.#last.wall, now.own - this.#last.own));
    this.#last = now;
  }

  #now(): { wall: number; own: number } {
    const { user, system } = process.cpuUsage();
    return { wall: performance.now(), own: (user + system) / 1000 };
  }
}
