import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { checkout } from "../support/node-red";
import type { SenderTask } from "./sender-process";

/** The processes of one suite, from sources that are bundled once: a start then takes a tenth of the time. */
export class Senders {
  // Inside the checkout, so that packages are found.
  readonly #folder = join(checkout, ".test-output", `senders-${process.pid}`);

  async build(): Promise<void> {
    const sources = (names: Record<string, string>) =>
      Object.entries(names).map(([out, source]) => ({ out, in: join(checkout, source) }));
    await build({
      entryPoints: sources({
        "sender-process": "test/faults/sender-process.ts",
        "killing-thread": "test/faults/killing-thread.ts",
        "sqlite-worker": "src/outbox/stores/sqlite-worker.ts",
      }),
      outdir: this.#folder,
      bundle: true,
      packages: "external",
      platform: "node",
      target: "node20",
      format: "cjs",
      logLevel: "error",
    });
  }

  start(task: SenderTask): Sender {
    return new Sender(spawn(process.execPath, [join(this.#folder, "sender-process.js"), JSON.stringify(task)]));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One of them, and what it said so far. */
export class Sender {
  /** Resolves when it has ended, by itself or not, and all that it said is here. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #output = "";
  #errors = "";
  #heard: () => void = () => {};

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
      this.#heard();
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    this.ended = new Promise((resolve) => child.once("close", () => resolve()));
  }

  /** Calls it each time that it says something. */
  whenHeard(run: () => void): void {
    this.#heard = run;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  get wasKilled(): boolean {
    return this.#child.signalCode === "SIGKILL";
  }

  /** What it printed on lines that begin with this word. */
  said(word: string): string[] {
    const lines = this.#output.split("\n").filter((line) => line.startsWith(`${word} `));
    return lines.map((line) => line.slice(word.length + 1));
  }

  /** How many attempts of each mail ended in doubt; throws where it did not come to its end. */
  get doubts(): Map<string, number> {
    const [drained] = this.said("drained");
    if (drained === undefined) throw new Error(`it did not end well: ${this.#output}${this.#errors}`);
    return new Map(Object.entries(JSON.parse(drained) as Record<string, number>));
  }
}
