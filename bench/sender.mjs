// Sends one burst in a fresh process and tells its parent what it took: built code, no loader hooks.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import nodemailer from "nodemailer";

const require = createRequire(import.meta.url);
const BODY = `${"Twelve letters of the alphabet in every line of this body. ".repeat(33)}\n`.repeat(1);
const SAMPLE_MS = 5;

/** The same content for both, taken apart anew for each mail. */
const mailNumber = (number) => ({
  from: "orders@example.com",
  to: "anna@example.com",
  subject: `Order ${number}`,
  text: BODY,
});

const CONTENDERS = {
  mailer({ port, connections, security, account, ca, outbox }) {
    const { Mailer, createPostOffice } = require("../dist/src/mailer.js");
    const { systemClock } = require("../dist/src/model/clock.js");
    const { parseSettings } = require("../dist/src/settings/generic.js");
    const parsed = parseSettings(
      {
        name: "bench",
        host: "localhost",
        port,
        security,
        auth: account ? "password" : "none",
        maxConnections: connections,
        outbox,
      },
      account ? { username: account.user, password: account.pass } : {},
      ca ? { ca } : {},
    );
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const postOffice = createPostOffice(systemClock, folder, console.error);
    const dependencies = { clock: systemClock, newId: randomUUID, random: Math.random, postOffice };
    const mailer = new Mailer(parsed.settings, "bench", dependencies);
    return {
      send: async (mail) => (await mailer.submit(mail)).result,
      async close() {
        await mailer.close(1000);
        rmSync(folder, { recursive: true });
      },
    };
  },
  pool({ port, connections, security, account, ca }) {
    const transport = nodemailer.createTransport({
      pool: true,
      maxConnections: connections,
      maxMessages: 100,
      host: "localhost",
      port,
      requireTLS: security === "starttls",
      ignoreTLS: security === "none",
      ...(account ? { auth: account } : {}),
      ...(ca ? { tls: { ca, minVersion: "TLSv1.2" } } : {}),
    });
    return { send: (mail) => transport.sendMail(mail), close: async () => transport.close() };
  },
};

function watchMemory() {
  const peak = { rss: 0, heap: 0 };
  const look = () => {
    const { rss, heapUsed } = process.memoryUsage();
    peak.rss = Math.max(peak.rss, rss);
    peak.heap = Math.max(peak.heap, heapUsed);
  };
  look();
  const timer = setInterval(look, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

const burst = (contender, mails) =>
  Promise.all(Array.from({ length: mails }, (_, at) => contender.send(mailNumber(at))));

process.once("message", async (task) => {
  const contender = CONTENDERS[task.contender](task);
  await burst(contender, task.warmUp);
  globalThis.gc();
  const idle = process.memoryUsage();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const peakMemory = watchMemory();
  delay.enable();
  const from = performance.now();
  const cpu = process.cpuUsage();
  await burst(contender, task.mails);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  const peak = peakMemory();
  await contender.close();
  process.send(
    {
      perSecond: (task.mails / ms) * 1000,
      cpuMicrosPerMail: (user + system) / task.mails,
      delayP99Ms: delay.percentile(99) / 1e6,
      delayMaxMs: delay.max / 1e6,
      peakRss: peak.rss,
      peakHeap: peak.heap,
      grownRss: peak.rss - idle.rss,
      grownHeap: peak.heap - idle.heapUsed,
    },
    () => process.disconnect(),
  );
});
