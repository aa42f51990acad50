import assert from "node:assert/strict";
import { timesOf } from "../../../nodes/editor/step/invitation-times";

const times = (summary: { start: string; end?: string; timeZone?: string }, reader: string) => {
  const { shown, here } = timesOf(summary, "en-GB", reader);
  return [shown, here].map((text) => text?.replace(/\s/g, " "));
};

describe("The times of an invitation in a preview", () => {
  const review = { start: "2026-12-24T09:00:00Z", end: "2026-12-24T10:30:00Z" };

  it("are those of the event's own time zone, and of the reader's where its clocks differ", () => {
    const berlin = { ...review, timeZone: "Europe/Berlin" };
    assert.deepEqual(times(berlin, "America/New_York"), [
      "24 Dec 2026, 10:00–11:30 (Europe/Berlin)",
      "24 Dec 2026, 04:00–05:30 (America/New_York)",
    ]);
    assert.deepEqual(times(berlin, "Europe/Vienna"), ["24 Dec 2026, 10:00–11:30 (Europe/Berlin)", undefined]);
  });

  it("are the reader's where the event is an instant of no time zone", () => {
    assert.deepEqual(times(review, "Europe/London"), ["24 Dec 2026, 09:00–10:30 (Europe/London)", undefined]);
    const strange = { ...review, timeZone: "Nowhere/Here" };
    assert.deepEqual(times(strange, "Europe/London"), ["24 Dec 2026, 09:00–10:30 (Europe/London)", undefined]);
  });

  it("stay as they stand where only the invitation knows its time zone, and have none for whole days", () => {
    const local = { start: "2026-12-24T10:00:00", end: "2026-12-24T11:30:00", timeZone: "W. Europe Standard Time" };
    assert.deepEqual(times(local, "Asia/Tokyo"), ["24 Dec 2026, 10:00–11:30 (W. Europe Standard Time)", undefined]);
    assert.deepEqual(times({ start: "2026-12-24" }, "Asia/Tokyo"), ["24 Dec 2026", undefined]);
    assert.deepEqual(times({ start: "2026-12-24", end: "2026-12-26" }, "Asia/Tokyo"), ["24 – 26 Dec 2026", undefined]);
  });
});
