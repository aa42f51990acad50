import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { startWriter } from "../integration/store-writer";

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

  it("at any moment loses no entry that was acknowledged", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const image = join(folder, `disk-${round}`);
      execFileSync("truncate", ["-s", "96M", image]);
      execFileSync("mkfs.ext4", ["-q", "-F", image]);
      const disk = mount(image, `live-${round}`);
      const writer = startWriter(join(disk, "store"), "add");
      // A different moment in each round; acknowledged by then means on the disk by then.
      const acknowledged = [...(await writer.until("added", 100 + round * 137))];
      copyFileSync(image, `${image}.copy`);
      await writer.kill();
      unmount(disk);

      const after = mount(`${image}.copy`, `after-${round}`);
      const store = new SqliteOutboxStore({ folder: join(after, "store"), warn: (message) => assert.fail(message) });
      await store.open();
      const found = await Promise.all(acknowledged.map((id) => store.get(id)));
      const lost = acknowledged.filter((_, at) => !found[at]);
      assert.deepEqual(lost, [], `round ${round}: ${lost.length} of ${acknowledged.length} lost`);
      await store.close();
      unmount(after);
    }
  });
});
