import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { outboxStoreContract } from "./outbox-store";

const folders: string[] = [];

async function makeStore(): Promise<SqliteOutboxStore> {
  const folder = await mkdtemp(join(tmpdir(), "outbox-"));
  folders.push(folder);
  return new SqliteOutboxStore({ folder, warn: (message) => assert.fail(message) });
}

describe("on disk", () => {
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  outboxStoreContract("SqliteOutboxStore", makeStore);
});
