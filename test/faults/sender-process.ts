// Run as a process of its own, to be killed: keeps `count` mails in the folder's outbox and sends what waits.
// Prints "ack SUBJECT" for each that is kept, "refused CODE" for each that is not, and once nothing waits
// "drained JSON" with how many attempts of each mail ended in doubt; then it ends.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Mailer } from "../../src/mailer";
import type { SendError } from "../../src/model/send-error";
import type { OutboxStore } from "../../src/outbox/outbox-store";
import { SqliteOutboxStore } from "../../src/outbox/stores/sqlite-outbox-store";
import { PostOffice } from "../../src/post-office";
import { settingsFor } from "../support/settings";
import { fastClock } from "./fast-clock";
import type { KillPoint, StepPoint } from "./kill-points";

export interface SenderTask {
  readonly port: number;
  readonly folder: string;
  readonly prefix: string;
  readonly count: number;
  readonly kill?: KillPoint;
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function work({ port, folder, prefix, count, kill }: SenderTask): Promise<void> {
  const clock = fastClock(200);
  const waiting = new WaitingCount();
  const makeDiskStore = (): OutboxStore => waiting.of(makeStore(join(folder, "store"), kill));
  const raw = { outbox: "disk", giveUpAfter: 48, timeout: 3600, connectTimeout: 60 } as const;
  const mailer = new Mailer(settingsFor(port, raw), "configuration", {
    clock,
    newId: () => randomUUID(),
    random: Math.random,
    postOffice: new PostOffice({ clock, makeDiskStore }),
  });
  await Promise.all(Array.from({ length: count }, (_, at) => keep(mailer, `${prefix}-${at}`)));
  const isOpen = await mailer.resume().then(
    () => true,
    () => false,
  );
  if (isOpen) say(`drained ${JSON.stringify(await waiting.drained())}`);
  await mailer.close(5000);
}

async function keep(mailer: Mailer, subject: string): Promise<void> {
  try {
    await mailer.submit({ to: "a@example.com", subject, text: "x".repeat(2000) });
    say(`ack ${subject}`);
  } catch (error) {
    say(`refused ${(error as SendError).code} ${(error as SendError).reason}`);
  }
}

function makeStore(folder: string, kill: KillPoint | undefined): OutboxStore {
  const warn = (message: string): void => void say(`warning ${message}`);
  if (!kill) return new SqliteOutboxStore({ folder, warn });
  if ("step" in kill) return dyingAt(new SqliteOutboxStore({ folder, warn }), kill.step, kill.after);
  const { commit, after } = kill;
  const start = (): Worker =>
    new Worker(join(__dirname, "killing-thread.js"), { workerData: { folder, at: commit, after } });
  return new SqliteOutboxStore({ folder, warn, start });
}

/** The process ends at the `after`-th mail that comes to this step. */
function dyingAt(store: OutboxStore, step: StepPoint, after: number): OutboxStore {
  let seen = 0;
  const count = (): void => {
    if (++seen >= after) process.kill(process.pid, "SIGKILL");
  };
  const { claim, startBody, complete } = store;
  return Object.assign(store, {
    ...(step === "claimed" && {
      async claim(...args: Parameters<typeof claim>) {
        const claimed = await claim.apply(store, args);
        for (const _ of claimed) count();
        return claimed;
      },
    }),
    ...(step === "marked" && {
      async startBody(id: string) {
        await startBody.call(store, id);
        count();
      },
    }),
    ...(step === "answered" && {
      complete(...args: Parameters<typeof complete>) {
        count();
        return complete.apply(store, args);
      },
    }),
  });
}

/** Counts what waits in a store without asking it: to answer, it would write down what a crash is to find unwritten. */
class WaitingCount {
  #store: OutboxStore | undefined;
  #waiting = 0;
  #isDrained: () => void = () => {};

  of(store: OutboxStore): OutboxStore {
    this.#store = store;
    const { add, recover, complete, bury, hold } = store;
    const ending =
      <A extends unknown[]>(end: (...args: A) => Promise<void>) =>
      async (...args: A): Promise<void> => {
        await end.apply(store, args);
        this.#add(-1);
      };
    return Object.assign(store, {
      complete: ending(complete),
      bury: ending(bury),
      hold: ending(hold),
      add: async (entry: Parameters<typeof add>[0]) => {
        const added = await add.call(store, entry);
        if (added.added) this.#add(1);
        return added;
      },
      recover: async (now: number) => {
        const { queued, deferred, sending } = await store.counts();
        this.#add(queued + deferred + sending);
        return recover.call(store, now);
      },
    });
  }

  /** Resolves when nothing waits, with how many attempts of each mail ended in doubt. */
  async drained(): Promise<Record<string, number>> {
    await new Promise<void>((resolve) => {
      this.#isDrained = resolve;
      this.#add(0);
    });
    const entries = (await this.#store?.list({ limit: 100_000 })) ?? [];
    return Object.fromEntries(entries.map(({ subject, unconfirmed }) => [subject, unconfirmed]));
  }

  #add(change: number): void {
    this.#waiting += change;
    if (this.#waiting === 0) this.#isDrained();
  }
}

void work(JSON.parse(process.argv[2] ?? "{}") as SenderTask);
