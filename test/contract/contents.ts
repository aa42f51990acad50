import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { KeptFile } from "../../src/model/email";
import type { Rig } from "./outbox-store";
import { entry, isStoreFailure, QUEUE, result } from "./sample-entries";

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

/** Contents that are too many for memory. */
export function contentsContract(rig: Rig): void {
  const addWith = async (id: string): Promise<KeptFile> => {
    const file = await rig.store.spool.keep(pieces("con", "tent of ", id));
    await rig.store.add(entry(id, { files: [{ at: 5, file }] }));
    return file;
  };
  const claim = async () => (await rig.store.claim(QUEUE, 1, 1000))[0];

  describe("a content in a file", () => {
    it("is kept whole, and handed out with its mail", async () => {
      const file = await addWith("a");
      assert.equal(file.size, 12);
      const claimed = await claim();
      assert.deepEqual(claimed?.files, [{ at: 5, file }]);
      assert.equal(readFileSync(file.path, "utf8"), "content of a");
      assert.deepEqual(claimed?.mime, entry("a").mime);
    });

    it("counts for the size of its mail, encoded", async () => {
      await addWith("a");
      assert.equal((await rig.store.get("a"))?.sizeBytes, entry("a").mime.length + 16);
    });

    it("is for its owner only", async () => {
      const { path } = await addWith("a");
      if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
    });

    for (const [ending, end] of Object.entries({
      "was sent": () => rig.store.complete("a", result(2000, "accepted")),
      "was cancelled": () => rig.store.cancel(["a"], 2000),
      "was forgotten": async () => {
        await rig.store.bury("a", result(2000, "failed"));
        await rig.store.prune({ now: 9000, sentBefore: 9000, deadBefore: 9000, maxSent: 0, maxDead: 0 });
      },
    })) {
      it(`is removed when its mail ${ending}`, async () => {
        const { path } = await addWith("a");
        if (ending !== "was cancelled") await claim();
        await end();
        assert.equal(existsSync(path), false);
      });
    }

    it("stays while its mail is tried again, held or given up", async () => {
      const { path } = await addWith("a");
      await claim();
      await rig.store.defer("a", { ...result(2000), nextAttemptAt: 2000 });
      assert.equal((await rig.store.claim(QUEUE, 1, 2000))[0]?.files?.length, 1);
      await rig.store.bury("a", result(3000, "failed"));
      assert.ok(existsSync(path));
    });

    it("that is gone is told with its mail, which is handed out like any other", async () => {
      const { path } = await addWith("a");
      rmSync(path);
      const claimed = await claim();
      assert.deepEqual([claimed?.id, claimed?.unreadable?.reason], ["a", "store-body-missing"]);
      assert.equal(claimed?.mime.length, 0);
      assert.equal((await rig.store.get("a"))?.state, "sending");
      await rig.store.bury("a", result(2000, "failed"));
      assert.equal((await rig.store.get("a"))?.state, "dead");
    });

    it("whose source fails leaves nothing behind, and fails as the source did", async () => {
      const folder = dirname((await addWith("a")).path);
      const before = readdirSync(folder);
      const failure = new Error("the server hung up");
      await assert.rejects(
        rig.store.spool.keep(
          (async function* () {
            yield Buffer.from("half");
            throw failure;
          })(),
        ),
        (error) => error === failure,
      );
      assert.deepEqual(readdirSync(folder), before);
    });

    it("of a mail that was not added is removed when it is discarded, and discarding never throws", async () => {
      const file = await rig.store.spool.keep(pieces("x"));
      rig.store.spool.discard([file, file, { path: `${file.path}/not/there`, size: 1 }]);
      assert.equal(existsSync(file.path), false);
    });

    it("is not kept where its place cannot be written, which is a failure of the store", async () => {
      const folder = dirname((await addWith("a")).path);
      rmSync(folder, { recursive: true });
      writeFileSync(folder, "in the way");
      await assert.rejects(rig.store.spool.keep(pieces("x")), isStoreFailure);
      rmSync(folder);
    });
  });
}
