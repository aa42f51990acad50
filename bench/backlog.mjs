// Starts with very many mails waiting, sends some of them, and tells what memory that took.
import { openMailer, QUEUE } from "./mailer.mjs";
import { answer, watchMemory } from "./watch.mjs";

const LOOK_MS = 50;

answer(async ({ send, ...task }) => {
  // The same modules are there, and a configuration that does nothing.
  const idle = openMailer({ ...task, outbox: "memory", folder: undefined });
  await idle.mailer.resume();
  await idle.close();
  globalThis.gc();
  const { rss } = process.memoryUsage();
  const memory = watchMemory();
  const { mailer, postOffice, close } = openMailer(task);
  await mailer.resume();
  const [store] = postOffice.openStores;
  const sentAtFirst = (await store.counts(QUEUE)).sent;
  while ((await store.counts(QUEUE)).sent < sentAtFirst + send) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const peak = memory().rss - rss;
  const { queued } = await store.counts(QUEUE);
  await close();
  return { peak, queued };
});
