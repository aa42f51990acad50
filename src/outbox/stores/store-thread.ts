import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { SendError } from "../../model/send-error";
import type { Answer } from "./sqlite-file";
import type { SqliteRequests } from "./sqlite-requests";
import { failureOf, type StoreFault } from "./store-fault";
import type { FromWorker, Question } from "./thread-messages";

export type StartThread = (folder: string) => Worker;

/** The method of a request, as it looks from this side of the thread. */
type Answered<M extends keyof SqliteRequests> = SqliteRequests[M] extends (...args: infer A) => infer R
  ? { args: A; result: R }
  : never;

interface Pending {
  resolve(answer: unknown): void;
  reject(error: SendError): void;
}

/** From sources the loader of TypeScript has to go along; a built file needs none. */
export const startThread: StartThread = (folder) => {
  const options = { workerData: { folder }, name: "outbox" };
  if (!__filename.endsWith(".ts")) return new Worker(join(__dirname, "sqlite-worker.js"), options);
  return new Worker(join(__dirname, "sqlite-worker.ts"), { ...options, execArgv: ["--require", "tsx/cjs"] });
};

/** The store's thread: keeps the process alive only while it owes an answer. */
export class StoreThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #warn: (message: string) => void;
  #asked = 0;
  /** Asked for in this turn of the event loop; they go in one message, which costs much less. */
  #leaving: { questions: Question[]; transfer: ArrayBuffer[] } | undefined;
  #ended: SendError | undefined;

  private constructor(worker: Worker, warn: (message: string) => void) {
    this.#worker = worker;
    this.#warn = warn;
    worker.on("message", (message: FromWorker) => this.#hear(message));
    worker.on("error", (error) => this.#end(`the outbox's thread failed: ${error.message}`));
    worker.on("exit", (code) => this.#end(`the outbox's thread ended (exit code ${code})`));
  }

  /** Rejects with what keeps the store from being used; no thread is left behind then. */
  static async open(worker: Worker, warn: (message: string) => void): Promise<StoreThread> {
    const thread = new StoreThread(worker, warn);
    try {
      await thread.#await(0);
      return thread;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  ask<M extends keyof SqliteRequests>(
    method: M,
    args: Answered<M>["args"],
    { transfer = [], patient = false }: { transfer?: ArrayBuffer[]; patient?: boolean } = {},
  ): Promise<Answered<M>["result"]> {
    const question = { id: ++this.#asked, method, args: args as unknown[], ...(patient ? { patient } : {}) };
    return this.#ask(question, transfer) as Promise<Answered<M>["result"]>;
  }

  /** What was asked for before is still answered. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#ask({ id: ++this.#asked, method: "close", args: [] }).catch(() => {});
    await this.#worker.terminate();
  }

  #ask(question: Question, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (!this.#leaving) {
      this.#leaving = { questions: [], transfer: [] };
      setImmediate(() => this.#send());
    }
    this.#leaving.questions.push(question);
    this.#leaving.transfer.push(...transfer);
    return this.#await(question.id);
  }

  #send(): void {
    const { questions, transfer } = this.#leaving ?? { questions: [], transfer: [] };
    this.#leaving = undefined;
    try {
      this.#worker.postMessage(questions, transfer);
    } catch (error) {
      const fault: StoreFault = { reason: "store-failed", facts: { value: String(error) } };
      for (const { id } of questions) this.#answer(id, { fault });
    }
  }

  #await(id: number): Promise<unknown> {
    if (this.#pending.size === 0) this.#worker.ref();
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  #hear(message: FromWorker): void {
    if (message.kind === "warning") {
      this.#warn(message.message);
      return;
    }
    if (message.kind === "opened") this.#answer(0, message);
    else for (const answer of message.answers) this.#answer(answer.id, answer);
  }

  #answer(id: number, answer: Answer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ("fault" in answer) pending?.reject(failureOf(answer.fault));
    else pending?.resolve(answer.answer);
  }

  #end(value: string): void {
    this.#ended ??= failureOf({ reason: "store-failed", facts: { value } });
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}
