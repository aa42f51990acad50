import type { EmailDraft, Progress, SendResult } from "../../src/mailer";
import { Mailer, probe } from "../../src/mailer";
import type { Clock } from "../../src/model/clock";
import type { ProbeReport, ProbeRequest } from "../../src/model/probe";
import { MemoryOutboxStore } from "../../src/outbox/stores/memory-outbox-store";
import { PostOffice } from "../../src/post-office";
import type { GenericSettings } from "../../src/settings/generic";

/** A mailer with a post office of its own, which tests settings and waits for each mail's end. */
export class TestMailer {
  readonly #mailer: Mailer;

  constructor(
    private readonly settings: GenericSettings,
    private readonly dependencies: { clock: Clock; newId: () => string },
  ) {
    const { clock } = dependencies;
    const postOffice = new PostOffice({ clock, makeDiskStore: () => new MemoryOutboxStore() });
    this.#mailer = new Mailer(settings, "queue", { ...dependencies, random: Math.random, postOffice });
  }

  async send(draft: EmailDraft, onProgress: (progress: Progress) => void = () => {}): Promise<SendResult> {
    const submitted = await this.#mailer.submit(draft, { onProgress });
    if (submitted.state === "duplicate") throw new Error("a duplicate without a dedupe key");
    return submitted.result;
  }

  probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeReport> {
    return probe(this.settings, request, this.dependencies, signal);
  }

  close(graceMs: number): Promise<void> {
    return this.#mailer.close(graceMs);
  }
}
