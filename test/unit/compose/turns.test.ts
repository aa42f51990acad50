import assert from "node:assert/strict";
import { Turns } from "../../../src/compose/turns";

describe("Turns", () => {
  it("do one piece of work at a time, in order, and let the event loop turn in between", async () => {
    const turns = new Turns();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} starts`);
      setImmediate(() => log.push("the event loop turned"));
      await Promise.resolve();
      log.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([turns.take(work("a")), turns.take(work("b"))]);
    assert.deepEqual(results, ["a", "b"]);
    assert.deepEqual(log, ["a starts", "a ends", "the event loop turned", "b starts", "b ends"]);
  });

  it("go on after work that failed", async () => {
    const turns = new Turns();
    const failing = turns.take(() => Promise.reject(new Error("broken")));
    const next = turns.take(async () => "done");
    await assert.rejects(failing, /broken/);
    assert.equal(await next, "done");
  });
});
