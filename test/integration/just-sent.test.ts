import assert from "node:assert/strict";
import { cpSync, mkdtempSync } from "node:fs";
import { cp, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteEngine } from "../../src/outbox/stores/sqlite-engine";
import { SqliteFile } from "../../src/outbox/stores/sqlite-file";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { entry, isStoreFailure, QUEUE, result } from "../contract/sample-entries";

const SENT = result(3000, "accepted");

describe("a mail on disk that was just sent", () => {
  let home: string;
  let folder: string;
  const opened: SqliteOutboxStore[] = [];

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "outbox-"));
    folder = join(home, "store");
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await rm(home, { recursive: true, force: true });
  });

  const warn = (message: string): never => assert.fail(message);

  async function open(within = folder): Promise<SqliteOutboxStore> {
    const store = new SqliteOutboxStore({ folder: within, warn });
    opened.push(store);
    await store.open();
    return store;
  }

  async function send(store: SqliteOutboxStore, ...ids: string[]): Promise<void> {
    for (const id of ids) await store.add(entry(id));
    for (const { id } of await store.claim(QUEUE, ids.length, 2000)) {
      await store.startBody(id);
      await store.complete(id, SENT);
    }
  }

  /** The files as they are when the process ends in this moment. */
  async function crash(): Promise<string> {
    const left = await mkdtemp(join(home, "left-"));
    await cp(folder, left, { recursive: true });
    return left;
  }

  /** The numbers in both tables. */
  function rowsIn(left: string): { started: unknown[]; bodies: unknown[] } {
    const engine = sqliteEngine() ?? assert.fail("no SQLite");
    // A copy, because a connection stays until its statements are collected.
    const copy = mkdtempSync(join(home, "copy-"));
    cpSync(left, copy, { recursive: true });
    const plain = new engine.DatabaseSync(join(copy, "outbox.sqlite"));
    const [started, bodies] = ["started", "bodies"].map((table) =>
      plain
        .prepare(`SELECT seq FROM ${table}`)
        .all()
        .map(({ seq }) => seq),
    );
    plain.close();
    return { started: started ?? [], bodies: bodies ?? [] };
  }

  it("was sent also after a crash, which finds a line that says so, and its body goes then", async () => {
    const file = SqliteFile.open(folder, warn);
    file.run([(requests) => requests.add(entry("a"))]);
    file.runNow((requests) => requests.claim(QUEUE, 1, 2000, 0));
    file.run([(requests) => requests.startBody("a")]);
    file.run([(requests) => requests.finish("a", "sent", SENT)]);
    assert.equal(file.hasNoted, true);
    const left = await crash();
    file.close();
    assert.deepEqual(rowsIn(left), { started: [1], bodies: [1] });
    const next = await open(left);
    assert.equal((await next.counts()).sent, 1);
    assert.deepEqual(await next.recover(9000), []);
    const { state, attempts, updatedAt, unconfirmed, bodyStarted } = (await next.get("a")) ?? assert.fail();
    assert.deepEqual([state, updatedAt, unconfirmed, bodyStarted], ["sent", 3000, 0, false]);
    assert.deepEqual(attempts, [SENT.attempt]);
    assert.deepEqual(await next.claim(QUEUE, 10, 9000), []);
    await next.close();
    assert.deepEqual(rowsIn(left), { started: [], bodies: [] });
  });

  it("is neither sent again nor ended in another way by what comes late", async () => {
    const store = await open();
    await send(store, "a");
    await assert.rejects(store.startBody("a"), isStoreFailure);
    await store.defer("a", { ...result(4000), nextAttemptAt: 5000 });
    assert.deepEqual(await store.claim(QUEUE, 10, 9000), []);
    assert.equal((await store.get("a"))?.state, "sent");
  });

  it("has no body any more a moment later, though nobody looks and no other mail comes", async () => {
    await send(await open(), "a");
    const left = async () => rowsIn(await crash());
    const log = join(folder, "outbox.sqlite-wal");
    for (let size = (await stat(log)).size; (await left()).bodies.length > 0; ) {
      while ((await stat(log)).size === size) await new Promise(setImmediate);
      size = (await stat(log)).size;
    }
    assert.deepEqual(await left(), { started: [], bodies: [] });
  });

  it("waits for a few others at most, where many are sent", async () => {
    await send(await open(), ...Array.from({ length: 200 }, (_, at) => `m${at}`));
    const left = await crash();
    const { bodies } = rowsIn(left);
    assert.ok(bodies.length < 64, `${bodies.length} bodies are left`);
    const next = await open(left);
    assert.deepEqual(await next.recover(9000), []);
    assert.equal((await next.counts()).sent, 200);
  });

  it("has its body deleted when the store is closed", async () => {
    const store = await open();
    await send(store, "a", "b");
    await store.close();
    assert.deepEqual(rowsIn(folder), { started: [], bodies: [] });
  });

  it("is forgotten by number as one that ended long ago is", async () => {
    const store = await open();
    await send(store, "a", "b", "c");
    const retention = { now: 9000, sentBefore: 0, deadBefore: 0, maxSent: 1, maxDead: 0 };
    assert.equal(await store.prune(retention), 2);
  });
});
