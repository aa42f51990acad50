// Sends one burst in a fresh process and tells its parent what it took: built code, no loader hooks.
import nodemailer from "nodemailer";
import { mailNumber, openMailer } from "./mailer.mjs";
import { answer, watchDelay, watchMemory } from "./watch.mjs";

const CONTENDERS = {
  mailer(task) {
    const { mailer, close } = openMailer(task);
    return { send: async (mail) => (await mailer.submit(mail)).result, close };
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

const burst = (contender, mails) =>
  Promise.all(Array.from({ length: mails }, (_, at) => contender.send(mailNumber(at))));

answer(async (task) => {
  const contender = CONTENDERS[task.contender](task);
  await burst(contender, task.warmUp);
  globalThis.gc();
  const idle = process.memoryUsage();
  const [delay, memory] = [watchDelay(), watchMemory()];
  const from = performance.now();
  const cpu = process.cpuUsage();
  await burst(contender, task.mails);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  const [delays, peak] = [delay(), memory()];
  await contender.close();
  return {
    perSecond: (task.mails / ms) * 1000,
    cpuMicrosPerMail: (user + system) / task.mails,
    ...delays,
    peakRss: peak.rss,
    peakHeap: peak.heap,
    grownRss: peak.rss - idle.rss,
    grownHeap: peak.heap - idle.heapUsed,
  };
});
