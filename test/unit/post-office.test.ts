import assert from "node:assert/strict";
import { SendError } from "../../src/model/send-error";
import type { OutboxEntry, Retention } from "../../src/outbox/outbox-store";
import { outcomeOf } from "../../src/outbox/outcomes";
import { MemoryOutboxStore } from "../../src/outbox/stores/memory-outbox-store";
import { createPostOffice, PostOffice } from "../../src/post-office";
import { entry, result } from "../contract/sample-entries";
import { FakeClock, settled } from "../support/fake-clock";

const HOUR = 3_600_000;

/** A store that survives its being closed, as one on a disk does, and tells what was asked of it. */
class Disk extends MemoryOutboxStore {
  readonly calls: string[] = [];
  readonly retentions: Retention[] = [];
  refusal: SendError | undefined;
  closing = (): void => {};

  constructor(private readonly interrupted: OutboxEntry[] = []) {
    super();
  }

  override async open(): Promise<void> {
    this.calls.push("open");
    if (this.refusal) throw this.refusal;
    await super.open();
  }

  override async recover(now: number): Promise<OutboxEntry[]> {
    this.calls.push("recover");
    return [...(await super.recover(now)), ...this.interrupted.splice(0)];
  }

  override async prune(retention: Retention): Promise<number> {
    this.retentions.push(retention);
    return super.prune(retention);
  }

  override async close(): Promise<void> {
    await settled();
    this.closing();
    this.calls.push("close");
    await super.close();
  }
}

async function interruptedOnes(): Promise<OutboxEntry[]> {
  const store = new MemoryOutboxStore();
  await store.open();
  for (const [id, queue] of [
    ["a", "q1"],
    ["b", "q2"],
    ["c", "q1"],
  ] as const) {
    await store.add(entry(id, { queue }));
    await store.claim(queue, 1, 1000);
    await store.startBody(id);
  }
  return store.recover(2000);
}

function officeWith(...disks: Disk[]): { office: PostOffice; clock: FakeClock; made: () => number } {
  const clock = new FakeClock();
  let made = 0;
  const makeDiskStore = (): Disk => disks[made++] as Disk;
  const keeping = { sentDays: 1, deadDays: 2, maxSent: 3, maxDead: 4 };
  return { office: new PostOffice({ clock, makeDiskStore, keeping }), clock, made: () => made };
}

describe("PostOffice", () => {
  it("shares one store between configurations, and closes it with the last", async () => {
    const disk = new Disk();
    const { office, clock } = officeWith(disk);
    const [one, two] = await Promise.all([office.open("disk", "q1"), office.open("disk", "q2")]);
    assert.ok(one.store === disk && two.store === disk);
    assert.deepEqual(disk.calls, ["open", "recover"]);
    await one.release();
    assert.deepEqual(disk.calls, ["open", "recover"]);
    await two.release();
    assert.deepEqual([disk.calls.at(-1), clock.timers], ["close", 0]);
  });

  it("tells whoever watches when a store is open, whose mails were not to be seen before", async () => {
    const { office } = officeWith(new Disk());
    const seen: number[] = [];
    office.outcomes.watch(() => seen.push(office.openStores.length));
    await office.open("disk", "q1");
    assert.deepEqual(seen, [1]);
  });

  it("takes a second release of the same configuration for the first", async () => {
    const disk = new Disk();
    const { office } = officeWith(disk);
    const [one] = [await office.open("disk", "q1"), await office.open("disk", "q2")];
    await Promise.all([one.release(), one.release()]);
    assert.ok(!disk.calls.includes("close"));
  });

  it("opens anew after a redeploy, once the old store is closed", async () => {
    const [first, second] = [new Disk(), new Disk()];
    const { office, made } = officeWith(first, second);
    first.closing = () => assert.deepEqual(second.calls, []);
    const before = await office.open("disk", "q1");
    const released = before.release();
    const opening = office.open("disk", "q1");
    await released;
    const after = await opening;
    assert.ok(after.store === second);
    assert.deepEqual([made(), first.calls.at(-1), second.calls[0]], [2, "close", "open"]);
  });

  it("hands interrupted mails to their own configuration, once", async () => {
    const { office } = officeWith(new Disk(await interruptedOnes()));
    const idsOf = async (queue: string): Promise<string[]> =>
      (await office.open("disk", queue)).interrupted.map(({ id }) => id);
    assert.deepEqual(await idsOf("q1"), ["a", "c"]);
    assert.deepEqual(await idsOf("q1"), []);
    assert.deepEqual(await idsOf("q2"), ["b"]);
  });

  it("keeps mails in memory, and says so, where this machine has no engine for a disk", async () => {
    const disk = new Disk();
    disk.refusal = new SendError("store-no-engine", { phase: "queue" });
    const { office } = officeWith(disk);
    const counter = await office.open("disk", "q1");
    assert.deepEqual([counter.noDisk, counter.store.kind], [true, "memory"]);
    await counter.store.add(entry("a"));
    assert.equal(disk.calls.at(-1), "close");
  });

  it("rejects where the store cannot be used, and tries again for the next one", async () => {
    const [broken, mended] = [new Disk(), new Disk()];
    broken.refusal = new SendError("store-locked", { phase: "queue", facts: { value: "outbox.db" } });
    const { office, clock } = officeWith(broken, mended);
    await assert.rejects(office.open("disk", "q1"), { code: "ERR_MAIL_STORE" });
    assert.equal(clock.timers, 0);
    assert.ok((await office.open("disk", "q1")).store === mended);
  });

  it("keeps what waits in memory across a redeploy", async () => {
    const withoutFolder = createPostOffice(new FakeClock(), undefined, () => {});
    for (const [office, kind] of [
      [officeWith().office, "memory"],
      [withoutFolder, "disk"],
    ] as const) {
      const before = await office.open(kind, "q1");
      await before.store.add(entry("a"));
      await before.release();
      const after = await office.open(kind, "q1");
      assert.deepEqual([(await after.store.get("a"))?.state, after.noDisk], ["queued", false]);
      await after.release();
    }
  });

  for (const kind of ["memory", "disk"] as const) {
    it(`forgets old mails at once and every hour (${kind}), while somebody uses the store`, async () => {
      const { office, clock } = officeWith(new Disk());
      const { store, release } = await office.open(kind, "q1");
      await store.add(entry("a", { queuedAt: clock.now() }));
      await store.claim("q1", 1, clock.now());
      await store.complete("a", result(clock.now(), "accepted"));
      await clock.advance(24 * HOUR);
      assert.ok(await store.get("a"));
      await clock.advance(HOUR);
      assert.equal(await store.get("a"), undefined);
      await release();
      await settled();
      assert.equal(clock.timers, 0);
    });
  }

  it("forgets what is too many after every thousand mails, however short the hour", async () => {
    const disk = new Disk();
    const { office, clock } = officeWith(disk);
    const { store, release } = await office.open("disk", "q1");
    const endAnother = async (id: string): Promise<void> => {
      await store.add(entry(id, { queuedAt: clock.now() }));
      await store.claim("q1", 1, clock.now());
      await store.complete(id, result(clock.now(), "accepted"));
      const kept = await store.get(id);
      if (kept) office.outcomes.settle(outcomeOf(kept, "sent", clock.now()));
      await settled();
    };
    for (let at = 0; at < 999; at++) await endAnother(`${at}`);
    assert.deepEqual([disk.retentions.length, (await store.counts()).sent], [1, 999]);
    await endAnother("999");
    assert.deepEqual([disk.retentions.length, (await store.counts()).sent], [2, 3]);
    await release();
    assert.equal(clock.timers, 0);
  });

  it("keeps as long and as many as it is told", async () => {
    const disk = new Disk();
    const { office, clock } = officeWith(disk);
    await office.open("disk", "q1");
    const now = clock.now();
    const expected = { now, sentBefore: now - 24 * HOUR, deadBefore: now - 48 * HOUR, maxSent: 3, maxDead: 4 };
    assert.deepEqual(disk.retentions, [{ ...expected, queues: new Map() }]);
  });

  it("keeps the mails of a queue as long as its configuration says, as it was deployed last", async () => {
    const disk = new Disk();
    const { office, clock } = officeWith(disk);
    const one = await office.open("disk", "q1", { sentDays: 5, deadDays: 6 });
    await office.open("disk", "q2");
    await one.release();
    await office.open("disk", "q1", { sentDays: 3, deadDays: 4 });
    await clock.advance(HOUR);
    const now = clock.now();
    const { queues, sentBefore } = disk.retentions.at(-1) as Retention;
    assert.equal(sentBefore, now - 24 * HOUR, "of the others");
    const expected = { sentBefore: now - 3 * 24 * HOUR, deadBefore: now - 4 * 24 * HOUR };
    assert.deepEqual([...(queues ?? [])], [["q1", expected]]);
  });
});

describe("the limit per minute of a queue", () => {
  it("is the same across redeploys and kinds of store, and another one for another queue", async () => {
    const { office } = officeWith(new Disk(), new Disk());
    const before = await office.open("disk", "q1");
    await before.release();
    const [after, inMemory, other] = [
      await office.open("disk", "q1"),
      await office.open("memory", "q1"),
      await office.open("disk", "q2"),
    ];
    assert.ok(after.limit === before.limit && inMemory.limit === before.limit);
    assert.ok(other.limit !== before.limit);
  });

  it("counts what an earlier process sent in the last minute, although it is forgotten at once", async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const keeping = { sentDays: 0, deadDays: 0, maxSent: 0, maxDead: 0 };
    await disk.open();
    const now = clock.now();
    for (const [id, queue, at] of [
      ["a", "q1", now - 70_000],
      ["b", "q1", now - 50_000],
      ["c", "q1", now - 20_000],
      ["d", "q2", now - 20_000],
    ] as const) {
      await disk.add(entry(id, { queue, queuedAt: at }));
      await disk.claim(queue, 1, at);
      await disk.complete(id, result(at, "accepted"));
    }
    const office = new PostOffice({ clock, makeDiskStore: () => disk, keeping });
    const { limit } = await office.open("disk", "q1");
    assert.equal(disk.retentions.length, 1);
    limit.perMinute = 3;
    assert.equal(limit.room(now), 1);
    limit.perMinute = 2;
    assert.equal(limit.waitMs(now), 10_000);
  });

  it("begins empty where the store cannot tell", async () => {
    const disk = new Disk();
    disk.list = () => Promise.reject(new SendError("store-failed", { phase: "queue" }));
    const { limit } = await officeWith(disk).office.open("disk", "q1");
    limit.perMinute = 2;
    assert.equal(limit.room(0), 2);
  });
});
