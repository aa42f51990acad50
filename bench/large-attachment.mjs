// What one mail with a 100 MB attachment from a file adds to the memory of the process that sends it:
//   npm run build && node --expose-gc bench/large-attachment.mjs [megabytes] [memory|disk]
// The attachment is named by its path, in a folder that the configuration lists; the mail server runs in a process
// of its own. Ends with 1 where the file could not be sent, or where more than the goal was needed.
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openMailer } from "./mailer.mjs";

const SAMPLE_MS = 20;
const GOAL_BYTES = 60e6;
const PIECE = 1_000_000;

const [megabytes = "100", outbox = "disk"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "bench-large-"));
const path = join(folder, "large.bin");
for (let at = 0; at < Number(megabytes); at++) appendFileSync(path, randomBytes(PIECE));

const sink = fork(fileURLToPath(new URL("sink.mjs", import.meta.url)));
sink.send({});
const [{ port }] = await once(sink, "message");

const { mailer, close } = openMailer({
  port,
  outbox,
  connections: 1,
  more: { attachmentFolders: folder, maxSize: Math.ceil(Number(megabytes) * 1.5) },
});
const send = async (attachments) =>
  (
    await mailer.submit({
      from: "orders@example.com",
      to: "anna@example.com",
      subject: "Large",
      text: "The file is attached.",
      attachments,
    })
  ).result;

let failed = false;
try {
  // What the first mail loads is no part of what a large one needs.
  await send([{ filename: "small.txt", content: "small" }]);
  globalThis.gc?.();
  const idle = process.memoryUsage().rss;
  let peak = idle;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, SAMPLE_MS);
  const from = performance.now();
  const { state } = await send([{ path }]);
  clearInterval(timer);
  peak = Math.max(peak, process.memoryUsage().rss);
  const shown = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  failed = peak - idle >= GOAL_BYTES;
  console.log(
    `${megabytes} MB, outbox ${outbox}: ${state} in ${(performance.now() - from).toFixed(0)} ms; RSS ${shown(idle)} idle, ` +
      `${shown(peak)} at its peak, ${shown(peak - idle)} above (goal: below ${shown(GOAL_BYTES)}, ${failed ? "missed" : "met"})`,
  );
} catch (error) {
  failed = true;
  console.log(`not sent: ${error.message}`);
} finally {
  await close();
  sink.disconnect();
  rmSync(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);
