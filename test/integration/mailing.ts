import { type Clock, systemClock } from "../../src/model/clock";
import type { RawConfiguration } from "../../src/settings/raw";
import { type MailServer, type MailServerOptions, startMailServer } from "../support/mail-server";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { dependencies, settingsFor } from "../support/settings";
import { TestMailer } from "../support/test-mailer";

const to = "customer@example.org";
export const mail = (subject = "x", recipients: unknown = to) => ({ to: recipients, subject, text: "Hello" });
const opened: { close(graceMs: number): Promise<void> }[] = [];

export function mailerFor(port: number, raw: Partial<RawConfiguration> = {}, clock: Clock = systemClock): TestMailer {
  const mailer = new TestMailer(settingsFor(port, raw), { ...dependencies, clock });
  opened.push(mailer);
  return mailer;
}

export async function healthy(options: MailServerOptions = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  opened.push(server);
  return server;
}

export async function scripted(script: SmtpScript): Promise<ScriptedSmtpServer> {
  const server = await startScriptedSmtpServer(script);
  opened.push(server);
  return server;
}

/** Closes what a test opened, last first. */
export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each.close(0);
}

/** Time that stands still until the test moves it. */
export class TestClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }
}
