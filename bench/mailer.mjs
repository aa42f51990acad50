// A configuration of the built package, as it is in Node-RED, for the processes of the benchmark.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);

export const QUEUE = "bench";
const BODY = `${"Twelve letters of the alphabet in every line of this body. ".repeat(33)}\n`;

/** The same content for all, taken apart anew for each mail: 2 KB. */
export const mailNumber = (number) => ({
  from: "orders@example.com",
  to: "anna@example.com",
  subject: `Order ${number}`,
  text: BODY,
});

/** Without `folder` one is made, and removed again by `close`; `more` are further fields of the configuration. */
export function openMailer({ port, connections = 5, security = "none", account, ca, outbox = "disk", folder, more }) {
  const { Mailer, createPostOffice } = require("../dist/src/mailer.js");
  const { systemClock } = require("../dist/src/model/clock.js");
  const { parseSettings } = require("../dist/src/settings/parse.js");
  const auth = account ? "password" : "none";
  const { settings } = parseSettings(
    { name: "bench", host: "localhost", port, security, auth, maxConnections: connections, outbox, ...more },
    account ? { username: account.user, password: account.pass } : {},
    ca ? { ca } : {},
  );
  const home = folder ?? mkdtempSync(join(tmpdir(), "bench-"));
  const postOffice = createPostOffice(systemClock, home, console.error);
  const mailer = new Mailer(settings, QUEUE, {
    clock: systemClock,
    newId: randomUUID,
    random: Math.random,
    postOffice,
  });
  return {
    mailer,
    postOffice,
    async close() {
      await mailer.close(1000);
      if (!folder) rmSync(home, { recursive: true });
    },
  };
}

/** The store alone, in this folder. */
export async function openStore(folder) {
  const { SqliteOutboxStore } = require("../dist/src/outbox/stores/sqlite-outbox-store.js");
  const store = new SqliteOutboxStore({ folder, warn: console.error });
  await store.open();
  return store;
}

/** A mail as the store is given it. */
export function entry(id) {
  return {
    id,
    queue: QUEUE,
    queuedAt: 1000,
    mime: Buffer.alloc(2048, "x"),
    messageId: `<${id}@example.com>`,
    from: "orders@example.com",
    subject: `Order ${id}`,
    recipients: [{ address: "anna@example.com", state: "unknown" }],
  };
}

/** Runs it `count` times, so many at once; how many a second that was. */
export async function perSecond(count, atOnce, run) {
  let next = 0;
  const lane = async () => {
    while (next < count) await run(next++);
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: atOnce }, lane));
  return (count * 1000) / (performance.now() - from);
}
