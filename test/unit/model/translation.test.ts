import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { causeOf, type LookUp } from "../../../src/model/translation";
import { parseSettings } from "../../../src/settings/parse";
import { configurationUnusable } from "../../../src/settings/unusable";

function lookUpIn(language: string): LookUp {
  const file = join(__dirname, `../../../nodes/locales/${language}/smtp-config.json`);
  const catalogue = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  return (key) => {
    const found = key
      .split(".")
      .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], catalogue);
    return typeof found === "string" ? found : key;
  };
}

describe("a configuration that is not usable", () => {
  const raw = { version: 1, name: "Orders", kind: "generic", host: "", port: "70000", auth: "none", security: "none" };
  const parsed = parseSettings(raw);
  assert.ok("problems" in parsed);
  const error = configurationUnusable("Orders", parsed.problems);
  const told = { reason: error.reason, cause: error.message, facts: error.facts };

  it("lists what is wrong in English, by the names in the flow file, for the log", () => {
    assert.match(error.message, /^The mail configuration Orders is not usable: host is required; port must be/);
    assert.equal(error.field, "host");
  });

  it("lists it in the reader's language, by the names in the dialog", () => {
    const cause = causeOf(lookUpIn("de"), JSON.parse(JSON.stringify(told)));
    assert.match(cause, /^Die Mail-Konfiguration Orders ist nicht verwendbar: Host: Muss ausgefüllt sein\. Port: /);
    assert.doesNotMatch(cause, /required|must/);
  });

  it("keeps the English of a rule that the reader's language does not have", () => {
    const unknown = configurationUnusable("Orders", [{ field: "host", rule: "newer", message: "is newer" }]);
    const { reason, message, facts } = unknown;
    assert.match(causeOf(lookUpIn("de"), { reason, cause: message, facts }), /Host: is newer$/);
  });
});
