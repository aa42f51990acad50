import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const LONGEST_START_MS = 15_000;
const BETWEEN_LOOKS_MS = 20;

/** A server program in the foreground, which leads a process group of its own. */
export class Daemon {
  #running: ChildProcess | undefined;
  readonly #killAll = (): void => this.#signalGroup("SIGKILL");

  constructor(
    private readonly program: string,
    private readonly args: readonly string[],
    private readonly isUp: () => Promise<boolean>,
    /** What it wrote of itself, for whoever has to find out why it did not start. */
    private readonly log: () => string,
  ) {}

  /** Resolves when it takes part, at once where it does. */
  async start(): Promise<void> {
    if (isRunning(this.#running)) return;
    const running = spawn(this.program, this.args, { detached: true, stdio: "ignore" });
    this.#running = running;
    // Whatever ends the tests ends it, too.
    process.once("exit", this.#killAll);
    await once(running, "spawn");
    const until = performance.now() + LONGEST_START_MS;
    while (!(await this.isUp())) {
      if (!isRunning(running) || performance.now() > until)
        throw new Error(`${this.program} did not start:\n${this.log()}`);
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  /** Ends it as its own scripts do, and resolves when nobody of it takes part any more. */
  stop(): Promise<void> {
    return this.#end((running) => running.kill("SIGTERM"));
  }

  /** Ends all of it at once, also what would go on with those that it knows. */
  kill(): Promise<void> {
    return this.#end(() => this.#signalGroup("SIGKILL"));
  }

  async #end(how: (running: ChildProcess) => void): Promise<void> {
    const running = this.#running;
    if (!isRunning(running)) return;
    const exited = once(running, "exit");
    how(running);
    await exited;
    this.#running = undefined;
    process.off("exit", this.#killAll);
    // Who was in a conversation may end after it, and holds the port until then.
    while (await this.isUp()) await pause(BETWEEN_LOOKS_MS);
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const { pid } = this.#running ?? {};
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It has ended.
    }
  }
}

function isRunning(child: ChildProcess | undefined): child is ChildProcess {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Whether somebody listens on this port of loopback, or on this socket. */
export function answers(at: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof at === "number" ? connect(at, "127.0.0.1") : connect(at);
    const end = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });
}
