// What the store on disk takes by itself, in a fresh process: adding, and looking with more and more waiting.
import { entry, openStore, perSecond, QUEUE } from "./mailer.mjs";
import { answer } from "./watch.mjs";

const CALLS = 200;

/** What one call takes in the middle, in milliseconds. */
async function middleMs(run) {
  const times = [];
  for (let at = 0; at < CALLS; at++) {
    const from = performance.now();
    await run();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[CALLS / 2];
}

answer(async ({ folder, waiting }) => {
  const store = await openStore(folder);
  const add = (prefix) => (at) => store.add(entry(`${prefix}-${at}`));
  let there = Math.min(...waiting);
  await perSecond(there, 64, add("first"));
  const costs = [];
  const adding = { one: 0, many: 0 };
  for (const target of waiting) {
    const missing = target - there;
    // Counted where many are missing: a part one at a time, the others as they come from a busy flow.
    const alone = Math.min(missing, 3000);
    if (alone > 0) adding.one = await perSecond(alone, 1, add(`alone-${target}`));
    if (missing > alone) adding.many = await perSecond(missing - alone, 64, add(`many-${target}`));
    there = target;
    // Not the middle of them: most are handed out ahead by the one that asks.
    const claim = 1000 / (await perSecond(CALLS, 1, () => store.claim(QUEUE, 1, 2000)));
    const nextDueAt = await middleMs(() => store.nextDueAt(QUEUE, 2000));
    const counts = await middleMs(() => store.counts(QUEUE));
    const list = await middleMs(() => store.list({ limit: 50 }));
    costs.push({ waiting: target, claim, nextDueAt, counts, list });
    await store.recover(2000);
  }
  await store.close();
  return { adding, costs };
});
