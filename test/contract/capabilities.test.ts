import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Capability, capabilities, pageOf } from "./capabilities/table";

describe("what is asked of a mail, over SMTP and through Graph", () => {
  let found: Capability[];

  before(async () => {
    found = await capabilities();
  });

  it("arrives, arrives otherwise in a way that is told, or is refused; nothing is dropped", () => {
    for (const { feature, smtp, graph } of found) {
      assert.notEqual(smtp.kind, "dropped", `${feature.what}, SMTP: ${JSON.stringify(smtp)}`);
      assert.notEqual(graph.kind, "dropped", `${feature.what}, Graph: ${JSON.stringify(graph)}`);
    }
  });

  it("is what docs/capabilities.md says; else run: npx tsx scripts/capability-table.ts", () => {
    assert.equal(readFileSync(join(__dirname, "..", "..", "docs", "capabilities.md"), "utf8"), pageOf(found));
  });
});
