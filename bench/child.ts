import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const DEADLINE_MS = 180_000;

/** What a process starts with beyond what this one has. */
interface Surroundings {
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Ended by force after this time; without it, it lives until it is told to end, or as long as its parent. */
  readonly timeout?: number;
}

/** Starts a file of this folder in a process of its own, without the loader of this one, and gives it its task. */
export function child(file: string, task: object, { env, timeout }: Surroundings = {}): ChildProcess {
  const options = { execArgv: ["--expose-gc"], env: { ...process.env, ...env }, ...(timeout ? { timeout } : {}) };
  const started = fork(join(__dirname, file), options);
  started.send(task);
  return started;
}

/** The next message of a child; rejects when it ends without one. */
export async function answerOf<T>(from: ChildProcess): Promise<T> {
  const stop = new AbortController();
  const ended = once(from, "exit", { signal: stop.signal }).then(([code, signal]) => {
    throw new Error(`a process of the benchmark ended early (${code ?? signal})`);
  });
  try {
    const [message] = await Promise.race([once(from, "message", { signal: stop.signal }), ended]);
    return message as T;
  } finally {
    ended.catch(() => {});
    stop.abort();
  }
}

/** The one message of a child that ends after it. */
export async function resultOf<T>(file: string, task: object, env?: Readonly<Record<string, string>>): Promise<T> {
  const started = child(file, task, { env, timeout: DEADLINE_MS });
  const ended = once(started, "exit");
  const result = await answerOf<T>(started);
  await ended;
  return result;
}
