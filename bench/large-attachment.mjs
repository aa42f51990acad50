// Sends one mail with a large file, named by its path, and tells what that added to this process.
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openMailer } from "./mailer.mjs";
import { answer } from "./watch.mjs";

const SAMPLE_MS = 20;
const MEGABYTE = 1_000_000;

answer(async ({ megabytes, outbox }) => {
  const folder = mkdtempSync(join(tmpdir(), "bench-large-"));
  const sink = fork(fileURLToPath(new URL("sink.mjs", import.meta.url)));
  try {
    const path = join(folder, "large.bin");
    for (let at = 0; at < megabytes; at++) appendFileSync(path, randomBytes(MEGABYTE));
    sink.send({});
    const [{ port }] = await once(sink, "message");
    const more = { attachmentFolders: folder, maxSize: Math.ceil(megabytes * 1.5) };
    const { mailer, close } = openMailer({ port, outbox, connections: 1, more });
    const send = async (attachments) => {
      const mail = { from: "orders@example.com", to: "anna@example.com", subject: "Large", text: "Attached." };
      return (await mailer.submit({ ...mail, attachments })).result;
    };
    // What the first mail loads is no part of what a large one needs.
    await send([{ filename: "small.txt", content: "small" }]);
    globalThis.gc();
    const idle = process.memoryUsage.rss();
    let peak = idle;
    const look = () => {
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    const timer = setInterval(look, SAMPLE_MS);
    const from = performance.now();
    await send([{ path }]);
    clearInterval(timer);
    look();
    const ms = performance.now() - from;
    await close();
    return { ms, idle, peak };
  } finally {
    sink.disconnect();
    rmSync(folder, { recursive: true });
  }
});
