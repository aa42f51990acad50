import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { LoadedEntries } from "../../nodes/editor/outbox/loaded-entries";
import { Selection } from "../../nodes/editor/outbox/selection";
import type { EntryView } from "../../src/model/outbox-view";
import { checkout } from "../support/node-red";

const entries = (...times: number[]): EntryView[] =>
  times.map((queuedAt) => ({ id: `id${queuedAt}`, queuedAt }) as EntryView);
const times = (loaded: LoadedEntries): number[] => loaded.all().map(({ queuedAt }) => queuedAt);

describe("The pages of the outbox tab", () => {
  let loaded: LoadedEntries;
  beforeEach(() => {
    loaded = new LoadedEntries();
    loaded.put(entries(9, 8, 7), undefined, 3, 1);
    loaded.put(entries(6, 5, 4), loaded.at(2), 3, 1);
  });

  it("join on, until one is not full", () => {
    assert.deepEqual(times(loaded), [9, 8, 7, 6, 5, 4]);
    assert.equal(loaded.complete, false);
    loaded.put(entries(3), loaded.at(5), 3, 1);
    assert.deepEqual(times(loaded), [9, 8, 7, 6, 5, 4, 3]);
    assert.equal(loaded.complete, true);
  });

  it("take the place of what was there, with what came and what went", () => {
    loaded.put(entries(11, 9, 7), undefined, 3, 2);
    assert.deepEqual(times(loaded), [11, 9, 7, 6, 5, 4]);
    assert.equal(loaded.hasOlderThan(2, 0, 3), false);
    assert.equal(loaded.hasOlderThan(2, 0, 4), true);
    loaded.put(entries(5, 4, 3), loaded.at(2), 3, 2);
    assert.deepEqual(times(loaded), [11, 9, 7, 5, 4, 3]);
  });

  it("begin anew where more came than a page holds", () => {
    loaded.put(entries(20, 19, 18), undefined, 3, 2);
    assert.deepEqual(times(loaded), [20, 19, 18]);
  });

  it("end where a page is not full", () => {
    loaded.put(entries(9, 8), undefined, 3, 2);
    assert.deepEqual(times(loaded), [9, 8]);
    assert.equal(loaded.complete, true);
  });
});

describe("The selection of the outbox tab", () => {
  const order = entries(5, 4, 3, 2, 1);

  it("extends from where it began, in both directions", () => {
    const selection = new Selection();
    selection.only("id3");
    selection.extendTo("id1", order);
    assert.deepEqual(selection.ids, ["id3", "id2", "id1"]);
    selection.extendTo("id4", order);
    assert.deepEqual(selection.ids, ["id4", "id3"]);
  });

  it("forgets what is gone", () => {
    const selection = new Selection();
    selection.only("id3");
    selection.toggle("id9");
    selection.keep(order);
    assert.deepEqual([selection.ids, selection.current], [["id3"], undefined]);
  });
});

describe("The catalogue of the outbox tab", () => {
  const folder = join(checkout, "nodes", "editor", "outbox");
  const code = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const file = join(checkout, "nodes", "locales", "en-US", "outbox-tab.json");
  const keys = flatten((JSON.parse(readFileSync(file, "utf8")) as Record<string, object>)["outbox-tab"] ?? {});
  const actions = ["retry", "hold", "release", "discard"];
  const groups: Record<string, readonly string[]> = {
    standing: ["ok", "limited", "paused", "away", "next", "held", "unusable"],
    count: ["waiting", "retrying", "held", "failed", "sent", "sent-today"],
    state: [
      "queued",
      "sending",
      "deferred",
      "held",
      "sent",
      "dead",
      "cancelled",
      "retry-at",
      "postponed",
      "sent-redirect",
      "sent-dry-run",
    ],
    "safe-mode": ["redirect", "dry-run"],
    action: actions,
    "action-hint": [...actions, "release-configuration", "discard-gone"],
    "not-now": actions,
    ...Object.fromEntries(
      ["question", "go", "done"].map((group) => [
        group,
        actions.flatMap((action) => [`${action}-one`, `${action}-many`]),
      ]),
    ),
    story: [
      "title",
      "state",
      "configuration",
      "from",
      "queued",
      "message-id",
      "size",
      "recipients",
      "attempts",
      "no-attempts",
    ],
    recipient: ["accepted", "rejected", "deferred", "unknown"],
    outcome: ["accepted", "partial", "deferred", "postponed", "failed", "unconfirmed", "interrupted"],
  };
  const grouped = Object.entries(groups).flatMap(([group, names]) => names.map((name) => `${group}.${name}`));
  const asked = [...code.matchAll(/texts(?:\.text)?\("([\w.-]+)"/g)].map(([, key = ""]) => key);
  const counted = [...code.matchAll(/counted\("([\w.-]+)"/g)].flatMap(([, key]) => [`${key}-one`, `${key}-many`]);

  it("has every text that is asked for", () => {
    const wanted = [...grouped, ...asked, ...counted, "name", "short-name"];
    assert.deepEqual(
      wanted.filter((key) => !keys.includes(key)),
      [],
    );
  });

  it("has no text that nobody asks for", () => {
    const wanted = new Set([...grouped, ...asked, ...counted, "short-name"]);
    assert.deepEqual(
      keys.filter((key) => !wanted.has(key)),
      [],
    );
  });

  it("stands beside a help text that names every button and every state of a configuration", () => {
    const help = readFileSync(file.replace(".json", ".html"), "utf8");
    for (const word of ["Send now", "Hold", "Release", "Discard", "Ready", "Server away", "Held", "Not usable"])
      assert.ok(help.includes(word), word);
  });

  it("is in the page together with a small script", () => {
    const page = readFileSync(join(checkout, "dist", "nodes", "outbox-tab.html"), "utf8");
    const [, script = ""] = /<script type="text\/javascript">([\s\S]*)<\/script>/.exec(page) ?? [];
    const { length } = gzipSync(script);
    assert.ok(script.length > 0 && length < 14_000, `${length} bytes, gzipped`);
    assert.ok(page.includes('data-help-name="outbox-tab" data-lang="en-US"'));
    assert.doesNotMatch(page, /#[0-9a-f]{3,6}\b(?=[^"]*;)/i, "colours are the theme's");
  });
});

function flatten(texts: object, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === "string" ? [`${prefix}${name}`] : flatten(text as object, `${prefix}${name}.`),
  );
}
