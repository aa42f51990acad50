export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of what each pair differs by: what disturbs the machine for a while disturbs both of a pair. */
export function medianDifference<T>(pairs: readonly { with: T; without: T }[], of: (one: T) => number): number {
  return median(pairs.map((pair) => of(pair.with) - of(pair.without)));
}
