import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mailer, type SendResult } from "../../src/mailer";
import { createPostOffice, type PostOffice } from "../../src/post-office";
import type { RawConfiguration, RawCredentials } from "../../src/settings/raw";
import { settingsFor } from "../support/settings";
import { fastClock } from "./fast-clock";

export type Ended = { readonly sent: SendResult } | { readonly error: unknown };

/** A post office on disk with one configuration. */
export class FaultRig {
  readonly folder = mkdtempSync(join(tmpdir(), "post-office-"));
  readonly warnings: string[] = [];
  readonly held: (string | undefined)[] = [];
  readonly #clock = fastClock(200);
  readonly #office: PostOffice;
  #mailer: Mailer;

  constructor(
    readonly port: number,
    raw: Partial<RawConfiguration> = {},
    credentials: RawCredentials = {},
  ) {
    this.#office = createPostOffice(this.#clock, this.folder, (warning) => this.warnings.push(warning));
    this.#mailer = this.#open(raw, credentials);
  }

  /** Deploys the configuration anew, as a person does who has mended it. */
  async redeploy(raw: Partial<RawConfiguration>, credentials: RawCredentials = {}): Promise<void> {
    const before = this.#mailer;
    const closed = before.close(2000);
    this.#mailer = this.#open(raw, credentials);
    await closed;
  }

  /** Has these mails kept, and resolves with how each ended. */
  async sendAll(count: number, to?: (at: number) => string): Promise<Ended[]> {
    const { ended } = await this.keepAll(count, to);
    return ended;
  }

  /** Resolves when these mails are kept; `ended` when each has come to its end. */
  async keepAll(count: number, to = (at: number) => `r${at}@example.com`): Promise<{ ended: Promise<Ended[]> }> {
    const submitted = await Promise.all(
      Array.from({ length: count }, (_, at) =>
        this.#mailer.submit({ to: to(at), subject: `mail ${at}`, text: "x".repeat(500) }),
      ),
    );
    const ended = submitted.map((each): Promise<Ended> => {
      if (each.state !== "queued") throw new Error("no dedupe key was given");
      return each.result.then(
        (sent) => ({ sent }),
        (error: unknown) => ({ error }),
      );
    });
    return { ended: Promise.all(ended) };
  }

  async close(): Promise<void> {
    await this.#mailer.close(2000);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #open(raw: Partial<RawConfiguration>, credentials: RawCredentials): Mailer {
    const settings = settingsFor(
      this.port,
      { outbox: "disk", giveUpAfter: 48, timeout: 60, connectTimeout: 60, ...raw },
      credentials,
    );
    const dependencies = {
      clock: this.#clock,
      newId: () => randomUUID(),
      random: Math.random,
      postOffice: this.#office,
    };
    return new Mailer(settings, "configuration", dependencies, { onHeld: (error) => this.held.push(error?.code) });
  }
}

/** How often each subject arrived. */
export function arrivals(raws: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const raw of raws) {
    const subject = /^Subject: (.*)$/m.exec(raw)?.[1]?.trim() ?? "";
    times.set(subject, (times.get(subject) ?? 0) + 1);
  }
  return times;
}
