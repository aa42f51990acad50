import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { idsOf, QUEUE } from "../contract/sample-entries";
import { type Promised, startWriter, type Task } from "../integration/store-writer";

const ROUNDS = 5;

/**
 * An ext4 file system in a file of its own, which only root can mount. A copy of that file, taken
 * while the writer goes on, has what had reached the disk at that moment, and nothing else.
 */
describe("a loss of power", () => {
  let folder: string;
  const mounted = new Set<string>();

  function mount(image: string, name: string): string {
    const at = join(folder, name);
    mkdirSync(at);
    execFileSync("mount", ["-o", "loop", image, at]);
    mounted.add(at);
    return at;
  }

  function unmount(at: string): void {
    execFileSync("umount", [at]);
    mounted.delete(at);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "power-loss-"));
  });
  afterEach(() => {
    for (const at of mounted) execFileSync("umount", ["--lazy", at]);
    mounted.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The store as it would be found after the power went, once this much was promised of `kind`. */
  async function afterLoss(round: number, task: Task, kind: Promised["kind"], count: number): Promise<Found> {
    const image = join(folder, `disk-${round}`);
    execFileSync("truncate", ["-s", "96M", image]);
    execFileSync("mkfs.ext4", ["-q", "-F", image]);
    const disk = mount(image, `live-${round}`);
    const writer = startWriter(join(disk, "store"), task);
    await writer.until(kind, count);
    // What was promised by now is on the disk by now.
    const promised = new Map<Promised["kind"], readonly string[]>();
    for (const each of ["added", "marked", "completed"] as const)
      promised.set(each, [...(await writer.until(each, 0))]);
    copyFileSync(image, `${image}.copy`);
    await writer.kill();
    unmount(disk);

    const after = mount(`${image}.copy`, `after-${round}`);
    const store = new SqliteOutboxStore({ folder: join(after, "store"), warn: (message) => assert.fail(message) });
    await store.open();
    const close = async (): Promise<void> => {
      await store.close();
      unmount(after);
    };
    return { store, promised: (each) => promised.get(each) ?? [], close };
  }

  it("at any moment loses no entry that was acknowledged", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { store, promised, close } = await afterLoss(round, "add", "added", 100 + round * 137);
      const acknowledged = promised("added");
      const found = await Promise.all(acknowledged.map((id) => store.get(id)));
      const lost = acknowledged.filter((_, at) => !found[at]);
      assert.deepEqual(lost, [], `round ${round}: ${lost.length} of ${acknowledged.length} lost`);
      await close();
    }
  });

  it("while mails are sent forgets neither a marker nor an end", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { store, promised, close } = await afterLoss(round, "send", "completed", 20 + round * 37);
      const inDoubt = new Set(idsOf(await store.recover(5000)));
      const again = new Set(idsOf(await store.claim(QUEUE, 1e6, 5000)));
      const isSent = async (id: string): Promise<boolean> => (await store.get(id))?.state === "sent";
      for (const id of promised("completed")) assert.ok(await isSent(id), `${id} would be sent again`);
      for (const id of promised("marked")) assert.ok(inDoubt.has(id) || (await isSent(id)), `${id} is in no doubt`);
      for (const id of promised("added")) {
        assert.ok(again.has(id) || inDoubt.has(id) || (await isSent(id)), `${id} is lost`);
      }
      await close();
    }
  });
});

interface Found {
  readonly store: SqliteOutboxStore;
  promised(kind: Promised["kind"]): readonly string[];
  close(): Promise<void>;
}
