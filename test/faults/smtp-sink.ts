import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Debian's package "postfix" brings it; it writes each mail that it got into a file. */
const PROGRAM = "/usr/sbin/smtp-sink";

/** A mail server by other people, on a port of its own, that is started with one kind of fault after another. */
export class SmtpSink {
  readonly #folder = mkdtempSync(join(tmpdir(), "smtp-sink-"));
  #running: ChildProcess | undefined;

  private constructor(readonly port: number) {
    // It gives up being root before it writes.
    chmodSync(this.#folder, 0o777);
  }

  /** Takes a free port, on which nothing answers yet. */
  static async reserve(): Promise<SmtpSink> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    if (address === null || typeof address === "string") throw new Error("no port");
    return new SmtpSink(address.port);
  }

  /** Resolves when the program runs; it may take a moment until it listens. */
  async start(...faults: string[]): Promise<void> {
    const where = ["-d", join(this.#folder, "mail."), `127.0.0.1:${this.port}`, "128"];
    this.#running = spawn(PROGRAM, ["-u", "nobody", ...faults, ...where], { stdio: "ignore" });
    await once(this.#running, "spawn");
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  }

  /** Every mail that it wrote, whatever it answered. What was stopped before its content is none. */
  get raws(): string[] {
    const files = readdirSync(this.#folder).map((name) => readFileSync(join(this.#folder, name), "latin1"));
    return files.filter((raw) => /^Subject: /m.test(raw));
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
