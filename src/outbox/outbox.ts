import { setMaxListeners } from "node:events";
import type { Clock } from "../model/clock";
import type { PreparedEmail } from "../model/email";
import type { SendReceipt } from "../model/receipt";
import { SendError } from "../model/send-error";
import type { Standing } from "../model/standing";
import { AttemptLedger, attemptOf } from "./attempt-ledger";
import type { Random } from "./backoff";
import { emailOf } from "./claimed-email";
import { type DeliveryPolicy, decide } from "./decide";
import type { Attempt, ClaimedEntry, OutboxEntry, OutboxStore } from "./outbox-store";
import type { Outcome, Outcomes, Progress } from "./outcomes";
import { QueueStanding } from "./queue-standing";
import { SlidingLimit } from "./sliding-limit";
import { WaitingLine } from "./waiting-line";

/** How often the store is asked for mails that became due by somebody else's hand. */
const LONGEST_SLEEP_MS = 60_000;

/** Hands one mail to the server; rejects only with SendError. `beforeBody` is awaited before its first byte leaves. */
export type Send = (email: PreparedEmail, signal: AbortSignal, beforeBody: () => Promise<void>) => Promise<SendReceipt>;

export interface OutboxOptions {
  /** The configuration's id. */
  readonly queue: string;
  readonly store: OutboxStore;
  readonly outcomes: Outcomes;
  readonly send: Send;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly maxConnections: number;
  readonly perMinute?: number | undefined;
  /** What was sent under this queue's id before counts; only what this outbox sends where it is left out. */
  readonly limit?: SlidingLimit;
  readonly policy: DeliveryPolicy;
  /** The whole queue waits for a person; undefined when it goes on. */
  readonly onHeld?: (error: SendError | undefined) => void;
}

export interface Envelop {
  readonly subject: string;
  readonly dedupeKey?: string | undefined;
  readonly dedupeForMs?: number | undefined;
  readonly origin?: string | undefined;
}

export type Enqueued =
  | { readonly state: "queued"; readonly id: string; readonly outcome: Promise<Outcome> }
  | { readonly state: "duplicate"; readonly id: string; readonly messageId: string };

/** Keeps mails first, and then hands them over within the limits, again where that helps. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #standing: QueueStanding;
  readonly #line: WaitingLine;
  readonly #ledger: AttemptLedger;
  readonly #running = new Map<string, Promise<void>>();
  readonly #adding = new Set<Promise<unknown>>();
  readonly #abort = new AbortController();
  #state: "new" | "started" | "stopped" = "new";
  #stopping: Promise<void> | undefined;
  #pumping: Promise<void> | undefined;
  #pumpAgain = false;
  #wakeUp: (() => void) | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    // Every mail that is being sent listens to it: more than ten are no leak.
    setMaxListeners(0, this.#abort.signal);
    const limit = options.limit ?? new SlidingLimit();
    limit.perMinute = options.perMinute;
    this.#standing = new QueueStanding({ ...options, limit, holds: options.policy.giveUpAfterMs > 0 });
    this.#ledger = new AttemptLedger(options.store, options.outcomes, this.#standing);
    this.#line = new WaitingLine((id, progress) => options.outcomes.progress(id, progress));
  }

  /**
   * Begins to send what waits, with that of an earlier process. `interrupted`: those whose body was
   * on its way when that process died, so that nobody knows whether they arrived.
   */
  async start(interrupted: readonly OutboxEntry[] = []): Promise<void> {
    if (this.#state !== "new") return;
    for (const entry of interrupted) await this.#settleInterrupted(entry);
    if (this.#state === "new") this.#state = "started";
    this.#pump();
  }

  async #settleInterrupted(entry: OutboxEntry): Promise<void> {
    const { clock, policy, random } = this.#options;
    const result = new SendError("unconfirmed", { phase: "body", facts: { host: "The server" } });
    const now = clock.now();
    // The store has counted and recorded the interruption already.
    const before = { ...entry, unconfirmed: entry.unconfirmed - 1, attempts: entry.attempts.slice(0, -1) };
    const verdict = decide({ entry: before, result, policy, now, random });
    const attempt: Attempt = { at: now, ms: 0, outcome: "interrupted", code: result.code, reason: result.reason };
    await this.#ledger.enter(before, verdict, attempt, now);
  }

  /** Resolves once the mail is kept: from then on it is not lost. Rejects with SendError where it could not be. */
  async enqueue(email: PreparedEmail, envelop: Envelop, onProgress: (progress: Progress) => void): Promise<Enqueued> {
    if (this.#state === "stopped") throw stopped();
    const { queue, store, clock, newId, outcomes } = this.#options;
    const [id, now] = [newId(), clock.now()];
    const { subject, dedupeKey, dedupeForMs = 0, origin } = envelop;
    const outcome = outcomes.wait(id, onProgress);
    const adding = store.add({
      id,
      queue,
      messageId: email.messageId,
      from: email.envelope.from,
      recipients: email.envelope.to.map((address) => ({ address, state: "unknown" })),
      subject,
      queuedAt: now,
      mime: email.mime,
      ...(email.files ? { files: email.files } : {}),
      ...(email.linksUntil === undefined ? {} : { linksUntil: email.linksUntil }),
      ...(dedupeKey === undefined ? {} : { dedupeKey, dedupeUntil: now + dedupeForMs }),
      ...(origin === undefined ? {} : { origin }),
    });
    this.#adding.add(adding);
    try {
      const added = await adding;
      if (!added.added) {
        this.#drop(id, email);
        return { state: "duplicate", id: added.duplicate.id, messageId: added.duplicate.messageId };
      }
    } catch (error) {
      this.#drop(id, email);
      throw error;
    } finally {
      this.#adding.delete(adding);
    }
    this.#tellQueued(id);
    // One that is discarded by hand is never attempted.
    if (this.#options.perMinute !== undefined) void outcome.then(() => this.#line.leave(id));
    this.#pump();
    return { state: "queued", id, outcome };
  }

  /** A mail that was not kept has nobody who waits for it, and nothing that is. */
  #drop(id: string, { files = [] }: PreparedEmail): void {
    this.#options.outcomes.forget(id);
    this.#options.store.spool.discard(files.map(({ file }) => file));
  }

  #tellQueued(id: string): void {
    const { clock, outcomes, perMinute } = this.#options;
    // It may have been handed out in the very turn in which it was kept.
    if (this.#running.has(id)) return;
    const { heldBy } = this.#standing;
    const until = heldBy ? undefined : this.#standing.limitedUntil(clock.now());
    if (perMinute !== undefined) this.#line.join(id, until !== undefined);
    if (heldBy) outcomes.progress(id, { state: "held", error: heldBy });
    else outcomes.progress(id, until === undefined ? { state: "queued" } : { state: "limited", until });
  }

  /** Why the whole queue waits for a person; undefined while it is sent. */
  get heldBy(): SendError | undefined {
    return this.#standing.heldBy;
  }

  /** Whether it sends now, and if not, why and since when. */
  get standing(): Standing {
    return this.#standing.now;
  }

  /** The configuration works again, or a person asked: everything that is due is tried now. */
  resume(): void {
    this.#standing.reopen();
    this.#pump();
  }

  /** Somebody else changed what waits: a person released or added mails. */
  wake(): void {
    this.#pump();
  }

  /** Takes no more mails and lets running ones finish for `graceMs`; what waits stays in the store. */
  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#stop(graceMs);
    return this.#stopping;
  }

  async #stop(graceMs: number): Promise<void> {
    this.#state = "stopped";
    this.#wakeUp?.();
    const callOff = this.#options.clock.after(graceMs, () => this.#abort.abort(stopped()));
    // What is being kept, or handed out, right now belongs to what was running.
    await Promise.allSettled(this.#adding);
    await this.#pumping;
    await Promise.all(this.#running.values());
    callOff();
    await this.#ledger.catchUp().catch(() => {});
  }

  #pump(): void {
    this.#pumpAgain = true;
    if (this.#state === "started") this.#pumping ??= this.#startAll();
  }

  async #startAll(): Promise<void> {
    try {
      while (this.#pumpAgain && this.#state === "started") {
        this.#pumpAgain = false;
        await this.#ledger.catchUp();
        await this.#startDue();
      }
    } catch {
      // The store says at every add what is wrong with it; what waits in it is tried again later.
      this.#sleep(LONGEST_SLEEP_MS);
    } finally {
      // In the same turn as the last look at #pumpAgain: nobody's call is lost.
      this.#pumping = undefined;
    }
  }

  async #startDue(): Promise<void> {
    const { queue, store, clock } = this.#options;
    if (this.#standing.heldBy) return;
    const now = clock.now();
    const room = this.#standing.room(now, this.#running.size);
    if (room <= 0) return this.#sleepUntilRoom(now);
    const claimed = await store.claim(queue, room, now);
    for (const entry of claimed) this.#begin(entry);
    if (claimed.length === room) {
      this.#pumpAgain = true;
      return;
    }
    const dueAt = await store.nextDueAt(queue, clock.now());
    if (dueAt !== undefined) this.#sleep(Math.max(dueAt - clock.now(), 0));
  }

  #begin(entry: ClaimedEntry): void {
    this.#standing.started();
    this.#line.leave(entry.id);
    const answered = once(() => {
      this.#standing.ended();
      this.#pump();
    });
    const running = this.#attempt(entry, answered).finally(() => {
      answered();
      this.#running.delete(entry.id);
      this.#pump();
    });
    this.#running.set(entry.id, running);
  }

  #sleepUntilRoom(now: number): void {
    const limited = this.#standing.limitedUntil(now);
    if (limited !== undefined) this.#line.limited(limited);
    const until = this.#standing.closedUntil(now);
    // Nothing to wait for but a mail that is running: its end pumps, unless a predecessor sends it.
    if (until !== undefined) this.#sleep(until - now);
    else if (this.#running.size === 0) this.#sleep(LONGEST_SLEEP_MS);
  }

  #sleep(ms: number): void {
    this.#wakeUp?.();
    if (this.#state === "stopped") return;
    this.#wakeUp = this.#options.clock.after(Math.min(ms, LONGEST_SLEEP_MS), () => this.#pump());
  }

  /** `answered` is called when its connection is free, which is before its answer is written down. */
  async #attempt(entry: ClaimedEntry, answered: () => void): Promise<void> {
    const { clock, policy, random, outcomes } = this.#options;
    const at = clock.now();
    outcomes.progress(entry.id, { state: "sending" });
    const result = await this.#handOver(entry).catch(asSendError);
    const now = clock.now();
    this.#standing.learn(result, now);
    answered();
    const verdict = decide({ entry, result, policy, now, random });
    await this.#ledger.enter(entry, verdict, attemptOf(at, now, verdict, result), now);
  }

  async #handOver(entry: ClaimedEntry): Promise<SendReceipt> {
    const { store, send } = this.#options;
    return send(emailOf(entry), this.#abort.signal, () => store.startBody(entry.id));
  }
}

function once(run: () => void): () => void {
  let ran = false;
  return () => {
    if (!ran) run();
    ran = true;
  };
}

function stopped(): SendError {
  const value = "its configuration was deployed anew or Node-RED stopped";
  return new SendError("cancelled", { phase: "queue", facts: { value } });
}

function asSendError(error: unknown): SendError {
  if (error instanceof SendError) return error;
  return new SendError("protocol-error", {
    phase: "queue",
    facts: { response: "an unexpected failure inside this package" },
  });
}
