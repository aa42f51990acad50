import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LinkStore } from "../../src/links/link-store";
import { SendError } from "../../src/model/send-error";
import { FakeClock } from "../support/fake-clock";
import { SmallDisk } from "./small-disk";

const DAY_MS = 24 * 60 * 60 * 1000;
const MEGABYTE = 1_000_000;

describe("linked files on a disk of their own", () => {
  let small: SmallDisk;
  let elsewhere: string;
  let store: LinkStore;
  let kept = 0;
  const clock = new FakeClock();

  beforeEach(() => {
    small = new SmallDisk(8);
    elsewhere = mkdtempSync(join(tmpdir(), "links-spool-"));
    const newToken = () => `token-${String(kept++).padStart(16, "0")}`;
    store = new LinkStore({ folder: join(small.path, "links"), clock, newToken });
  });
  afterEach(() => {
    small.remove();
    rmSync(elsewhere, { recursive: true });
  });

  const files = (): string[] => readdirSync(join(small.path, "links"));
  const keep = (content: Buffer | { path: string; size: number }) =>
    store.keep([{ filename: "a.bin", contentType: "a/b", content }], "mail", clock.now() + DAY_MS);

  /** A file of the outbox, which is on another disk, so that it has to be copied. */
  function spooled(bytes: number): { path: string; size: number } {
    const path = join(elsewhere, "spooled");
    writeFileSync(path, Buffer.alloc(bytes, 7));
    return { path, size: bytes };
  }

  const isFull = (error: unknown): boolean => {
    assert.ok(error instanceof SendError);
    assert.deepEqual([error.reason, error.code], ["store-full", "ERR_MAIL_STORE"]);
    assert.ok(error.message.includes(join(small.path, "links")), error.message);
    return true;
  };

  it("are copied there from the outbox, for their owner only", async () => {
    const [token = ""] = await keep(spooled(3 * MEGABYTE));
    const found = (await store.find(token)) ?? assert.fail();
    assert.deepEqual(await found.file.readFile(), Buffer.alloc(3 * MEGABYTE, 7));
    await found.file.close();
    for (const file of files()) assert.equal(statSync(join(small.path, "links", file)).mode & 0o777, 0o600);
  });

  it("are refused with a clear error where the disk is full, and leave nothing behind", async () => {
    await keep(Buffer.alloc(3 * MEGABYTE));
    await assert.rejects(keep(Buffer.alloc(6 * MEGABYTE)), isFull);
    await assert.rejects(keep(spooled(6 * MEGABYTE)), isFull);
    assert.equal(files().length, 2);
    await keep(spooled(4 * MEGABYTE));
  });

  it("leave some room to everything else on that disk: mails without links are still queued", async () => {
    await keep(Buffer.alloc(4 * MEGABYTE));
    await assert.rejects(keep(Buffer.alloc(4_200_000)), isFull);
    assert.equal(files().length, 2);
    // A file of the outbox on the same disk takes no room of its own, only that it leaves none is seen.
    const path = join(small.path, "spooled");
    writeFileSync(path, Buffer.alloc(4_200_000));
    await assert.rejects(keep({ path, size: 4_200_000 }), isFull);
    assert.equal(files().length, 2);
    rmSync(path);
    await keep(Buffer.alloc(3 * MEGABYTE));
  });
});
