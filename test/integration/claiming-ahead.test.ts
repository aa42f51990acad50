import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { startThread } from "../../src/outbox/stores/store-thread";
import type { Question } from "../../src/outbox/stores/thread-messages";
import { entry, idsOf, QUEUE } from "../contract/sample-entries";
import { settled } from "../support/fake-clock";

describe("a store on disk, of which mails are claimed one by one", () => {
  let folder: string;
  let store: SqliteOutboxStore;
  /** What its thread was asked; while `isHeldUp`, it is not asked, as if it waited for the disk. */
  let asked: Question[];
  let isHeldUp: boolean;
  let heldUp: (() => void)[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "outbox-"));
    [asked, isHeldUp, heldUp] = [[], false, []];
    store = new SqliteOutboxStore({ folder, warn: assert.fail, start });
    await store.open();
  });
  afterEach(async () => {
    goOn();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  function start(within: string): Worker {
    const worker = startThread(within);
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (questions: Question[], transfer: ArrayBuffer[]) => {
      asked.push(...questions);
      if (isHeldUp) heldUp.push(() => post(questions, transfer));
      else post(questions, transfer);
    };
    return worker;
  }

  function goOn(): void {
    isHeldUp = false;
    for (const send of heldUp.splice(0)) send();
  }

  const claims = (): number => asked.filter(({ method }) => method === "claim").length;
  const addMany = (count: number): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, (_, at) => store.add(entry(`m${at}`))));

  it("asks for the next ones while there are some left, and keeps nobody waiting meanwhile", async () => {
    await addMany(60);
    const ids = idsOf(await store.claim(QUEUE, 1, 1000));
    isHeldUp = true;
    while (ids.length < 17) ids.push(...idsOf(await store.claim(QUEUE, 1, 1000)));
    await settled();
    assert.equal(claims(), 2);
    // The next one is not there yet.
    const late = store.claim(QUEUE, 1, 1000);
    goOn();
    ids.push(...idsOf(await late));
    while (ids.length < 60) ids.push(...idsOf(await store.claim(QUEUE, 1, 1000)));
    assert.deepEqual(
      ids,
      Array.from({ length: 60 }, (_, at) => `m${at}`),
    );
  });

  it("does not ask again and again where no more are due", async () => {
    await addMany(5);
    for (let at = 0; at < 5; at++) await store.claim(QUEUE, 1, 1000);
    const { sending } = await store.counts();
    assert.equal(sending, 5);
    assert.equal(claims(), 2);
  });

  it("counts those as waiting that are on their way from its thread", async () => {
    await addMany(60);
    for (let at = 0; at < 9; at++) await store.claim(QUEUE, 1, 1000);
    assert.equal(asked.at(-1)?.method, "claim");
    const { queued, sending } = await store.counts();
    assert.deepEqual([queued, sending], [51, 9]);
  });

  it("leaves what was on its way at its closing to whoever opens it again", async () => {
    await addMany(60);
    isHeldUp = true;
    const none = store.claim(QUEUE, 1, 1000).then(idsOf, () => []);
    const closed = store.close();
    goOn();
    await closed;
    assert.deepEqual(await none, []);
    await store.open();
    await store.recover(1000);
    assert.equal((await store.claim(QUEUE, 100, 1000)).length, 60);
  });
});
