import type { Question } from "./thread-messages";

/** More of them at once would only let the first one wait longer. */
export const MAX_BATCH = 512;

/** With so many new mails a commit takes hardly longer than without. */
const FEW_ADDS = 4;

/** So many take about half of the time in which they are added: a slow disk takes more of them at once. */
const ADDS_PER_MS = 8;

export interface Batches {
  /** What is committed now, in this order. */
  readonly batch: readonly Question[];
  /** What is to wait for the next commit. */
  readonly rest: readonly Question[];
}

/**
 * What of that which waits is committed next. `lastMs`: how long the last commit took, where mails are being sent.
 *
 * A connection stands still until the mark of its mail is committed. So where many new mails come at once,
 * the marks pass them. Whoever looks at states still sees all that was asked for before.
 */
export function nextBatch(waiting: readonly Question[], lastMs = Number.POSITIVE_INFINITY): Batches {
  const adds = waiting.filter(({ method }) => method === "add");
  const most = Math.max(FEW_ADDS, Math.min(lastMs * ADDS_PER_MS, MAX_BATCH));
  if (adds.length <= most || !waiting.every(mayPass)) {
    return { batch: waiting.slice(0, MAX_BATCH), rest: waiting.slice(MAX_BATCH) };
  }
  const marks = waiting.filter(({ method }) => method !== "add");
  return { batch: [...marks, ...adds.slice(0, most)], rest: adds.slice(most) };
}

const mayPass = ({ method }: Question): boolean => method === "add" || method === "startBody" || method === "finish";
