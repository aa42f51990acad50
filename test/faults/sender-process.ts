// Run as a process of its own, to be killed: keeps `count` mails in the folder's outbox and sends what waits.
// Prints "ack SUBJECT" for each that is kept; "drained UNCONFIRMED" once nothing waits, and then ends.
import { randomUUID } from "node:crypto";
import { Mailer } from "../../src/mailer";
import { createPostOffice } from "../../src/post-office";
import { settingsFor } from "../support/settings";
import { fastClock } from "./fast-clock";

const [port = "", folder = "", prefix = "", count = "0"] = process.argv.slice(2);

async function main(): Promise<void> {
  const clock = fastClock(200);
  const postOffice = createPostOffice(clock, folder, (warning) => console.log(`warning ${warning}`));
  const settings = settingsFor(Number(port), { outbox: "disk", giveUpAfter: 48, timeout: 60, connectTimeout: 60 });
  const mailer = new Mailer(settings, "configuration", {
    clock,
    newId: () => randomUUID(),
    random: Math.random,
    postOffice,
  });
  const all = Array.from({ length: Number(count) }, async (_, at) => {
    const subject = `${prefix}-${at}`;
    await mailer.submit({ to: "a@example.com", subject, text: "x".repeat(2000) });
    process.stdout.write(`ack ${subject}\n`);
  });
  await Promise.all(all);
  await mailer.resume();
  await drained(postOffice);
  await mailer.close(5000);
}

async function drained(postOffice: ReturnType<typeof createPostOffice>): Promise<void> {
  for (;;) {
    const [store] = postOffice.openStores;
    if (store) {
      const { queued, deferred, sending } = await store.counts("configuration");
      if (queued + deferred + sending === 0) {
        const sent = await store.list({ states: ["sent"], limit: 10_000 });
        console.log(`drained ${sent.reduce((sum, { unconfirmed }) => sum + unconfirmed, 0)}`);
        return;
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

void main();
