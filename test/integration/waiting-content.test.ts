import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Mailer } from "../../src/mailer";
import { createPostOffice } from "../../src/post-office";
import { dependencies, settingsFor } from "../support/settings";

setFlagsFromString("--expose-gc");
const MEGABYTE = 1_000_000;
const MAILS = 20;
const collectGarbage = runInNewContext("gc") as () => void;

describe("a mail that waits on disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "waiting-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is not in memory any more, whoever waits for its result", async () => {
    const postOffice = createPostOffice(dependencies.clock, folder, assert.fail);
    // Nobody listens there, so that it waits.
    const settings = settingsFor(1, { outbox: "disk", maxConnections: 1 });
    const mailer = new Mailer(settings, "q", { ...dependencies, random: Math.random, postOffice });
    const submit = (at: number) => {
      const text = Buffer.alloc(MEGABYTE, `text ${at}\n`).toString();
      return mailer.submit({ to: "a@example.com", subject: "x", text });
    };
    const waiting = [await submit(0)];
    const inMemory = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = inMemory();
    for (let at = 1; at <= MAILS; at++) waiting.push(await submit(at));
    // What was claimed to be tried is there for a moment.
    for (let turn = 0; turn < 50 && inMemory() > before + MAILS * 0.2 * MEGABYTE; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    const kept = inMemory() - before;
    await mailer.close(1000);
    assert.ok(kept < MAILS * 0.2 * MEGABYTE, `${kept / MEGABYTE} MB for ${MAILS}`);
    assert.ok(waiting.every(({ state }) => state === "queued"));
  });
});
