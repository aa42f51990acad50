import assert from "node:assert/strict";
import { chartOf } from "../../../bench/soak/chart";
import { planOf, weatherAt } from "../../../bench/soak/plan";
import type { Sample } from "../../../bench/soak/sample";
import { minuteStep, scaleOf } from "../../../bench/soak/scale";
import { seeded } from "../../faults/seed";

const SAMPLE: Sample = {
  ...{ at: 0, heap: 4e7, external: 0, rss: 1e8, descriptors: 40, resources: {}, database: 4e6, wal: 4e6, bodies: 0 },
  ...{ bodyFiles: 0, delayP99: 6, delayMax: 9, handed: 0, sent: 0, failed: 0 },
};

describe("the chart of a soak", () => {
  for (const largest of [0, 0.3, 1, 7, 50, 59.9, 61, 1234, 8e8]) {
    it(`has a few round labels from 0, and room, for values up to ${largest}`, () => {
      const { most, ticks, at } = scaleOf([0, largest / 2, largest], { from: 100, to: 20 });
      assert.ok(most >= largest && most <= Math.max(1, largest * 2));
      assert.ok(ticks.length >= 2 && ticks.length <= 6, `${ticks.length} labels`);
      assert.deepEqual([ticks[0], at(0), at(most)], [0, 100, 20]);
      assert.ok(Math.abs((ticks.at(-1) ?? 0) - most) < 1e-9 * most);
    });
  }

  it("labels what it counts in units by round numbers of those", () => {
    const { ticks } = scaleOf([58e6], { from: 0, to: 1 }, 1e6);
    assert.deepEqual(
      ticks.map((tick) => tick / 1e6),
      [0, 20, 40, 60],
    );
  });

  it("labels no more than a dozen times", () => {
    for (const minutes of [1, 2, 3, 20, 60, 240]) assert.ok(minutes / minuteStep(minutes) <= 13);
  });

  it("draws every sample of the run, each period of an absent server and each redeploy", () => {
    const plan = planOf(20, seeded("test"));
    const samples = [-5000, 0, 600_000, 1_200_000].map((at) => ({ ...SAMPLE, at, sent: Math.max(0, at / 20) }));
    const svg = chartOf(samples, plan, { title: "A title", below: "of a run" });
    const lines = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = ""]) => points.split(" "));
    assert.equal(lines.length, 9);
    for (const points of lines) {
      assert.deepEqual(
        points.map((point) => point.split(",")[0]),
        ["64", "470", "876"],
      );
    }
    assert.equal(svg.split("server away").length - 1, plan.away.length);
    assert.equal(svg.split("<title>redeploy</title>").length - 1, plan.redeploys.length);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });
});

describe("the plan of a soak", () => {
  it("is the same for the same random numbers, and lasts as long as was asked for", () => {
    const [one, same] = [planOf(4, seeded("plan")), planOf(4, seeded("plan"))];
    assert.deepEqual(one, same);
    assert.deepEqual([one.feedMs, one.weather.at(-1)?.to], [240_000, 240_000]);
  });

  it("has every kind of weather, an absent server in each quarter, and a calm end", () => {
    const plan = planOf(20, seeded("kinds"));
    const kinds = new Set(Array.from({ length: 1200 }, (_, second) => weatherAt(plan, second * 1000)));
    assert.deepEqual([...kinds].sort(), ["away", "busy", "calm", "dropping", "few", "greylisting", "refusing", "slow"]);
    const quarters = plan.away.map(({ from, to }) => [Math.floor(from / 300_000), Math.floor((to - 1) / 300_000)]);
    assert.deepEqual(quarters, [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    for (let at = 19 * 60_000; at < 21 * 60_000; at += 1000) assert.equal(weatherAt(plan, at), "calm");
  });

  it("is away as long in the last quarter as in the second, which are compared", () => {
    const [, second, , last] = planOf(20, seeded("away")).away;
    assert.equal((second?.to ?? 0) - (second?.from ?? 0), (last?.to ?? 0) - (last?.from ?? 1));
  });
});
