/** Decides what a run does at random; `FAULT_SEED=n npm run test:faults` does the same again. */
export const SEED = Number(process.env["FAULT_SEED"] ?? Date.now() % 1_000_000_000);

/** Numbers from 0 up to, but not including, 1: the same ones for the same seed and purpose. */
export function seeded(purpose: string): () => number {
  let state = SEED;
  for (const character of purpose) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** True for about this part of the calls. */
export function sometimes(part: number, purpose: string): () => boolean {
  const random = seeded(purpose);
  return () => random() < part;
}

/** To be called in a suite that uses this randomness. */
export function tellSeedOfFailures(): void {
  afterEach(function () {
    if (this.currentTest?.state === "failed") console.error(`      again with FAULT_SEED=${SEED}`);
  });
}
