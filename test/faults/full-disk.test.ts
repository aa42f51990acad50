import assert from "node:assert/strict";
import { existsSync, statfsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SendError } from "../../src/model/send-error";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { entry, QUEUE, result } from "../contract/sample-entries";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { type Ended, FaultRig } from "./post-office-rig";
import { SmallDisk } from "./small-disk";
import { assertEachOnce } from "./truth";

describe("a store on a disk that is full", () => {
  let small: SmallDisk;
  let disk: string;
  let store: SqliteOutboxStore;

  beforeEach(async () => {
    small = new SmallDisk(24);
    disk = small.path;
    store = new SqliteOutboxStore({ folder: join(disk, "store"), warn: (message) => assert.fail(message) });
    await store.open();
  });
  afterEach(async () => {
    await store.close();
    small.remove();
  });

  const ballast = (): boolean => existsSync(join(disk, "store", "ballast"));

  const isFull = (error: unknown): boolean => {
    assert.ok(error instanceof SendError);
    assert.equal(error.reason, "store-full");
    assert.ok(error.message.includes(join(disk, "store", "outbox.sqlite")), error.message);
    return true;
  };

  /** Adds until the disk is full; how many it took. */
  async function fill(): Promise<number> {
    for (let added = 0; ; ) {
      const batch = Array.from({ length: 50 }, (_, at) => entry(`m${added + at}`, { mime: Buffer.alloc(2048, "x") }));
      const outcomes = await Promise.allSettled(batch.map((one) => store.add(one)));
      const failed = outcomes.filter((one) => one.status === "rejected");
      added += outcomes.length - failed.length;
      for (const { reason } of failed) isFull(reason);
      if (failed.length > 0) return added;
    }
  }

  /** Fills what is free with a file of somebody else. */
  async function crowd(): Promise<void> {
    const { bavail, bsize } = statfsSync(disk);
    await writeFile(join(disk, "other"), Buffer.alloc(Math.max(0, bavail * bsize - 100_000), 1));
  }

  async function sendAll(): Promise<number> {
    for (let marked = 0; ; ) {
      const claimed = await store.claim(QUEUE, 50, 1000);
      if (claimed.length === 0) return marked;
      await Promise.all(claimed.map(({ id }) => store.startBody(id)));
      await Promise.all(claimed.map(({ id }) => store.complete(id, result(2000, "accepted"))));
      marked += claimed.length;
    }
  }

  it("takes no more mails, and still keeps what became of each that it has", async () => {
    assert.ok(ballast());
    const added = await fill();
    assert.ok(added > 1000 && !ballast());
    await assert.rejects(store.add(entry("more")), isFull);
    assert.equal((await store.counts()).queued, added);
    assert.equal(await sendAll(), added);
    assert.equal((await store.counts()).sent, added);
  });

  it("has all of them when it is opened again, though there is still no room", async () => {
    const added = await fill();
    await store.close();
    await store.open();
    assert.equal((await store.counts()).queued, added);
    await assert.rejects(store.add(entry("more")), isFull);
  });

  it("takes mails again when there is room, and keeps ballast for the next time", async () => {
    await fill();
    small.resize(64);
    assert.equal((await store.add(entry("more"))).added, true);
    assert.ok(ballast());
  });

  it("takes mails again in the room of those that were sent, where it filled the disk itself", async () => {
    const added = await fill();
    await sendAll();
    assert.equal((await store.add(entry("more"))).added, true);
    assert.equal((await store.counts()).queued, 1);
    assert.equal((await store.counts()).sent, added);
  });

  it("leaves nothing of a large body that it could not keep", async () => {
    await crowd();
    const large = entry("large", { mime: Buffer.alloc(600 << 10) });
    await assert.rejects(store.add(large), isFull);
    assert.equal(await store.get("large"), undefined);
    await rm(join(disk, "other"));
    assert.equal((await store.add(large)).added, true);
    assert.equal((await store.claim(QUEUE, 1, 1000))[0]?.mime.byteLength, 600 << 10);
  });
});

describe("a post office on a disk that gets full", () => {
  let small: SmallDisk;
  let rig: FaultRig;
  let server: ScriptedSmtpServer;

  beforeEach(() => {
    small = new SmallDisk(24);
  });
  afterEach(async () => {
    await rig.close();
    await server.close();
    small.remove();
  });

  it("refuses what it cannot keep, and sends each that it kept, once", async () => {
    let isAway = true;
    server = await startScriptedSmtpServer({
      greeting: () => (isAway ? { say: "421 4.3.2 not now", close: "end" } : undefined),
    });
    rig = new FaultRig(server.port, {}, {}, join(small.path, "user"));
    const kept: Promise<Ended>[] = [];
    let refused: unknown;
    while (!refused) {
      try {
        kept.push((await rig.keep(kept.length, { bytes: 20_000 })).ended);
      } catch (error) {
        refused = error;
      }
    }
    assert.ok(refused instanceof SendError && refused.reason === "store-full", String(refused));
    assert.ok(kept.length > 200, `${kept.length} kept`);
    isAway = false;
    assertEachOnce(
      await Promise.all(kept),
      server.mails.map(({ raw }) => raw),
    );
  });
});
