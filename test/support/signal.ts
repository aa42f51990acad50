export interface Signal {
  emit(): void;
  waitFor(condition: () => boolean, timeoutMs: number): Promise<void>;
}

/** Lets a test wait for a condition that is looked at again each time something was recorded. */
export function createSignal(): Signal {
  const waiting = new Set<() => void>();
  return {
    emit() {
      for (const look of [...waiting]) look();
    },
    waitFor(condition, timeoutMs) {
      if (condition()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!condition()) return;
          finish();
          resolve();
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`not within ${timeoutMs} ms: ${condition.toString()}`));
        }, timeoutMs);
        const finish = () => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
      });
    },
  };
}
