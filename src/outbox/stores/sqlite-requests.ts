import type { EntryState } from "../../model/entry-state";
import type { Added, ClaimedEntry, Ending, ListFilter, NewEntry, OutboxEntry, Retention } from "../outbox-store";
import type { Ballast } from "./ballast";
import type { BodyTable } from "./body-table";
import * as changes from "./entry-changes";
import { type EntryTable, entryOf, totals } from "./entry-table";
import type { HandedOut } from "./handed-out";
import type { Row } from "./sqlite-engine";
import { Refusal } from "./store-fault";

/** How many rows one request looks at or deletes at most: others wait no longer than that takes. */
const SLICE = 1000;

/** What is handed out before somebody asks for it is in memory. */
const MAX_AHEAD_BYTES = 64 << 10;

/** A database does not shrink: on a disk that it fills itself, this much free room inside is as good as ballast. */
const ENOUGH_FREE_BYTES = 8 << 20;

/** So many outcomes wait to be brought into their entries: by then those share most of the pages that they change. */
const MAX_NOTED = 64;

/** One part of a list: `next` is where to go on, undefined at the end. */
export interface ListPart {
  readonly entries: OutboxEntry[];
  readonly next?: changes.Cursor;
}

/** What the store's thread can be asked for. Each runs inside a transaction that its caller ends. */
export class SqliteRequests {
  constructor(
    readonly file: string,
    readonly table: EntryTable,
    readonly bodies: BodyTable,
    readonly ballast: Ballast,
    readonly handedOut: HandedOut,
  ) {}

  add(entry: NewEntry): Added {
    if (this.table.byId(entry.id)) throw refusal("an entry with this id is already there");
    const duplicate = this.#keyHolder(entry);
    if (duplicate) return { added: false, duplicate };
    // What the ballast gave up is for the marks of the mails that are already here.
    if (!this.ballast.raise() && this.table.freeBytes() < ENOUGH_FREE_BYTES) {
      throw new Refusal({ reason: "store-full", facts: { value: this.file } });
    }
    this.bodies.add(this.table.insert(changes.created(entry)), entry);
    return { added: true };
  }

  holderOf(queue: string, dedupeKey: string, now: number): OutboxEntry | undefined {
    return this.#keyHolder({ queue, dedupeKey, queuedAt: now });
  }

  /**
   * Writes nothing, and so needs no commit, see `HandedOut`. Hands out up to `ahead` more that are
   * due, as long as they are small.
   */
  claim(queue: string, limit: number, now: number, ahead: number): ClaimedEntry[] {
    const claimed: ClaimedEntry[] = [];
    let aheadBytes = 0;
    for (const seq of this.#due(queue, limit, now, ahead)) {
      const row = this.table.bySeq(seq);
      if (!row) continue;
      const entry = changes.claimed(entryOf(row), now);
      if (claimed.length >= limit) aheadBytes += entry.sizeBytes;
      if (aheadBytes > MAX_AHEAD_BYTES) break;
      const body = this.bodies.get(seq);
      this.handedOut.put({ seq, entry, written: false, hasFiles: !this.bodies.isInRow(body) });
      claimed.push({ ...entry, ...body });
    }
    return claimed;
  }

  #due(queue: string, limit: number, now: number, ahead: number): number[] {
    const besides = this.handedOut.unwritten;
    const due = this.table.due(queue, now, limit + ahead, besides);
    if (due.length >= limit) return due;
    return [...due, ...this.table.dueAfter(queue, changes.latestDue(now), limit - due.length, besides)];
  }

  /** Those wait again. To be asked before anything that makes it known that they were handed out. */
  giveBack(ids: readonly string[]): void {
    for (const id of ids) this.handedOut.delete(id);
  }

  startBody(id: string): void {
    const lent = this.handedOut.get(id);
    if (lent?.entry.state !== "sending") throw refusal("the mail is not being sent");
    this.handedOut.put({ ...lent, entry: { ...lent.entry, bodyStarted: true } });
    if (lent.written) this.table.save(lent.seq, { ...lent.entry, bodyStarted: true });
    else this.table.startBody(lent.seq);
  }

  finish(id: string, state: changes.OutcomeState, outcome: changes.Outcome): void {
    const lent = this.handedOut.get(id);
    const { seq, entry } = lent ?? this.#kept(id) ?? {};
    const changed = entry && changes.finished(entry, state, outcome);
    if (seq === undefined || !changed) return;
    if (state === "sent" && lent && !lent.written && !lent.hasFiles) {
      this.table.noteOutcome(seq, changed);
      this.handedOut.put({ ...lent, entry: changed });
      if (this.handedOut.ended >= MAX_NOTED) this.writeEnded();
      return;
    }
    this.#write(seq, changed);
    this.handedOut.delete(id);
  }

  /** Brings how mails ended into their entries, and deletes their bodies. */
  writeEnded(): void {
    this.handedOut.writeEnded((seq, entry) => this.#write(seq, entry));
  }

  /** Likewise, of those that the last process left behind. */
  writeLeftBehind(): void {
    for (const { seq, entry } of this.table.noted()) this.#write(seq, entry);
  }

  release(ids: readonly string[], now: number): number {
    return this.#change(ids, (entry) => changes.released(entry, now)).length;
  }

  park(ids: readonly string[], now: number): number {
    return this.#change(ids, (entry) => changes.parked(entry, now)).length;
  }

  cancel(ids: readonly string[], now: number): number {
    const rows = this.#change(ids, (entry) => changes.cancelled(entry, now));
    for (const row of rows) this.bodies.delete(Number(row["seq"]));
    return rows.length;
  }

  get(id: string): OutboxEntry | undefined {
    this.#writeHandedOut();
    return this.#kept(id)?.entry;
  }

  /** Looks at no more than a slice: a search goes on with `next` as `before`. */
  list({ queue, states, search, before, limit }: ListFilter): ListPart {
    this.#writeHandedOut();
    const from = before ?? { queuedAt: Number.MAX_SAFE_INTEGER, id: "" };
    const size = search ? SLICE : Math.min(limit, SLICE);
    const page = this.table
      .counts()
      .filter((count) => (queue === undefined || count.queue === queue) && (!states || states.includes(count.state)))
      .flatMap((count) => this.table.page(count.queue, count.state, from, size))
      .map((row) => ({ seq: Number(row["seq"]), queuedAt: Number(row["queued_at"]), id: String(row["id"]) }))
      .sort(changes.newestFirst)
      .slice(0, size);
    const entries: OutboxEntry[] = [];
    for (const { seq } of page) {
      const row = this.table.bySeq(seq);
      const entry = row && entryOf(row);
      if (entry && changes.found(entry, search)) entries.push(entry);
      if (entries.length === limit) return { entries };
    }
    const last = page.at(-1);
    return last && page.length === size ? { entries, next: { queuedAt: last.queuedAt, id: last.id } } : { entries };
  }

  counts(queue?: string): Record<EntryState, number> {
    this.#writeHandedOut();
    return totals(this.table.counts().filter((count) => queue === undefined || count.queue === queue));
  }

  endings(from: number, until: number): Ending[] {
    this.writeEnded();
    return this.table.endings(from, until);
  }

  queues(): string[] {
    return [...new Set(this.table.counts().map(({ queue }) => queue))];
  }

  nextDueAt(queue: string, now: number): number | undefined {
    const besides = this.handedOut.unwritten;
    const first = this.table.firstDueAt(queue, besides);
    if (first === undefined || first <= now) return first;
    return Number(this.table.lastDueAt(queue, besides)) > changes.latestDue(now) ? now : first;
  }

  recover(now: number): OutboxEntry[] {
    this.#writeHandedOut();
    this.handedOut.clear();
    for (const row of this.table.started()) {
      this.#write(Number(row["seq"]), { ...changes.claimed(entryOf(row), now), bodyStarted: true });
    }
    const sending = this.table.counts().filter(({ state }) => state === "sending");
    const rows = sending.flatMap(({ queue }) => this.table.sending(queue));
    rows.sort((a, b) => Number(a["seq"]) - Number(b["seq"]));
    return rows
      .map((row) => this.#save(row, changes.recovered(entryOf(row), now)))
      .filter(({ state }) => state === "sending");
  }

  /** Forgets at most a slice of each state; to be asked again until nothing is left to forget. */
  prune(retention: Retention): number {
    this.writeEnded();
    return changes.ENDED_STATES.reduce((forgotten, state) => forgotten + this.#forget(state, retention), 0);
  }

  #forget(state: changes.EndedState, retention: Retention): number {
    const max = state === "dead" ? retention.maxDead : retention.maxSent;
    const outdated = this.table.outdated(state, retention, SLICE);
    const surplus = Math.min(SLICE, Math.max(0, this.counts()[state] - max));
    const rows = outdated.length > 0 ? outdated : this.table.ended(state, surplus);
    for (const { seq } of rows) {
      this.bodies.delete(Number(seq));
      this.table.delete(Number(seq));
    }
    return rows.length;
  }

  #kept(id: string): { readonly seq: number; readonly entry: OutboxEntry } | undefined {
    const row = this.table.byId(id);
    return row && { seq: Number(row["seq"]), entry: entryOf(row) };
  }

  /** For whoever looks at states: so that those in the database are those of now. */
  #writeHandedOut(): void {
    this.handedOut.writeAll((seq, entry) => this.#write(seq, entry));
  }

  #write(seq: number, entry: OutboxEntry): void {
    this.table.save(seq, entry);
    this.table.forgetStart(seq);
    if (entry.state === "sent") this.bodies.delete(seq);
  }

  #change(ids: readonly string[], change: (entry: OutboxEntry) => OutboxEntry | undefined): Row[] {
    this.#writeHandedOut();
    return [...new Set(ids)].flatMap((id) => {
      const row = this.table.byId(id);
      const changed = row && change(entryOf(row));
      if (!row || !changed) return [];
      this.#save(row, changed);
      return [row];
    });
  }

  #save(row: Row, entry: OutboxEntry): OutboxEntry {
    this.table.save(Number(row["seq"]), entry);
    return entry;
  }

  #keyHolder({ queue, dedupeKey, queuedAt }: Pick<NewEntry, "queue" | "dedupeKey" | "queuedAt">) {
    if (dedupeKey === undefined) return undefined;
    const row = this.table.keyHolder(queue, dedupeKey, queuedAt);
    const holder = row && entryOf(row);
    return holder && (this.handedOut.get(holder.id)?.entry ?? holder);
  }
}

function refusal(value: string): Refusal {
  return new Refusal({ reason: "store-failed", facts: { value } });
}
