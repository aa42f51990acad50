import assert from "node:assert/strict";
import fc from "fast-check";
import { SlidingLimit, WINDOW_MS } from "../../../src/outbox/sliding-limit";

describe("SlidingLimit", () => {
  it("lets everything start without a limit", () => {
    const limit = new SlidingLimit(undefined);
    for (let mail = 0; mail < 1000; mail++) limit.started();
    assert.equal(limit.waitMs(0), 0);
  });

  it("frees a place sixty seconds after the mail ended, not after it started", () => {
    const limit = new SlidingLimit(1);
    limit.started();
    limit.ended(5000);
    assert.equal(limit.waitMs(5000), WINDOW_MS);
    assert.equal(limit.waitMs(5000 + WINDOW_MS - 1), 1);
    assert.equal(limit.waitMs(5000 + WINDOW_MS), 0);
  });

  it("waits for the oldest of several", () => {
    const limit = new SlidingLimit(2);
    for (const at of [1000, 4000]) {
      limit.started();
      limit.ended(at);
    }
    assert.equal(limit.waitMs(10_000), 1000 + WINDOW_MS - 10_000);
  });

  it("knows no time while all places are taken by mails that are being sent", () => {
    const limit = new SlidingLimit(1);
    limit.started();
    assert.equal(limit.waitMs(0), Number.POSITIVE_INFINITY);
  });

  it("never waits longer than the window, even where the clock was set back by a day", () => {
    const limit = new SlidingLimit(1);
    const day = 86_400_000;
    limit.started();
    limit.ended(day);
    assert.equal(limit.waitMs(0), WINDOW_MS);
    assert.equal(limit.waitMs(WINDOW_MS), 0);
  });

  it("never waits longer than the window, also where the clock was set back while a mail was being sent", () => {
    const limit = new SlidingLimit(1);
    const day = 86_400_000;
    limit.started();
    limit.ended(day);
    limit.started();
    limit.ended(0);
    assert.equal(limit.waitMs(0), WINDOW_MS);
    assert.equal(limit.waitMs(WINDOW_MS), 0);
  });

  it("counts what ended before it was made, in whatever order", () => {
    const limit = new SlidingLimit(2, [9000, 1000, 5000]);
    assert.equal(limit.waitMs(10_000), 5000 + WINDOW_MS - 10_000);
    assert.equal(limit.room(5000 + WINDOW_MS), 1);
  });

  it("holds another limit against the same history: a lower one, a higher one, and one where there was none", () => {
    const limit = new SlidingLimit();
    for (const at of [1000, 2000, 3000]) {
      limit.started();
      limit.ended(at);
    }
    assert.equal(limit.waitMs(4000), 0);
    limit.perMinute = 1;
    assert.equal(limit.waitMs(4000), 3000 + WINDOW_MS - 4000);
    limit.perMinute = 2;
    assert.equal(limit.waitMs(4000), 2000 + WINDOW_MS - 4000);
    limit.perMinute = 4;
    assert.equal(limit.room(4000), 1);
  });

  it("remembers no more than a few thousand mails while there is no limit", () => {
    const limit = new SlidingLimit();
    for (let mail = 0; mail < 10_000; mail++) {
      limit.started();
      limit.ended(0);
    }
    limit.perMinute = 100_000;
    const remembered = 100_000 - limit.room(0);
    assert.ok(remembered >= 1000 && remembered <= 2000, String(remembered));
  });

  it("says how long to wait exactly: not a millisecond more or less", () => {
    const ends = fc.array(fc.nat({ max: 200_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), ends, (perMinute, times) => {
        const limit = new SlidingLimit(perMinute);
        const sorted = [...times].sort((a, b) => a - b);
        for (const at of sorted) {
          if (limit.waitMs(at) > 0) continue;
          limit.started();
          limit.ended(at);
        }
        const now = sorted.at(-1) ?? 0;
        const wait = limit.waitMs(now);
        if (wait > 0) assert.ok(limit.waitMs(now + wait - 1) > 0);
        assert.equal(limit.waitMs(now + wait), 0);
      }),
    );
  });
});
