import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { type ParsedMail, simpleParser } from "mailparser";
import { outputOf } from "./child-output";
import { checkout } from "./node-red";
import { createSignal } from "./signal";

export interface DemoMail {
  /** Whom the inbox took it for. */
  envelope: string[];
  parsed: ParsedMail;
}

/** A running `npm run demo`. */
export interface Demo {
  process: ChildProcess;
  /** Both URLs end with a slash. */
  nodeRed: string;
  inbox: string;
  output(): string;
  /** Presses the button of an inject node. */
  press(id: string): Promise<void>;
  /** The newest mail of the inbox that fits, now or as soon as it comes. */
  waitForMail(fits: (mail: DemoMail) => boolean): Promise<DemoMail>;
  /** The exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the demo with its files in this folder; rejects with what it printed where it does not start. */
export async function startDemo(folder: string): Promise<Demo> {
  const tsx = join(checkout, "node_modules", ".bin", "tsx");
  const child = spawn(tsx, [join(checkout, "demo", "start.ts"), folder], { cwd: checkout });
  const changed = createSignal();
  const output = outputOf(child, changed);
  await changed.waitFor(() => output.exited || /Ctrl-C/.test(output.text), 60_000);
  const [, nodeRed] = /Node-RED +(http\S+)/.exec(output.text) ?? [];
  const [, inbox] = /Inbox +(http\S+)/.exec(output.text) ?? [];
  if (!nodeRed || !inbox) throw new Error(`the demo did not start:\n${output.text}`);
  return {
    ...{ process: child, nodeRed, inbox, output: () => output.text },
    async press(id) {
      const answer = await fetch(`${nodeRed}inject/${id}`, { method: "POST", signal: AbortSignal.timeout(20_000) });
      if (!answer.ok) throw new Error(`inject ${id}: ${answer.status}`);
    },
    waitForMail: (fits) => waitForMail(inbox, fits),
    async end(signal) {
      if (!output.exited) child.kill(signal);
      await changed.waitFor(() => output.exited, 30_000);
      return child.exitCode;
    },
  };
}

/** Looks once, and again each time that the inbox announces a mail. */
async function waitForMail(inbox: string, fits: (mail: DemoMail) => boolean): Promise<DemoMail> {
  const events = await fetch(`${inbox}events`, { signal: AbortSignal.timeout(20_000) });
  for await (const _ of events.body!) {
    const found = (await mailsIn(inbox)).find(fits);
    if (found) return found;
  }
  throw new Error("the inbox ended");
}

async function mailsIn(inbox: string): Promise<DemoMail[]> {
  const list = await (await fetch(`${inbox}list`)).text();
  const entries = [...list.matchAll(/href="\/mail\/(\d+)"[\s\S]*?class="people">[\s\S]*?→ ([^<]*)</g)];
  return Promise.all(
    entries.map(async ([, id, recipients = ""]) => {
      const source = await (await fetch(`${inbox}mail/${id}/source`)).arrayBuffer();
      return { envelope: recipients.trim().split(", "), parsed: await simpleParser(Buffer.from(source)) };
    }),
  );
}
