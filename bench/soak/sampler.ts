import { readdirSync, statSync } from "node:fs";
import { Session } from "node:inspector";
import { join } from "node:path";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { Sample } from "./sample";

export type Counts = Pick<Sample, "handed" | "sent" | "failed">;

/** Looks at the process that it is in, and at the outbox in `folder`. */
export class Sampler {
  readonly #inspector = new Session();
  #delay: IntervalHistogram = watched();

  constructor(
    private readonly folder: string,
    private readonly counts: () => Counts,
  ) {
    this.#inspector.connect();
  }

  /** Stops everything for as long as a full garbage collection takes, which counts for no delay. */
  look(at: number): Sample {
    const delay = this.#delay;
    delay.disable();
    this.#inspector.post("HeapProfiler.collectGarbage");
    const { heapUsed, external, rss } = process.memoryUsage();
    const bodies = filesIn(join(this.folder, "bodies"));
    const sample = {
      at,
      heap: heapUsed,
      external,
      rss,
      // Without the one that reads the folder.
      descriptors: readdirSync("/proc/self/fd").length - 1,
      resources: counted(process.getActiveResourcesInfo()),
      database: sizeOf(join(this.folder, "outbox.sqlite")),
      wal: sizeOf(join(this.folder, "outbox.sqlite-wal")),
      bodies: bodies.reduce((sum, size) => sum + size, 0),
      bodyFiles: bodies.length,
      delayP99: delay.percentile(99) / 1e6,
      delayMax: delay.max / 1e6,
      ...this.counts(),
    };
    this.#delay = watched();
    return sample;
  }
}

function watched(): IntervalHistogram {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  return delay;
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function filesIn(folder: string): number[] {
  try {
    return readdirSync(folder).map((name) => sizeOf(join(folder, name)));
  } catch {
    return [];
  }
}

/** 0 where it is not there: files come and go while they are looked at. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
