import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** The most memory (RSS, in bytes) of this process from here on: the kernel's own high-water mark where there is one (Linux), else the highest of many looks. */
export function watchMemory(): () => number {
  if (existsSync("/proc/self/clear_refs")) {
    writeFileSync("/proc/self/clear_refs", "5");
    return () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
  }
  let highest = process.memoryUsage.rss();
  const look = (): void => {
    highest = Math.max(highest, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 1);
  return () => {
    clearInterval(timer);
    look();
    return highest;
  };
}
