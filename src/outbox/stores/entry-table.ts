import { ENTRY_STATES, type EntryState } from "../../model/entry-state";
import type { Ending, OutboxEntry, Retention } from "../outbox-store";
import { type Cursor, type EndedState, endedBefore } from "./entry-changes";
import type { Database, Row, Statement } from "./sqlite-engine";

/** The time of a dedupe key that has none. */
const NO_END = Number.MAX_SAFE_INTEGER;

const NONE: ReadonlySet<number> = new Set();

/** The statements on entries. Each is answered by an index, however many entries there are. */
export class EntryTable {
  readonly #prepared = new Map<string, Statement>();

  constructor(readonly database: Database) {}

  sql(text: string): Statement {
    let statement = this.#prepared.get(text);
    if (!statement) {
      statement = this.database.prepare(text);
      this.#prepared.set(text, statement);
    }
    return statement;
  }

  insert(entry: OutboxEntry): number {
    const { id, queue, state, queuedAt, nextAttemptAt, updatedAt, dedupeKey, recipients, attempts } = entry;
    const { messageId, from, subject, sizeBytes, dedupeUntil, origin, linksUntil } = entry;
    const mail = JSON.stringify({ messageId, from, subject, sizeBytes, dedupeKey, dedupeUntil, origin, linksUntil });
    const times = [queuedAt, nextAttemptAt, updatedAt];
    const lists = [JSON.stringify(recipients), JSON.stringify(attempts)];
    const { lastInsertRowid } = this.sql(
      `INSERT INTO entries (id, queue, state, queued_at, next_at, updated_at, body_started, unconfirmed,
         dedupe_key, dedupe_until, mail, recipients, attempts) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?)`,
    ).run(id, queue, state, ...times, dedupeKey ?? null, dedupeUntil ?? NO_END, mail, ...lists);
    return Number(lastInsertRowid);
  }

  /** Writes back what can change of an entry. */
  save(seq: number, entry: OutboxEntry): void {
    this.sql(
      `UPDATE entries SET state = ?, next_at = ?, updated_at = ?, body_started = ?, unconfirmed = ?,
         recipients = ?, attempts = ?, ages_from = ? WHERE seq = ?`,
    ).run(
      entry.state,
      entry.nextAttemptAt,
      entry.updatedAt,
      Number(entry.bodyStarted),
      entry.unconfirmed,
      JSON.stringify(entry.recipients),
      JSON.stringify(entry.attempts),
      entry.agesFrom ?? null,
      seq,
    );
  }

  byId(id: string): Row | undefined {
    return this.sql("SELECT * FROM entries WHERE id = ?").get(id);
  }

  bySeq(seq: number): Row | undefined {
    return this.sql("SELECT * FROM entries WHERE seq = ?").get(seq);
  }

  /** Commits with this that the body of this one is on its way. */
  startBody(seq: number): void {
    this.sql("INSERT INTO started (seq) VALUES (?)").run(seq);
  }

  /** Commits with this how it ended, which `save` brings into its entry later. */
  noteOutcome(seq: number, entry: OutboxEntry): void {
    this.sql(
      "INSERT INTO started (seq, outcome) VALUES (?, ?) ON CONFLICT (seq) DO UPDATE SET outcome = excluded.outcome",
    ).run(seq, JSON.stringify(changing(entry)));
  }

  forgetStart(seq: number): void {
    this.sql("DELETE FROM started WHERE seq = ?").run(seq);
  }

  /** Those whose body is on its way, though their state does not say so yet. */
  started(): Row[] {
    return this.sql("SELECT entries.* FROM started JOIN entries USING (seq) WHERE outcome IS NULL").all();
  }

  /** Those that have ended, as they did, though their state does not say so yet. */
  noted(): { readonly seq: number; readonly entry: OutboxEntry }[] {
    const rows = this.sql("SELECT entries.*, outcome FROM started JOIN entries USING (seq) WHERE outcome IS NOT NULL");
    return rows
      .all()
      .map((row) => ({ seq: Number(row["seq"]), entry: { ...entryOf(row), ...JSON.parse(String(row["outcome"])) } }));
  }

  /** The numbers of the first `limit` that are due by this time, but for those in `besides`. */
  due(queue: string, now: number, limit: number, besides = NONE): number[] {
    const rows = this.sql(
      `SELECT seq FROM entries WHERE queue = ? AND state IN ('queued', 'deferred') AND next_at <= ?
       ORDER BY next_at, seq LIMIT ?`,
    ).all(queue, now, limit + besides.size);
    return numbers(rows, besides).slice(0, limit);
  }

  /** Likewise, of those that are due later than at this time. */
  dueAfter(queue: string, at: number, limit: number, besides = NONE): number[] {
    const rows = this.sql(
      `SELECT seq FROM entries WHERE queue = ? AND state IN ('queued', 'deferred') AND next_at > ?
       ORDER BY next_at, seq LIMIT ?`,
    ).all(queue, at, limit + besides.size);
    return numbers(rows, besides).slice(0, limit);
  }

  firstDueAt(queue: string, besides = NONE): number | undefined {
    const rows = this.sql(
      `SELECT seq, next_at FROM entries WHERE queue = ? AND state IN ('queued', 'deferred') ORDER BY next_at LIMIT ?`,
    ).all(queue, 1 + besides.size);
    return timeOf(rows, besides);
  }

  lastDueAt(queue: string, besides = NONE): number | undefined {
    const rows = this.sql(
      `SELECT seq, next_at FROM entries WHERE queue = ? AND state IN ('queued', 'deferred')
       ORDER BY next_at DESC LIMIT ?`,
    ).all(queue, 1 + besides.size);
    return timeOf(rows, besides);
  }

  /** The entry that keeps others with this key out, see `keepsOut`. */
  keyHolder(queue: string, key: string, now: number): Row | undefined {
    return this.sql(
      `SELECT * FROM entries WHERE queue = ? AND dedupe_key = ? AND dedupe_until > ? AND state NOT IN ('cancelled', 'dead') LIMIT 1`,
    ).get(queue, key, now);
  }

  sending(queue: string): Row[] {
    return this.sql("SELECT * FROM entries WHERE queue = ? AND state = 'sending'").all(queue);
  }

  /** One page of one queue and state, newest first. */
  page(queue: string, state: EntryState, before: Cursor, limit: number): Row[] {
    return this.sql(
      `SELECT seq, queued_at, id FROM entries WHERE queue = ? AND state = ? AND (queued_at, id) < (?, ?)
       ORDER BY queued_at DESC, id DESC LIMIT ?`,
    ).all(queue, state, before.queuedAt, before.id, limit);
  }

  /** The entries that have been in this state for longest. */
  ended(state: EndedState, limit: number): Row[] {
    // All three are named, because SQLite takes an index of some rows only where its own condition is repeated.
    return this.sql(
      `SELECT seq FROM entries WHERE state IN ('sent', 'dead', 'cancelled') AND state = ?
       ORDER BY updated_at, seq LIMIT ?`,
    ).all(state, limit);
  }

  /** Those that may be forgotten by their time, see `endedBefore` and `isKeptForItsKey`. */
  outdated(state: EndedState, retention: Retention, limit: number): Row[] {
    const own = [...(retention.queues?.keys() ?? [])].map((queue) => [queue, endedBefore(state, queue, retention)]);
    const others = state === "dead" ? retention.deadBefore : retention.sentBefore;
    const latest = Math.max(others, ...own.map(([, before]) => Number(before)));
    return this.sql(
      `SELECT seq FROM entries WHERE state IN ('sent', 'dead', 'cancelled') AND state = ? AND updated_at < ?
       AND updated_at < coalesce((SELECT value FROM json_each(?) WHERE key = queue), ?)
       AND (state <> 'sent' OR dedupe_key IS NULL OR dedupe_until NOT BETWEEN ? AND ${NO_END} - 1)
       ORDER BY updated_at, seq LIMIT ?`,
    ).all(state, latest, JSON.stringify(Object.fromEntries(own)), others, retention.now + 1, limit);
  }

  /** See `OutboxStore`. */
  endings(from: number, until: number): Ending[] {
    const select = this.sql(
      `SELECT queue, max(updated_at) AS at, count(*) AS n FROM entries
       WHERE state IN ('sent', 'dead', 'cancelled') AND state = ? AND updated_at >= ? AND updated_at < ?
       GROUP BY queue, updated_at / 60000`,
    );
    return (["sent", "dead"] as const).flatMap((state) =>
      select
        .all(state, from, until)
        .map(({ queue, at, n }) => ({ queue: String(queue), state, at: Number(at), count: Number(n) })),
    );
  }

  counts(): { queue: string; state: EntryState; n: number }[] {
    return this.sql("SELECT queue, state, n FROM counts WHERE n > 0")
      .all()
      .map(({ queue, state, n }) => ({ queue: String(queue), state: state as EntryState, n: Number(n) }));
  }

  /** What the database file has room for without growing. */
  freeBytes(): number {
    const pages = this.sql("SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size");
    return Number(pages.get()?.["bytes"]);
  }

  delete(seq: number): void {
    this.sql("DELETE FROM entries WHERE seq = ?").run(seq);
  }
}

function numbers(rows: readonly Row[], besides: ReadonlySet<number>): number[] {
  return rows.map(({ seq }) => Number(seq)).filter((seq) => !besides.has(seq));
}

function timeOf(rows: readonly Row[], besides: ReadonlySet<number>): number | undefined {
  const row = rows.find(({ seq }) => !besides.has(Number(seq)));
  return row && Number(row["next_at"]);
}

/** What an attempt can change of an entry. */
function changing(entry: OutboxEntry): Partial<OutboxEntry> {
  const { state, nextAttemptAt, updatedAt, bodyStarted, unconfirmed, recipients, attempts, agesFrom } = entry;
  return { state, nextAttemptAt, updatedAt, bodyStarted, unconfirmed, recipients, attempts, agesFrom };
}

export function entryOf(row: Row): OutboxEntry {
  return {
    id: String(row["id"]),
    queue: String(row["queue"]),
    state: row["state"] as EntryState,
    queuedAt: Number(row["queued_at"]),
    nextAttemptAt: Number(row["next_at"]),
    updatedAt: Number(row["updated_at"]),
    bodyStarted: row["body_started"] !== 0,
    unconfirmed: Number(row["unconfirmed"]),
    recipients: JSON.parse(String(row["recipients"])),
    attempts: JSON.parse(String(row["attempts"])),
    ...(row["ages_from"] === null ? {} : { agesFrom: Number(row["ages_from"]) }),
    ...JSON.parse(String(row["mail"])),
  };
}

export function totals(counts: readonly { state: EntryState; n: number }[]): Record<EntryState, number> {
  const total = Object.fromEntries(ENTRY_STATES.map((state) => [state, 0])) as Record<EntryState, number>;
  for (const { state, n } of counts) total[state] += n;
  return total;
}
