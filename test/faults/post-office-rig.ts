import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mailer, type Progress, type SendResult } from "../../src/mailer";
import { createPostOffice, type PostOffice } from "../../src/post-office";
import type { TlsMaterial } from "../../src/settings/generic";
import type { RawConfiguration, RawCredentials } from "../../src/settings/raw";
import { settingsFor } from "../support/settings";
import { fastClock } from "./fast-clock";
import { seeded } from "./seed";

/** Whole seconds of real time: only a mail that is called off on its way may come twice, and none is. */
const UNHURRIED_MS = 1_200_000;

export type Ended = { readonly sent: SendResult } | { readonly error: unknown };

/** What its mails are like where it matters: how large, to whom, and who hears of their progress. */
export interface Mails {
  readonly bytes?: number;
  to?(at: number): string;
  onProgress?(progress: Progress): void;
}

/** A post office on disk with one configuration. Its time goes 200 times as fast as the wall's. */
export class FaultRig {
  readonly clock = fastClock(200);
  readonly warnings: string[] = [];
  readonly held: (string | undefined)[] = [];
  readonly #random = seeded("waits");
  readonly #office: PostOffice;
  #mailer: Mailer;

  constructor(
    readonly port: number,
    raw: Partial<RawConfiguration> = {},
    credentials: RawCredentials = {},
    readonly folder = mkdtempSync(join(tmpdir(), "post-office-")),
    private readonly tls: TlsMaterial = {},
  ) {
    this.#office = createPostOffice(this.clock, this.folder, (warning) => this.warnings.push(warning));
    this.#mailer = this.#open(raw, credentials);
  }

  /** Deploys the configuration anew, as a person does who has mended it. */
  async redeploy(
    raw: Partial<RawConfiguration>,
    credentials: RawCredentials = {},
    graceMs = UNHURRIED_MS,
  ): Promise<void> {
    const before = this.#mailer;
    const closed = before.close(graceMs);
    this.#mailer = this.#open(raw, credentials);
    await closed;
  }

  /** Has these mails kept, and resolves with how each ended. */
  async sendAll(count: number, mails: Mails = {}): Promise<Ended[]> {
    const { ended } = await this.keepAll(count, mails);
    return ended;
  }

  /** Resolves when these mails are kept; `ended` when each has come to its end. */
  async keepAll(count: number, mails: Mails = {}): Promise<{ ended: Promise<Ended[]> }> {
    const submitted = await Promise.all(Array.from({ length: count }, (_, at) => this.keep(at, mails)));
    return { ended: Promise.all(submitted.map(({ ended }) => ended)) };
  }

  /** Resolves when the mail of this number is kept. */
  async keep(at: number, { bytes = 500, to, onProgress }: Mails = {}): Promise<{ ended: Promise<Ended> }> {
    const mail = { to: to?.(at) ?? `r${at}@example.com`, subject: `mail ${at}`, text: "x".repeat(bytes) };
    const kept = await this.#mailer.submit(mail, onProgress ? { onProgress } : {});
    if (kept.state !== "queued") throw new Error("no dedupe key was given");
    const ended = kept.result.then(
      (sent): Ended => ({ sent }),
      (error: unknown): Ended => ({ error }),
    );
    return { ended };
  }

  async close(): Promise<void> {
    await this.#mailer.close(UNHURRIED_MS);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #open(raw: Partial<RawConfiguration>, credentials: RawCredentials): Mailer {
    const settings = settingsFor(
      this.port,
      // Answers are waited for in the rig's time: 18 seconds of the wall's.
      { outbox: "disk", giveUpAfter: 48, timeout: 3600, connectTimeout: 60, ...raw },
      credentials,
      this.tls,
    );
    const dependencies = {
      clock: this.clock,
      newId: () => randomUUID(),
      random: this.#random,
      postOffice: this.#office,
    };
    return new Mailer(settings, "configuration", dependencies, { onHeld: (error) => this.held.push(error?.code) });
  }
}
