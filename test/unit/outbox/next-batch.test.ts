import assert from "node:assert/strict";
import { nextBatch } from "../../../src/outbox/stores/next-batch";
import type { Question } from "../../../src/outbox/stores/thread-messages";

const asked = (method: Question["method"], count: number): Question[] =>
  Array.from({ length: count }, (_, at) => ({ id: at, method, args: [] }));

const methodsOf = (questions: readonly Question[]): string[] => questions.map(({ method }) => method);

describe("what the store commits next", () => {
  it("is all of it, in order, where few mails are new", () => {
    const waiting = [...asked("add", 4), ...asked("startBody", 5), ...asked("finish", 5)];
    assert.deepEqual(nextBatch(waiting, 0), { batch: waiting, rest: [] });
  });

  it("are the marks first where many mails are new, and each of those in its turn", () => {
    let waiting: readonly Question[] = [...asked("add", 40), ...asked("finish", 1), ...asked("startBody", 1)];
    const sizes: number[] = [];
    const first = nextBatch(waiting, 2);
    assert.deepEqual(methodsOf(first.batch.slice(0, 3)), ["finish", "startBody", "add"]);
    const added: number[] = [];
    while (waiting.length > 0) {
      const { batch, rest } = nextBatch(waiting, 2);
      sizes.push(batch.length);
      added.push(...batch.filter(({ method }) => method === "add").map(({ id }) => id));
      waiting = rest;
    }
    assert.deepEqual(sizes, [18, 16, 8]);
    assert.deepEqual(
      added,
      asked("add", 40).map(({ id }) => id),
    );
  });

  it("keeps the order where somebody looks at states", () => {
    const waiting = [...asked("add", 40), ...asked("list", 1), ...asked("startBody", 1)];
    assert.deepEqual(nextBatch(waiting, 0), { batch: waiting, rest: [] });
  });

  it("takes more new mails at once where a commit takes long", () => {
    const waiting = asked("add", 1000);
    assert.deepEqual(
      [0, 0.4, 1, 30, 300].map((ms) => nextBatch(waiting, ms).batch.length),
      [4, 4, 8, 240, 512],
    );
  });

  it("is all of it where no connection waits for a mark", () => {
    const waiting = asked("add", 100);
    assert.deepEqual(nextBatch(waiting), { batch: waiting, rest: [] });
  });

  it("is never so much that the first one waits for long", () => {
    const waiting = asked("finish", 600);
    const { batch, rest } = nextBatch(waiting, 0);
    assert.deepEqual([batch.length, rest.length, rest[0]?.id], [512, 88, 512]);
  });
});
