// The store's thread, which ends its whole process where it is told to: before or after the commit
// in which a mail is added, its marker set, or its end noted. Nothing of this is in what is shipped.
import { workerData } from "node:worker_threads";
import { SqliteFile } from "../../src/outbox/stores/sqlite-file";
import { SqliteRequests } from "../../src/outbox/stores/sqlite-requests";
import type { CommitPoint } from "./kill-points";

const { at, after } = workerData as { at: CommitPoint; after: number };

let seen = 0;
let isDue = false;
const method = ({ add: "add", marker: "startBody", end: "finish" } as const)[at.of];
const prototype = SqliteRequests.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
const original = prototype[method] as (...args: unknown[]) => unknown;
prototype[method] = function (...args) {
  isDue ||= ++seen >= after;
  return original.apply(this, args);
};

const { run } = SqliteFile.prototype;
SqliteFile.prototype.run = function (batch) {
  const last = () => (isDue && at.when === "before" ? die() : undefined);
  const answers = run.call(this, [...batch, last]);
  if (isDue) die();
  return answers.slice(0, -1);
};

function die(): void {
  process.kill(process.pid, "SIGKILL");
  // The signal may take a moment, in which nothing more must happen.
  for (;;);
}

require("../../src/outbox/stores/sqlite-worker");
