import assert from "node:assert/strict";
import fc from "fast-check";
import { LONGEST_DELAY_MS, mailDelay, serverDelay } from "../../../src/outbox/backoff";

const middle = (): number => 0.5;
const failures = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100];

describe("The wait before the next attempt", () => {
  it("of a mail is 30 s, 1, 2, 5, 10, 20, 30, then 60 minutes", () => {
    const minutes = failures.map((count) => mailDelay(count, middle) / 60_000);
    assert.deepEqual(minutes, [0.5, 1, 2, 5, 10, 20, 30, 60, 60, 60]);
  });

  it("of a server that is away grows from 5 s to 5 minutes", () => {
    const seconds = failures.map((count) => serverDelay(count, middle) / 1000);
    assert.deepEqual(seconds, [5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
  });

  it("is a fifth shorter or longer at most", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const property = fc.property(fc.integer({ min: 0, max: 60 }), random, (count, value) => {
      for (const delay of [mailDelay, serverDelay]) {
        const [wait, usual] = [delay(count, () => value), delay(count, middle)];
        assert.ok(wait <= LONGEST_DELAY_MS);
        assert.ok(wait >= 0.8 * usual - 1 && wait <= 1.2 * usual + 1, `${wait} of ${usual}`);
      }
    });
    fc.assert(property);
    assert.equal(
      mailDelay(1, () => 0),
      24_000,
    );
    assert.equal(
      mailDelay(1, () => 0.999999),
      36_000,
    );
  });
});
