import assert from "node:assert/strict";
import { EntryTable } from "../../src/outbox/stores/entry-table";
import { sqliteEngine } from "../../src/outbox/stores/sqlite-engine";
import { migrate } from "../../src/outbox/stores/sqlite-schema";

const CURSOR = { queuedAt: 1, id: "" };

/** Steps that go through what was asked with, not through the entries; and counting of what an index found. */
const OF_A_LIST = /^(?:CORRELATED SCALAR SUBQUERY \d+|SCAN json_each VIRTUAL TABLE .*|USE TEMP B-TREE FOR GROUP BY)$/;

/** Each question that may be asked with very many entries there. */
const QUESTIONS: Record<string, (table: EntryTable) => unknown> = {
  due: (table) => table.due("q", 1, 1),
  "due later": (table) => table.dueAfter("q", 1, 1),
  "first due": (table) => table.firstDueAt("q"),
  "last due": (table) => table.lastDueAt("q"),
  "by key": (table) => table.keyHolder("q", "k", 1),
  "by id": (table) => table.byId("a"),
  "by number": (table) => table.bySeq(1),
  "a page": (table) => table.page("q", "sent", CURSOR, 1),
  ended: (table) => table.ended("sent", 1),
  outdated: (table) => table.outdated("sent", { now: 1, sentBefore: 1, deadBefore: 1, maxSent: 1, maxDead: 1 }, 1),
  endings: (table) => table.endings(1, 2),
  sending: (table) => table.sending("q"),
};

describe("the statements of a store", () => {
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    it(`find what is asked for without going through all entries or sorting: ${name}`, () => {
      const engine = sqliteEngine() ?? assert.fail("no SQLite");
      const database = new engine.DatabaseSync(":memory:");
      migrate(database);
      const asked: string[] = [];
      ask(
        new EntryTable({
          exec: (sql) => database.exec(sql),
          close: () => database.close(),
          prepare: (sql) => {
            asked.push(sql);
            return database.prepare(sql);
          },
        }),
      );
      assert.equal(asked.length, 1);
      for (const sql of asked) {
        const values = Array.from(sql.matchAll(/\?/g), () => 1);
        const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
        const ways = plan.map(({ detail }) => String(detail)).filter((way) => !OF_A_LIST.test(way));
        assert.ok(ways.length > 0);
        for (const way of ways) assert.match(way, /^SEARCH entries USING /);
      }
      database.close();
    });
  }
});
