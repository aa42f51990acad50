import assert from "node:assert/strict";
import type { Ended } from "./post-office-rig";

/** How often each subject arrived. */
export function arrivals(raws: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const raw of raws) {
    const subject = /^Subject: (.*)$/m.exec(raw)?.[1]?.trim() ?? "";
    times.set(subject, (times.get(subject) ?? 0) + 1);
  }
  return times;
}

/** Every mail was told as sent, and the server has each of them once. */
export function assertEachOnce(ended: readonly Ended[], raws: readonly string[]): void {
  assertAllSent(ended);
  const times = arrivals(raws);
  assert.equal(times.size, ended.length, "lost");
  const twice = [...times].filter(([, count]) => count > 1);
  assert.deepEqual(twice, [], "twice");
}

export function assertAllSent(ended: readonly Ended[]): void {
  const failed = ended.flatMap((each) => ("error" in each ? [String(each.error)] : []));
  assert.deepEqual(failed, [], "given up");
}

/**
 * Every mail was told as sent and is there. What is there more often was lost an answer each time,
 * and its result says so. Returns how many are there too often.
 */
export function assertEachMarked(ended: readonly Ended[], raws: readonly string[], lostAnswers: number): number {
  assertAllSent(ended);
  const times = arrivals(raws);
  assert.equal(times.size, ended.length, "lost");
  const unmarked = ended.flatMap((each, at) => {
    const again = (times.get(`mail ${at}`) ?? 0) - 1;
    return "sent" in each && again > each.sent.unconfirmed
      ? [`mail ${at}: ${again} more, ${each.sent.unconfirmed}`]
      : [];
  });
  assert.deepEqual(unmarked, [], "twice, and not marked");
  const duplicates = raws.length - times.size;
  assert.ok(duplicates <= lostAnswers, `${duplicates} duplicates of ${lostAnswers} lost answers`);
  return duplicates;
}
