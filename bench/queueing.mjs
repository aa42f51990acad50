// Has many mails kept while others are sent, and tells how long the event loop was held up meanwhile.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mailNumber, openMailer, perSecond } from "./mailer.mjs";
import { answer, watchDelay } from "./watch.mjs";

/** How long the disk takes to have something for certain, as this process sees it. */
function fsyncMs() {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = openSync(join(folder, "file"), "w");
  writeSync(file, "x");
  const from = performance.now();
  fsyncSync(file);
  const ms = performance.now() - from;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return ms;
}

/** Hands over each in a turn of its own, as Node-RED does, without waiting for any. */
function handOver(mailer, mails) {
  return new Promise((resolve, reject) => {
    const keeping = [];
    const next = () => {
      keeping.push(mailer.submit(mailNumber(keeping.length)));
      if (keeping.length < mails) setImmediate(next);
      else Promise.all(keeping).then(resolve, reject);
    };
    next();
  });
}

answer(async ({ mails, warmUp, ...task }) => {
  const { mailer, close } = openMailer(task);
  await perSecond(warmUp, 64, (at) => mailer.submit(mailNumber(at)));
  const delay = watchDelay();
  const from = performance.now();
  await handOver(mailer, mails);
  const result = { ...delay(), perSecond: (mails * 1000) / (performance.now() - from), fsyncMs: fsyncMs() };
  await close();
  return result;
});
