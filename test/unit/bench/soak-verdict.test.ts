import assert from "node:assert/strict";
import type { Sample } from "../../../bench/soak/sample";
import type { Truth } from "../../../bench/soak/truth";
import { type Soaked, slope, verdictsOf } from "../../../bench/soak/verdict";

const FEED_MS = 20 * 60_000;
const MB = 1e6;

const FLAT: Sample = {
  at: 0,
  heap: 50 * MB,
  external: 5 * MB,
  rss: 150 * MB,
  descriptors: 40,
  resources: { TCPSocketWrap: 10, Timeout: 10 },
  database: 5 * MB,
  wal: 4 * MB,
  bodies: 0,
  bodyFiles: 0,
  delayP99: 6,
  delayMax: 40,
  handed: 0,
  sent: 0,
  failed: 0,
};
const TRUE: Truth = {
  handed: 60_000,
  dropped: 0,
  sent: 60_000,
  failed: {},
  waiting: 0,
  again: 0,
  lost: [],
  twice: [],
  untrue: [],
};

/** Samples every five seconds; `change` says how one differs from a flat one, by the part of the time that is over. */
function soaked(change: (part: number) => Partial<Sample> = () => ({}), rest: Partial<Soaked> = {}): Soaked {
  const samples = Array.from({ length: 240 }, (_, index) => {
    const at = index * 5000;
    return { ...FLAT, at, handed: at / 20, sent: at / 20, ...change(at / FEED_MS) };
  });
  const questions = { asked: 1000, unanswered: 0, held: 0 };
  return { samples, feedMs: FEED_MS, atRest: FLAT, truth: TRUE, questions, ...rest };
}

const missed = (run: Soaked): string[] =>
  verdictsOf(run)
    .filter(({ met }) => met === false)
    .map(({ what }) => what.replace(/:.*/, ""));

describe("the verdict of a soak", () => {
  it("misses nothing where everything is flat", () => {
    assert.deepEqual(missed(soaked()), []);
  });

  it("takes the first quarter for a warm-up", () => {
    assert.deepEqual(
      missed(soaked((part) => (part < 0.25 ? { heap: 20 * MB, rss: 80 * MB, descriptors: 20 } : {}))),
      [],
    );
  });

  it("is not misled by one sample that sticks out", () => {
    assert.deepEqual(missed(soaked((part) => (part === 0.875 ? { heap: 500 * MB, delayP99: 900 } : {}))), []);
  });

  const GROWING: readonly [what: string, change: (part: number) => Partial<Sample>][] = [
    ["live heap", (part) => ({ heap: (50 + 15 * part) * MB })],
    ["memory of the process (RSS)", (part) => ({ rss: (150 + 70 * part) * MB })],
    ["file descriptors", (part) => ({ descriptors: 40 + Math.round(10 * part) })],
    ["handles and requests of Node.js", (part) => ({ resources: { Timeout: 20 + Math.round(20 * part) } })],
    ["event-loop delay, p99", (part) => ({ delayP99: 6 + 80 * part })],
    ["SQLite's database", (part) => ({ database: (2 + 10 * part) * MB })],
    ["SQLite's log (WAL)", (part) => ({ wal: 60 * part * MB })],
    ["mails handed over per second", (part) => ({ handed: part * 40_000, sent: part * 40_000 })],
  ];
  for (const [what, change] of GROWING) {
    it(`misses ${what} alone where that does not stay within its bound`, () => {
      assert.deepEqual(missed(soaked(change)), [what]);
    });
  }

  for (const [kind, what] of [
    ["lost", "mails lost"],
    ["twice", "mails twice at the server that were not told so"],
    ["untrue", "mails told untruly, or more than once"],
  ] as const) {
    it(`misses “${what}” with a single one`, () => {
      assert.deepEqual(missed(soaked(undefined, { truth: { ...TRUE, [kind]: ["mail 1"] } })), [what]);
    });
  }

  it("misses files that are left although nothing waits, and no others", () => {
    const atRest = { ...FLAT, bodies: 300_000, bodyFiles: 1 };
    assert.deepEqual(missed(soaked(undefined, { atRest })), ["bodies and contents once nothing waits"]);
    assert.deepEqual(missed(soaked(undefined, { atRest, truth: { ...TRUE, waiting: 1 } })), []);
  });

  it("misses an outbox tab that is often not answered", () => {
    const questions = { asked: 1000, unanswered: 11, held: 0 };
    assert.deepEqual(missed(soaked(undefined, { questions })), [
      "questions of the outbox tab that were answered with 503",
    ]);
  });

  it("misses a configuration that was held even once", () => {
    const questions = { asked: 1000, unanswered: 0, held: 1 };
    assert.deepEqual(missed(soaked(undefined, { questions })), [
      "answers to it that said that a configuration is held",
    ]);
  });

  it("refuses to judge without samples", () => {
    assert.throws(() => verdictsOf({ ...soaked(), samples: [] }), /no samples/);
  });

  it("tells the slope of the closest line", () => {
    const points = [0, 1, 2, 3].map((x) => [x, 7 + 3 * x] as const);
    assert.equal(slope(points), 3);
    const around = points.map(([x, y], at) => [x, y + (at === 0 || at === 3 ? 1 : -1)] as const);
    assert.equal(slope(around), 3);
  });
});
