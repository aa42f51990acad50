import type { Question } from "./thread-messages";

/** More of them at once would only let the first one wait longer. */
export const MAX_BATCH = 512;

/** So many new mails in one commit take about as long as what each commit takes anyway. */
const MAX_ADDS = 16;

export interface Batches {
  /** What is committed now, in this order. */
  readonly batch: readonly Question[];
  /** What is to wait for the next commit. */
  readonly rest: readonly Question[];
}

/**
 * What of that which waits is committed next.
 *
 * A connection stands still until the mark of its mail is committed. So where many new mails come at once,
 * the marks pass them. Whoever looks at states still sees all that was asked for before.
 */
export function nextBatch(waiting: readonly Question[]): Batches {
  const adds = waiting.filter(({ method }) => method === "add");
  if (adds.length <= MAX_ADDS || !waiting.every(mayPass)) {
    return { batch: waiting.slice(0, MAX_BATCH), rest: waiting.slice(MAX_BATCH) };
  }
  const marks = waiting.filter(({ method }) => method !== "add");
  return { batch: [...marks, ...adds.slice(0, MAX_ADDS)], rest: adds.slice(MAX_ADDS) };
}

const mayPass = ({ method }: Question): boolean => method === "add" || method === "startBody" || method === "finish";
