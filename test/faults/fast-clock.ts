import type { Clock } from "../../src/model/clock";

/** Time that goes faster than the wall's, so that retries after minutes take a moment. */
export function fastClock(times: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * times,
    after(ms, run) {
      const timer = setTimeout(run, ms / times);
      return () => clearTimeout(timer);
    },
  };
}
