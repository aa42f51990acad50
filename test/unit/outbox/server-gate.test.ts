import assert from "node:assert/strict";
import fc from "fast-check";
import { ServerGate } from "../../../src/outbox/server-gate";

const gateOf = (maxConnections: number): ServerGate => new ServerGate(maxConnections, () => 0.5);

function answer(gate: ServerGate, times: number, now: number): void {
  for (let mail = 0; mail < times; mail++) gate.answered(now);
}

describe("ServerGate", () => {
  it("is as wide as allowed from the start", () => {
    assert.equal(gateOf(5).width(0), 5);
  });

  it("probes a server that is away with one mail at a time, after growing pauses", () => {
    const gate = gateOf(5);
    let now = 0;
    for (const pause of [5000, 10_000, 20_000, 40_000]) {
      gate.away(now);
      assert.deepEqual([gate.waitMs(now), gate.width(now), gate.width(now + pause - 1)], [pause, 0, 0]);
      now += pause;
      assert.equal(gate.width(now), 1);
    }
    gate.answered(now);
    assert.equal(gate.width(now), 5);
  });

  it("counts several that fail at once as one", () => {
    const gate = gateOf(5);
    for (const now of [0, 1, 2, 3]) gate.away(now);
    assert.equal(gate.waitMs(0), 5000);
    gate.away(5000);
    assert.equal(gate.waitMs(5000), 10_000);
  });

  it("goes on at once when a mail of before the pause shows that the server is there", () => {
    const gate = gateOf(5);
    gate.away(0);
    gate.answered(1);
    assert.equal(gate.width(1), 5);
  });

  it("halves at each complaint, down to one, and never for several at once", () => {
    const gate = gateOf(8);
    const widths: number[] = [];
    let now = 0;
    for (let complaint = 0; complaint < 5; complaint++) {
      for (let other = 0; other < 3; other++) gate.overloaded(now);
      now += gate.waitMs(now);
      widths.push(gate.width(now));
    }
    assert.deepEqual(widths, [4, 2, 1, 1, 1]);
  });

  it("pauses longer where complaint follows complaint", () => {
    const gate = gateOf(4);
    gate.overloaded(0);
    assert.equal(gate.waitMs(0), 5000);
    gate.overloaded(5000);
    assert.equal(gate.waitMs(5000), 10_000);
    gate.answered(15_000);
    gate.overloaded(15_000);
    assert.equal(gate.waitMs(15_000), 5000);
  });

  it("keeps the pause that the server asked for, whatever was on its way", () => {
    const gate = gateOf(4);
    gate.overloaded(0);
    answer(gate, 100, 1);
    assert.deepEqual([gate.width(1), gate.width(5000)], [0, 2]);
  });

  it("widens by one after every twenty mails", () => {
    const gate = gateOf(4);
    gate.overloaded(0);
    const now = 5000;
    answer(gate, 19, now);
    assert.equal(gate.width(now), 2);
    answer(gate, 1, now);
    assert.equal(gate.width(now), 3);
    answer(gate, 1000, now);
    assert.equal(gate.width(now), 4);
  });

  it("opens for a person", () => {
    const gate = gateOf(4);
    gate.away(0);
    gate.reopen();
    assert.equal(gate.width(0), 4);
  });

  it("does not stay closed when the clock was set back", () => {
    const gate = gateOf(4);
    gate.away(86_400_000);
    assert.equal(gate.width(0), 1);
  });

  it("is never wider than allowed, and never closed for good", () => {
    const events = fc.array(
      fc.tuple(fc.constantFrom("answered", "away", "overloaded", "reopen"), fc.integer({ min: -1000, max: 400_000 })),
      { maxLength: 200 },
    );
    const property = fc.property(
      events,
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (all, max, random) => {
        const gate = new ServerGate(max, () => random);
        let now = 1_000_000;
        for (const [event, passed] of all) {
          now += passed;
          if (event === "reopen") gate.reopen();
          else gate[event as "away"](now);
          const [width, wait] = [gate.width(now), gate.waitMs(now)];
          assert.ok(width >= 0 && width <= max);
          assert.ok(wait >= 0 && wait <= 360_000);
          assert.equal(width === 0, wait > 0);
          assert.ok(gate.width(now + wait) >= 1);
        }
      },
    );
    fc.assert(property);
  });
});
