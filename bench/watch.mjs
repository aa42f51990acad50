// What a process of the benchmark sees of itself.
import { monitorEventLoopDelay } from "node:perf_hooks";

const SAMPLE_MS = 5;

/** Samples memory until the returned function is called, which gives the highest values. */
export function watchMemory() {
  const peak = { rss: 0, heap: 0 };
  const look = () => {
    const { rss, heapUsed } = process.memoryUsage();
    peak.rss = Math.max(peak.rss, rss);
    peak.heap = Math.max(peak.heap, heapUsed);
  };
  look();
  const timer = setInterval(look, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

/** Watches the event loop until the returned function is called. */
export function watchDelay() {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  return () => {
    delay.disable();
    return { delayP99Ms: delay.percentile(99) / 1e6, delayMaxMs: delay.max / 1e6 };
  };
}

/** Runs a task that the parent gives, tells it what comes of it, and ends. */
export function answer(run) {
  process.once("message", async (task) => {
    const result = await run(task);
    process.send(result, () => process.disconnect());
  });
}
