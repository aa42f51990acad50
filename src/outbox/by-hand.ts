import type { OutboxStore } from "./outbox-store";
import { type Outcomes, outcomeOf } from "./outcomes";

/** Throws these away, tells who waits for them, and says how many that was. Those being sent stay. */
export async function discard(
  stores: readonly OutboxStore[],
  outcomes: Outcomes,
  ids: readonly string[],
  now: number,
): Promise<number> {
  let discarded = 0;
  for (const store of stores) {
    for (const id of ids) {
      const entry = await store.get(id);
      if (!entry || (await store.cancel([id], now)) === 0) continue;
      discarded++;
      // How that ended was told when it was given up.
      if (entry.state !== "dead") outcomes.settle(outcomeOf(entry, "cancelled", now));
    }
  }
  return discarded;
}

/** Holds waiting ones until a person releases them, tells who waits for them, and says how many that was. */
export async function park(
  stores: readonly OutboxStore[],
  outcomes: Outcomes,
  ids: readonly string[],
  now: number,
): Promise<number> {
  let parked = 0;
  for (const store of stores) {
    for (const id of ids) {
      if ((await store.park([id], now)) === 0) continue;
      parked++;
      outcomes.progress(id, { state: "held" });
    }
  }
  return parked;
}

/** Has deferred, held and given-up ones tried now; resolves with the queues that have something to do now. */
export async function retry(
  stores: readonly OutboxStore[],
  ids: readonly string[],
  now: number,
): Promise<{ readonly count: number; readonly queues: readonly string[] }> {
  const queues = new Set<string>();
  let count = 0;
  for (const store of stores) {
    for (const id of ids) {
      const entry = await store.get(id);
      if (!entry || (await store.release([id], now)) === 0) continue;
      count++;
      queues.add(entry.queue);
    }
  }
  return { count, queues: [...queues] };
}
