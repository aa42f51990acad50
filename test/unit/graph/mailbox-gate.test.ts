import assert from "node:assert/strict";
import { SendError } from "../../../src/model/send-error";
import { atMailbox } from "../../../src/transports/graph/mailbox-gate";
import { settled } from "../../support/fake-clock";

const { signal } = new AbortController();

/** Work that ends when the test says so. */
function pieces() {
  const running: (() => void)[] = [];
  const started: number[] = [];
  const begin = (key: string, number: number, stop = signal): Promise<number> =>
    atMailbox(key, stop, async () => {
      started.push(number);
      await new Promise<void>((resolve) => running.push(resolve));
      return number;
    });
  return { running, started, begin };
}

describe("requests of one mailbox", () => {
  it("are four at once, the others in the order in which they came", async () => {
    const { running, started, begin } = pieces();
    const all = [1, 2, 3, 4, 5, 6].map((number) => begin("a", number));
    await settled();
    assert.deepEqual(started, [1, 2, 3, 4]);
    running.shift()?.();
    await settled();
    assert.deepEqual(started, [1, 2, 3, 4, 5]);
    while (running.length > 0) {
      running.shift()?.();
      await settled();
    }
    assert.deepEqual(await Promise.all(all), [1, 2, 3, 4, 5, 6]);
  });

  it("do not wait for those of another mailbox", async () => {
    const { running, started, begin } = pieces();
    const all = [1, 2, 3, 4].map((number) => begin("a", number));
    all.push(begin("b", 5));
    await settled();
    assert.deepEqual(started, [1, 2, 3, 4, 5]);
    for (const end of running) end();
    await Promise.all(all);
  });

  it("give their place on when they fail, and when one that waits is cancelled nobody is skipped", async () => {
    const { running, started, begin } = pieces();
    const failing = Array.from({ length: 4 }, () => atMailbox("c", signal, () => Promise.reject(new Error("no"))));
    await Promise.allSettled(failing);
    const all = [1, 2, 3, 4].map((number) => begin("c", number));
    const stop = new AbortController();
    const cancelled = begin("c", 5, stop.signal).catch((error: SendError) => error);
    all.push(begin("c", 6));
    stop.abort();
    const error = await cancelled;
    assert.ok(error instanceof SendError && error.reason === "cancelled");
    running.shift()?.();
    await settled();
    assert.deepEqual(started, [1, 2, 3, 4, 6]);
    for (const end of running) end();
    await Promise.all(all);
    await assert.rejects(begin("c", 7, stop.signal), SendError);
  });
});
