import { strict as assert } from "node:assert";
import { recall } from "../../nodes/runtime/outbox-overview";
import { MinuteCounts, OutboxSeries } from "../../nodes/runtime/outbox-series";
import { OutboxWatch } from "../../nodes/runtime/outbox-watch";
import type { Outcome } from "../../src/mailer";
import type { OutboxStore } from "../../src/outbox/outbox-store";
import { MemoryOutboxStore } from "../../src/outbox/stores/memory-outbox-store";
import { entry, QUEUE, result } from "../contract/sample-entries";
import { FakeClock } from "../support/fake-clock";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("the counts of the last hour", () => {
  it("have sixty minutes, the latest last", () => {
    const counts = new MinuteCounts();
    for (const minute of [0, 0, 1, 59]) counts.add(minute * MINUTE + 5);
    const read = counts.read(59 * MINUTE + 59_999);
    assert.equal(read.length, 60);
    assert.deepEqual([read[0], read[1], read[2], read[59]], [2, 1, 0, 1]);
  });

  it("forget what is older, minute by minute", () => {
    const counts = new MinuteCounts();
    counts.add(0);
    assert.equal(sum(counts.read(59 * MINUTE)), 1);
    assert.equal(sum(counts.read(60 * MINUTE)), 0);
  });

  it("begin anew where the clock was set back", () => {
    const counts = new MinuteCounts();
    counts.add(5 * HOUR);
    assert.equal(sum(counts.read(HOUR)), 0);
    counts.add(HOUR);
    assert.equal(sum(counts.read(HOUR)), 1);
  });
});

describe("the series of a configuration", () => {
  it("is its own, and tells accepted from failed", () => {
    const series = new OutboxSeries(new FakeClock());
    series.add("a", "accepted");
    series.add("a", "failed");
    series.add("b", "accepted");
    const { accepted, failed, sentToday } = series.read("a");
    assert.deepEqual([sum(accepted), sum(failed), sentToday], [1, 1, 1]);
  });

  it("counts what was sent today from midnight on", async () => {
    const clock = new FakeClock(new Date(2026, 0, 1, 23, 30).getTime());
    const series = new OutboxSeries(clock);
    series.add("a", "accepted");
    series.add("a", "accepted", clock.now() - 5 * HOUR);
    assert.deepEqual([series.read("a").sentToday, sum(series.read("a").accepted)], [2, 1]);
    await clock.advance(HOUR / 2);
    assert.deepEqual([series.read("a").sentToday, sum(series.read("a").accepted)], [0, 1]);
  });
});

describe("the news of the outbox", () => {
  const outcome = (state: Outcome["state"]): Outcome => ({ queue: "a", state }) as Outcome;

  it("come at once, and then at most once a second, however much happens", async () => {
    const clock = new FakeClock();
    const news: object[] = [];
    const watch = new OutboxWatch((one) => news.push(one), clock);
    for (let n = 0; n < 1000; n++) watch.hear(outcome("sent"));
    assert.equal(news.length, 1);
    await clock.advance(1000);
    assert.equal(news.length, 2);
    await clock.advance(10_000);
    assert.equal(news.length, 2, "nothing happened since");
    assert.equal(clock.timers, 0);
  });

  it("say nothing of any mail", () => {
    const news: object[] = [];
    new OutboxWatch((one) => news.push(one), new FakeClock()).hear({
      ...outcome("dead"),
      from: "a@example.com",
      messageId: "<1@example.com>",
    });
    assert.deepEqual(Object.keys(news[0] ?? {}), ["at"]);
  });

  it("count what ended, but not what a person discarded", () => {
    const watch = new OutboxWatch(() => {}, new FakeClock());
    for (const state of ["sent", "dead", "cancelled"] as const) watch.hear(outcome(state));
    watch.hear();
    const { accepted, failed } = watch.series.read("a");
    assert.deepEqual([sum(accepted), sum(failed)], [1, 1]);
  });
});

describe("what an earlier process sent", () => {
  it("counts, however many they are, and whenever they were queued", async () => {
    const noon = new Date(2026, 0, 2, 12).getTime();
    const store = Object.assign(new MemoryOutboxStore(), { kind: "disk" as const }) as never as OutboxStore;
    await store.open();
    const ids = Array.from({ length: 10_500 }, (_, at) => `m${at}`);
    for (const id of ids) await store.add(entry(id, { queuedAt: noon - 24 * HOUR }));
    await store.claim(QUEUE, ids.length, noon);
    for (const [at, id] of ids.entries()) await store.complete(id, result(noon - (at % 120) * MINUTE - 1));
    await store.add(entry("refused"));
    await store.claim(QUEUE, 1, noon);
    await store.bury("refused", result(noon - 1));
    const watch = new OutboxWatch(() => {}, new FakeClock(noon));
    await recall(watch, [store]);
    await recall(watch, [store]);
    const { accepted, failed, sentToday } = watch.series.read(QUEUE);
    assert.deepEqual([sum(failed), sentToday], [1, 10_500]);
    // Of 120 minutes, the sixty of the last hour; the one that has just begun is empty.
    assert.equal(sum(accepted), 59 * 88);
  });
});

function sum(counts: readonly number[]): number {
  return counts.reduce((total, n) => total + n, 0);
}
