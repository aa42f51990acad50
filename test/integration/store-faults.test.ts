import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Worker } from "node:worker_threads";
import { SendError } from "../../src/model/send-error";
import { sqliteEngine } from "../../src/outbox/stores/sqlite-engine";
import { SqliteFile } from "../../src/outbox/stores/sqlite-file";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { SCHEMA_VERSION } from "../../src/outbox/stores/sqlite-schema";
import { startThread } from "../../src/outbox/stores/store-thread";
import { addOneOfEach, entry, idsOf, isStoreFailure, QUEUE, result } from "../contract/sample-entries";
import { startWriter } from "./store-writer";

const LARGE = 300 << 10;
const RETENTION = { now: 9000, sentBefore: 0, deadBefore: 0, maxSent: 0, maxDead: 0 };

async function* content(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

describe("a store on disk", () => {
  let folder: string;
  let warnings: string[];
  const opened: SqliteOutboxStore[] = [];

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "outbox-")), "store");
    warnings = [];
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await rm(join(folder, ".."), { recursive: true, force: true });
  });

  const database = (): string => join(folder, "outbox.sqlite");
  const bodies = (): Promise<string[]> => readdir(join(folder, "bodies")).catch(() => []);

  async function open(start?: typeof startThread, within = folder): Promise<SqliteOutboxStore> {
    const store = new SqliteOutboxStore({ folder: within, warn: (message) => warnings.push(message), start });
    opened.push(store);
    await store.open();
    return store;
  }

  /** Changes the closed store's database with plain SQL. */
  function alter(sql: string): void {
    const engine = sqliteEngine() ?? assert.fail("no SQLite");
    const plain = new engine.DatabaseSync(database());
    plain.exec(sql);
    plain.close();
  }

  const refused = (reason: string, place: string) => (error: unknown) => {
    assert.ok(error instanceof SendError);
    assert.equal(error.reason, reason);
    assert.equal(error.code, "ERR_MAIL_STORE");
    assert.ok(error.message.includes(place), error.message);
    assert.ok(error.remedy.length > 20);
    return true;
  };

  it("goes on where the room that is kept for a full disk cannot be given up", () => {
    const file = SqliteFile.open(folder, (message) => warnings.push(message));
    file.ballast.drop = () => {
      throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    };
    const full = () => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    const [refused, counted] = file.run([full, (requests) => requests.counts()]);
    assert.equal(refused && "fault" in refused && refused.fault.reason, "store-full");
    assert.ok(counted && "answer" in counted);
    file.close();
  });

  it("finds everything again after it was closed", async () => {
    const first = await open();
    await addOneOfEach(first);
    await first.add(entry("large", { mime: Buffer.alloc(LARGE, "x"), queuedAt: 1001, dedupeKey: "k" }));
    const [before, counts] = [await first.list({ limit: 50 }), await first.counts()];
    await first.close();
    const second = await open();
    assert.deepEqual(await second.list({ limit: 50 }), before);
    assert.deepEqual(await second.counts(), counts);
    assert.equal((await second.add(entry("other", { dedupeKey: "k" }))).added, false);
    const claimed = await second.claim(QUEUE, 5, 2000);
    assert.deepEqual(idsOf(claimed), ["queued", "large"]);
    assert.equal(claimed[1]?.mime.compare(Buffer.alloc(LARGE, "x")), 0);
    assert.deepEqual(warnings, []);
  });

  it("keeps a large mail that takes the number of one that is forgotten in the same commit", async () => {
    const store = await open();
    await store.add(entry("old", { mime: Buffer.alloc(LARGE, "o") }));
    await store.claim(QUEUE, 1, 2000);
    await store.bury("old", result(2000, "failed"));
    await Promise.all([store.prune(RETENTION), store.add(entry("new", { mime: Buffer.alloc(LARGE, "n") }))]);
    assert.equal(await store.get("old"), undefined);
    const [claimed] = await store.claim(QUEUE, 1, 3000);
    assert.equal(claimed?.id, "new");
    assert.equal(claimed?.mime.compare(Buffer.alloc(LARGE, "n")), 0);
    assert.equal((await bodies()).length, 1);
  });

  it("can be opened again by the same object", async () => {
    const store = await open();
    await store.add(entry("a"));
    await store.close();
    await store.open();
    assert.deepEqual(idsOf(await store.claim(QUEUE, 5, 1000)), ["a"]);
  });

  it("can be closed while it is opened", async () => {
    const store = new SqliteOutboxStore({ folder, warn: (message) => assert.fail(message) });
    const opening = store.open();
    await store.close();
    await opening;
    await assert.rejects(store.counts(), isStoreFailure);
    await (await open()).add(entry("a"));
  });

  it("answers what was asked before it was closed", async () => {
    const store = await open();
    const adding = Array.from({ length: 200 }, (_, at) => store.add(entry(`m${at}`)));
    await store.close();
    await Promise.all(adding);
    assert.equal((await (await open()).counts()).queued, 200);
  });

  it("is readable for its owner only", async () => {
    const store = await open();
    await store.add(entry("large", { mime: Buffer.alloc(LARGE) }));
    const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    assert.equal(await modeOf(folder), 0o700);
    assert.equal(await modeOf(join(folder, "bodies")), 0o700);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    assert.ok(files.length >= 4);
    for (const file of files) assert.equal(await modeOf(join(file.parentPath, file.name)), 0o600, file.name);
  });

  it("deletes large bodies with what they belong to, and nothing earlier", async () => {
    const store = await open();
    for (const id of ["sent", "cancelled", "pruned", "held"]) {
      await store.add(entry(id, { mime: Buffer.alloc(LARGE) }));
    }
    await store.cancel(["cancelled"], 2000);
    await store.claim(QUEUE, 5, 2000);
    assert.equal((await bodies()).length, 3);
    await store.complete("sent", result(2000));
    await store.bury("pruned", result(2000));
    await store.hold("held", result(2000));
    assert.equal((await bodies()).length, 2);
    await store.prune(RETENTION);
    assert.equal((await bodies()).length, 1);
    await store.release(["held"], 3000);
    assert.equal((await store.claim(QUEUE, 5, 3000))[0]?.mime.byteLength, LARGE);
  });

  it("sweeps bodies that no entry knows, when it is opened", async () => {
    const first = await open();
    await first.add(entry("large", { mime: Buffer.alloc(LARGE) }));
    await first.close();
    for (const name of ["99.eml", "100.eml.part"]) await writeFile(join(folder, "bodies", name), "left over");
    await open();
    assert.equal((await bodies()).length, 1);
  });

  it("hands out a mail whose body is gone as one that cannot be read, and the others as they are", async () => {
    const store = await open();
    await store.add(entry("gone", { mime: Buffer.alloc(LARGE) }));
    await store.add(entry("there"));
    await rm(join(folder, "bodies"), { recursive: true });
    const claimed = await store.claim(QUEUE, 5, 2000);
    assert.deepEqual(
      claimed.map(({ id, unreadable }) => [id, unreadable?.reason]),
      [
        ["gone", "store-body-missing"],
        ["there", undefined],
      ],
    );
  });

  it("does not let a mail whose body cannot be read now keep back the others", async () => {
    const store = await open();
    await store.add(entry("stuck", { mime: Buffer.alloc(LARGE) }));
    await store.add(entry("there"));
    const [body] = await bodies();
    await rm(join(folder, "bodies", body ?? ""));
    // Not even root reads a folder.
    await mkdir(join(folder, "bodies", body ?? ""));
    const claimed = await store.claim(QUEUE, 5, 2000);
    assert.deepEqual(
      claimed.map(({ id, unreadable }) => [id, unreadable?.reason]),
      [
        ["stuck", "store-body-unreadable"],
        ["there", undefined],
      ],
    );
  });

  it("moves a damaged file aside with its large bodies, says so, and starts anew", async () => {
    const first = await open();
    await first.add(entry("large", { mime: Buffer.alloc(LARGE) }));
    await first.close();
    for (const again of [1, 2]) {
      await writeFile(database(), `damaged ${again} `.repeat(1000));
      const store = await open();
      await store.add(entry("a"));
      assert.deepEqual(idsOf(await store.claim(QUEUE, 5, 2000)), ["a"]);
      await store.close();
      assert.equal(warnings.length, again);
      const aside = /moved to (\S+),/.exec(warnings.at(-1) ?? "")?.[1] ?? "";
      assert.ok(aside.startsWith(`${database()}.corrupt-`), aside);
      assert.match(await readFile(aside, "utf8"), new RegExp(`^damaged ${again}`));
    }
    const kept = (await readdir(folder)).filter((name) => name.startsWith("bodies.corrupt-"));
    assert.equal(kept.length, 1);
    assert.equal((await readdir(join(folder, kept[0] ?? ""))).length, 1);
  });

  it("notices damage while it is used, and moves the file aside at the next start", async () => {
    const first = await open();
    await Promise.all(Array.from({ length: 300 }, (_, at) => first.add(entry(`m${at}`))));
    await first.close();
    const bytes = await readFile(database());
    // Its later half: what is read when it is opened stays whole.
    await writeFile(database(), bytes.fill(0x5a, bytes.length >> 1));
    const second = await open();
    await assert.rejects(second.claim(QUEUE, 300, 2000), refused("store-corrupt", database()));
    await second.close();
    const third = await open();
    assert.equal(warnings.length, 1);
    assert.equal((await third.add(entry("a"))).added, true);
  });

  it("refuses a file of a newer version, and leaves it alone", async () => {
    await (await open()).close();
    alter("PRAGMA user_version = 99");
    await assert.rejects(open(), refused("store-newer", database()));
    alter(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    await open();
    assert.deepEqual(warnings, []);
  });

  it("finds contents in files again, also in a folder that was moved, and sweeps those of no mail", async () => {
    const first = await open();
    const [known, orphan] = await Promise.all([
      first.spool.keep(content("known")),
      first.spool.keep(content("orphan")),
    ]);
    await first.add(entry("a", { files: [{ at: 3, file: known }] }));
    await first.close();
    await rename(folder, `${folder}-moved`);
    const second = await open(startThread, `${folder}-moved`);
    const [claimed] = await second.claim(QUEUE, 1, 2000);
    const [found] = claimed?.files ?? [];
    assert.deepEqual([found?.at, found?.file.size], [3, 5]);
    assert.equal(await readFile(found?.file.path ?? "", "utf8"), "known");
    assert.deepEqual(await readdir(join(`${folder}-moved`, "bodies")), [basename(known.path)]);
    assert.notEqual(basename(orphan.path), basename(known.path));
  });

  it("goes on with the mails that an older version has kept", async () => {
    const older = await open();
    await addOneOfEach(older);
    const before = await older.list({ limit: 20 });
    await older.close();
    alter("ALTER TABLE entries DROP COLUMN ages_from; PRAGMA user_version = 1");
    alter("DROP INDEX bodies_with_contents; ALTER TABLE bodies DROP COLUMN contents");
    alter("ALTER TABLE started DROP COLUMN outcome");
    const newer = await open();
    assert.deepEqual(await newer.list({ limit: 20 }), before);
    assert.equal(await newer.release(["dead"], 5000), 1);
    assert.equal((await newer.get("dead"))?.agesFrom, 5000);
    await newer.close();
    assert.equal((await (await open()).get("dead"))?.agesFrom, 5000);
    assert.deepEqual(warnings, []);
  });

  it("refuses a file that another process uses, by its name, until that one is killed", async () => {
    const writer = startWriter(folder, "hold open");
    await writer.until("open", 1);
    await assert.rejects(open(), refused("store-locked", database()));
    await assert.rejects(open(), refused("store-locked", database()));
    await writer.kill();
    await (await open()).add(entry("a"));
  });

  it("refuses a second store on the same file in the same process, which harms the first one not at all", async () => {
    const first = await open();
    await first.add(entry("a"));
    await assert.rejects(open(), refused("store-locked", database()));
    await first.add(entry("b"));
    // Still locked for others: a file lock belongs to the process, and a second close could have lost it.
    const writer = startWriter(folder, "hold open");
    await writer.until("failed", 1);
    await writer.kill();
  });

  it("refuses a folder that cannot be written", async () => {
    await mkdir(join(folder, ".."), { recursive: true });
    await writeFile(folder, "a file where the folder should be");
    await assert.rejects(open(), refused("store-unwritable", database()));
    await assert.rejects(open(undefined, join(folder, "deeper")), refused("store-unwritable", folder));
    await rm(folder);
    await mkdir(database(), { recursive: true });
    await assert.rejects(open(), refused("store-unwritable", database()));
  });

  it("rejects all that waits for its thread when that ends, and can be opened again", async () => {
    let worker: Worker | undefined;
    const store = await open((at) => {
      worker = startThread(at);
      return worker;
    });
    await store.add(entry("a"));
    const waiting = Array.from({ length: 20 }, (_, at) => store.add(entry(`m${at}`)));
    const outcomes = Promise.allSettled(waiting);
    await worker?.terminate();
    const failed = (await outcomes).filter((one) => one.status === "rejected");
    for (const { reason } of failed) isStoreFailure(reason);
    await assert.rejects(store.counts(), isStoreFailure);
    await store.open();
    const kept = (await store.counts()).queued;
    assert.ok(kept >= 21 - failed.length && kept <= 21, `${kept} kept, ${failed.length} failed`);
  });

  it("keeps no process alive, and leaves no thread behind", async () => {
    let worker: Worker | undefined;
    const store = await open((at) => {
      worker = startThread(at);
      return worker;
    });
    const ended = once(worker ?? assert.fail(), "exit");
    await store.close();
    await ended;
  });

  describe("after kill -9", () => {
    for (const after of [1, 40, 150]) {
      it(`has every mail that was acknowledged (${after} and more)`, async () => {
        const writer = startWriter(folder, "add");
        await writer.until("added", after);
        const added = (await writer.kill()).get("added") ?? [];
        const store = await open();
        assert.deepEqual(await store.recover(5000), []);
        const claimed = new Map((await store.claim(QUEUE, 1e6, 5000)).map(({ id, mime }) => [id, mime]));
        for (const id of added) {
          const at = Number(id.slice(1));
          const body = Buffer.alloc(at % 10 === 0 ? LARGE : 2048, `${at} `);
          assert.ok(claimed.get(id)?.equals(body), `${id} is lost or changed`);
        }
        const large = [...claimed.keys()].filter((id) => id.endsWith("0")).length;
        assert.equal((await bodies()).length, large);
        assert.deepEqual(warnings, []);
      });

      it(`sends again only what may not have been sent (${after} and more)`, async () => {
        const writer = startWriter(folder, "send");
        await writer.until("completed", after);
        const promised = await writer.kill();
        const of = (kind: "marked" | "completed") => promised.get(kind) ?? [];
        const store = await open();
        const ambiguous = await store.recover(5000);
        for (const { bodyStarted, state, attempts } of ambiguous) {
          assert.deepEqual([bodyStarted, state, attempts.at(-1)?.outcome], [true, "sending", "interrupted"]);
        }
        const again = new Set(idsOf(await store.claim(QUEUE, 1e6, 5000)));
        const unsure = new Set(idsOf(ambiguous));
        for (const id of of("completed")) assert.equal((await store.get(id))?.state, "sent", id);
        for (const id of of("marked")) {
          assert.ok(!again.has(id), `${id} would be sent again, though its body was on the way`);
          assert.ok(unsure.has(id) || (await store.get(id))?.state === "sent", id);
        }
        for (const id of promised.get("added") ?? []) {
          assert.ok(again.has(id) || unsure.has(id) || (await store.get(id))?.state === "sent", `${id} is lost`);
        }
      });
    }
  });
});
