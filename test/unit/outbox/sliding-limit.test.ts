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
