// A process that does to a store what it is told, until it is killed: `store-faults.test.ts` starts it.
import { fork } from "node:child_process";
import { once } from "node:events";
import type { NewEntry } from "../../src/outbox/outbox-store";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { entry, QUEUE, result } from "../contract/sample-entries";

export type Task = "hold open" | "add" | "send";

/** What the process says: the ids it was promised, by what was promised. */
export interface Promised {
  readonly kind: "open" | "failed" | "added" | "claimed" | "marked" | "completed";
  readonly ids: readonly string[];
  readonly message?: string;
}

export interface Writer {
  /** Resolves with the ids of this kind when there are this many. */
  until(kind: Promised["kind"], count: number): Promise<readonly string[]>;
  /** All that was promised, once nothing more can come. */
  kill(): Promise<ReadonlyMap<Promised["kind"], readonly string[]>>;
}

export function startWriter(folder: string, task: Task): Writer {
  const child = fork(__filename, [folder, task], { execArgv: ["--require", "tsx/cjs"], timeout: 60_000 });
  const ended = once(child, "close");
  const promised = new Map<Promised["kind"], string[]>();
  child.on("message", ({ kind, ids }: Promised) => promised.set(kind, [...(promised.get(kind) ?? []), ...ids]));
  return {
    async until(kind, count) {
      while ((promised.get(kind)?.length ?? 0) < count) {
        await Promise.race([once(child, "message"), ended.then(() => Promise.reject(new Error("the writer ended")))]);
      }
      return promised.get(kind) ?? [];
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
      return promised;
    },
  };
}

function body(at: number): NewEntry {
  // Every tenth goes into a file of its own.
  const bytes = at % 10 === 0 ? 300 << 10 : 2048;
  return entry(`m${at}`, { mime: Buffer.alloc(bytes, `${at} `) });
}

async function write(folder: string, task: Task): Promise<void> {
  const tell = (kind: Promised["kind"], ids: readonly string[], message?: string): void => {
    process.send?.({ kind, ids, message } satisfies Promised);
  };
  const store = new SqliteOutboxStore({ folder, warn: (message) => tell("failed", [], message) });
  try {
    await store.open();
  } catch (error) {
    tell("failed", [folder], String(error));
    return;
  }
  tell("open", [folder]);
  // The channel to its parent keeps it alive.
  if (task === "hold open") return;
  const lane = async (first: number): Promise<never> => {
    for (let at = first; ; at += 8) {
      await store.add(body(at));
      tell("added", [`m${at}`]);
      if (task === "send") await sendOne();
    }
  };
  const sendOne = async (): Promise<void> => {
    for (const { id } of await store.claim(QUEUE, 1, 1000)) {
      tell("claimed", [id]);
      await store.startBody(id);
      tell("marked", [id]);
      await store.complete(id, result(2000, "accepted"));
      tell("completed", [id]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, first) => lane(first)));
}

if (require.main === module) {
  const [folder = "", task = "add"] = process.argv.slice(2);
  // Without its parent it has nobody to tell.
  process.on("disconnect", () => process.exit());
  void write(folder, task as Task);
}
