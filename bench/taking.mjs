// Takes very many mails for a server that is away, and tells what memory that took.
import { mailNumber, openMailer, perSecond } from "./mailer.mjs";
import { answer, watchMemory } from "./watch.mjs";

answer(async ({ mails, ...task }) => {
  const idle = openMailer({ ...task, outbox: "memory" });
  await idle.mailer.resume();
  await idle.close();
  globalThis.gc();
  const before = process.memoryUsage();
  const { mailer, close } = openMailer(task);
  const memory = watchMemory();
  await perSecond(mails, 64, async (at) => void (await mailer.submit(mailNumber(at))));
  const peak = memory().rss - before.rss;
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  await close();
  return { peak, live: heapUsed + external - before.heapUsed - before.external };
});
