import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENTRY_STATES, type EntryState } from "../../model/entry-state";
import { SendError } from "../../model/send-error";
import type {
  Added,
  AttemptResult,
  ClaimedEntry,
  Ending,
  ListFilter,
  MailBody,
  NewEntry,
  OutboxEntry,
  OutboxStore,
  Retention,
} from "../outbox-store";
import { DueHeap } from "./due-heap";
import {
  cancelled,
  claimed,
  created,
  ENDED_STATES,
  type EndedState,
  endedBefore,
  finished,
  found,
  isKeptForItsKey,
  isWaiting,
  keepsOut,
  latestDue,
  newestFirst,
  noBody,
  type Outcome,
  type OutcomeState,
  parked,
  recovered,
  released,
} from "./entry-changes";
import { areThere, SpoolFolder } from "./spool-folder";

/** Keeps mails in memory: fast, and empty after a restart. */
export class MemoryOutboxStore implements OutboxStore {
  readonly kind = "memory";
  readonly #entries = new Map<string, OutboxEntry>();
  readonly #bodies = new Map<string, MailBody>();
  readonly spool = new SpoolFolder(untilTheEnd);
  readonly #orders = new Map<string, number>();
  readonly #due = new Map<string, DueHeap>();
  readonly #counts = new Map<string, Record<EntryState, number>>();
  /** Ids by queue and dedupe key. */
  readonly #carriers = new Map<string, Set<string>>();
  #added = 0;
  #open = false;

  async open(): Promise<void> {
    this.#open = true;
  }

  async add(entry: NewEntry): Promise<Added> {
    this.#mustBeOpen();
    if (this.#entries.has(entry.id)) throw failure("an entry with this id is already there");
    const duplicate = this.#keyHolder(entry);
    if (duplicate) return { added: false, duplicate };
    this.#orders.set(entry.id, this.#added++);
    const { mime, files } = entry;
    this.#bodies.set(entry.id, { mime, ...(files ? { files } : {}) });
    this.#keep(withoutGaps(created(entry)));
    if (entry.dedupeKey !== undefined) {
      const key = carrierKey(entry);
      this.#carriers.set(key, (this.#carriers.get(key) ?? new Set()).add(entry.id));
    }
    return { added: true };
  }

  async holderOf(queue: string, dedupeKey: string, now: number): Promise<OutboxEntry | undefined> {
    this.#mustBeOpen();
    return this.#keyHolder({ queue, dedupeKey, queuedAt: now });
  }

  async claim(queue: string, limit: number, now: number): Promise<ClaimedEntry[]> {
    this.#mustBeOpen();
    const handedOut: ClaimedEntry[] = [];
    while (handedOut.length < limit) {
      const first = this.#firstDue(queue, now);
      const entry = first && this.#entries.get(first.id);
      if (!entry || first.at > now) break;
      handedOut.push({ ...this.#keep(claimed(entry, now)), ...this.#bodyOf(entry.id) });
    }
    return handedOut;
  }

  #bodyOf(id: string): Pick<ClaimedEntry, "mime" | "files" | "unreadable"> {
    const body = this.#bodies.get(id);
    return body && areThere(body.files) ? body : noBody("store-body-missing");
  }

  async startBody(id: string): Promise<void> {
    this.#mustBeOpen();
    const entry = this.#entries.get(id);
    if (entry?.state !== "sending") throw failure("the mail is not being sent");
    this.#keep({ ...entry, bodyStarted: true });
  }

  complete(id: string, result: AttemptResult): Promise<void> {
    return this.#finish(id, "sent", result);
  }

  defer(id: string, result: AttemptResult & { nextAttemptAt: number; unconfirmed?: number }): Promise<void> {
    return this.#finish(id, "deferred", result);
  }

  bury(id: string, result: AttemptResult): Promise<void> {
    return this.#finish(id, "dead", result);
  }

  hold(id: string, result: AttemptResult & { unconfirmed?: number }): Promise<void> {
    return this.#finish(id, "held", result);
  }

  async release(ids: readonly string[], now: number): Promise<number> {
    return this.#changeAll(ids, (entry) => released(entry, now)).length;
  }

  async park(ids: readonly string[], now: number): Promise<number> {
    return this.#changeAll(ids, (entry) => parked(entry, now)).length;
  }

  async cancel(ids: readonly string[], now: number): Promise<number> {
    const gone = this.#changeAll(ids, (entry) => cancelled(entry, now));
    for (const { id } of gone) this.#dropBody(id);
    return gone.length;
  }

  async get(id: string): Promise<OutboxEntry | undefined> {
    this.#mustBeOpen();
    return this.#entries.get(id);
  }

  async list({ queue, states, search, before, limit }: ListFilter): Promise<OutboxEntry[]> {
    this.#mustBeOpen();
    return [...this.#entries.values()]
      .filter((entry) => queue === undefined || entry.queue === queue)
      .filter((entry) => !states || states.includes(entry.state))
      .filter((entry) => !before || newestFirst(before, entry) < 0)
      .filter((entry) => found(entry, search))
      .sort(newestFirst)
      .slice(0, limit);
  }

  async counts(queue?: string): Promise<Record<EntryState, number>> {
    this.#mustBeOpen();
    const total = noCounts();
    for (const [one, counts] of this.#counts) {
      if (queue !== undefined && one !== queue) continue;
      for (const state of ENTRY_STATES) total[state] += counts[state];
    }
    return total;
  }

  async endings(from: number, until: number): Promise<Ending[]> {
    this.#mustBeOpen();
    const endings = new Map<string, Ending>();
    for (const { queue, state, updatedAt } of this.#entries.values()) {
      if ((state !== "sent" && state !== "dead") || updatedAt < from || updatedAt >= until) continue;
      const key = JSON.stringify([queue, state, Math.floor(updatedAt / 60_000)]);
      const { at = updatedAt, count = 0 } = endings.get(key) ?? {};
      endings.set(key, { queue, state, at: Math.max(at, updatedAt), count: count + 1 });
    }
    return [...endings.values()];
  }

  async queues(): Promise<string[]> {
    this.#mustBeOpen();
    return [...new Set([...this.#entries.values()].map(({ queue }) => queue))];
  }

  async nextDueAt(queue: string, now: number): Promise<number | undefined> {
    this.#mustBeOpen();
    return this.#firstDue(queue, now)?.at;
  }

  async recover(now: number): Promise<OutboxEntry[]> {
    this.#mustBeOpen();
    const sending = [...this.#entries.values()].filter(({ state }) => state === "sending");
    return sending.map((entry) => this.#keep(recovered(entry, now))).filter(({ state }) => state === "sending");
  }

  async prune(retention: Retention): Promise<number> {
    this.#mustBeOpen();
    return ENDED_STATES.reduce((forgotten, state) => forgotten + this.#forget(state, retention), 0);
  }

  async close(): Promise<void> {
    this.#open = false;
    for (const id of [...this.#bodies.keys()]) this.#dropBody(id);
    for (const kept of [this.#entries, this.#orders, this.#due, this.#counts, this.#carriers]) kept.clear();
  }

  #forget(state: EndedState, retention: Retention): number {
    const max = state === "dead" ? retention.maxDead : retention.maxSent;
    const isOutdated = (entry: OutboxEntry): boolean =>
      entry.updatedAt < endedBefore(state, entry.queue, retention) && !isKeptForItsKey(entry, retention.now);
    const ended = [...this.#entries.values()].filter((entry) => entry.state === state);
    const outdated = ended.filter(isOutdated);
    const left = ended.filter((entry) => !isOutdated(entry)).sort((a, b) => a.updatedAt - b.updatedAt);
    const gone = [...outdated, ...left.slice(0, Math.max(0, left.length - max))];
    for (const entry of gone) {
      this.#count(entry, -1);
      this.#carriers.get(carrierKey(entry))?.delete(entry.id);
      this.#dropBody(entry.id);
      for (const kept of [this.#entries, this.#orders]) kept.delete(entry.id);
    }
    return gone.length;
  }

  async #finish(id: string, state: OutcomeState, outcome: Outcome): Promise<void> {
    this.#changeAll([id], (entry) => finished(entry, state, outcome));
    if (this.#entries.get(id)?.state === "sent") this.#dropBody(id);
  }

  #dropBody(id: string): void {
    this.spool.discard((this.#bodies.get(id)?.files ?? []).map(({ file }) => file));
    this.#bodies.delete(id);
  }

  #changeAll(ids: readonly string[], change: (entry: OutboxEntry) => OutboxEntry | undefined): OutboxEntry[] {
    this.#mustBeOpen();
    return [...new Set(ids)].flatMap((id) => {
      const entry = this.#entries.get(id);
      const changed = entry && change(entry);
      return changed ? [this.#keep(changed)] : [];
    });
  }

  #firstDue(queue: string, now: number): DueHeap["first"] {
    const heap = this.#due.get(queue);
    heap?.bringForward(latestDue(now), now);
    return heap?.first;
  }

  #keyHolder(entry: Pick<NewEntry, "queue" | "dedupeKey" | "queuedAt">): OutboxEntry | undefined {
    for (const id of this.#carriers.get(carrierKey(entry)) ?? []) {
      const carrier = this.#entries.get(id);
      if (carrier && keepsOut(carrier, entry.queuedAt)) return carrier;
    }
    return undefined;
  }

  #keep(entry: OutboxEntry): OutboxEntry {
    const { id, queue, state, nextAttemptAt } = entry;
    const before = this.#entries.get(id);
    if (before) this.#count(before, -1);
    this.#count(entry, 1);
    this.#entries.set(id, entry);
    const heap = this.#due.get(queue) ?? new DueHeap();
    this.#due.set(queue, heap);
    if (isWaiting(state)) heap.push({ id, at: nextAttemptAt, order: this.#orders.get(id) ?? 0 });
    else heap.remove(id);
    return entry;
  }

  #count({ queue, state }: OutboxEntry, change: number): void {
    const counts = this.#counts.get(queue) ?? noCounts();
    counts[state] += change;
    this.#counts.set(queue, counts);
  }

  #mustBeOpen(): void {
    if (!this.#open) throw failure("the outbox is closed");
  }
}

/** A folder that goes with the process; where that is killed, the system clears it away. */
function untilTheEnd(): string {
  if (temporary === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "post-office-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    temporary = folder;
  }
  return temporary;
}

let temporary: string | undefined;

function noCounts(): Record<EntryState, number> {
  return Object.fromEntries(ENTRY_STATES.map((state) => [state, 0])) as Record<EntryState, number>;
}

function carrierKey({ queue, dedupeKey }: Pick<OutboxEntry, "queue" | "dedupeKey">): string {
  return JSON.stringify([queue, dedupeKey]);
}

function failure(value: string): SendError {
  return new SendError("store-failed", { phase: "queue", facts: { value } });
}

/** Without the fields that are there and undefined, as after a round trip through a file. */
function withoutGaps(entry: OutboxEntry): OutboxEntry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as unknown as OutboxEntry;
}
