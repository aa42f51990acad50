// Writes docs/capabilities.md from what was tried; test/contract/capabilities.test.ts compares it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { capabilities, pageOf } from "../test/contract/capabilities/table";

async function write(): Promise<void> {
  writeFileSync(join(__dirname, "..", "docs", "capabilities.md"), pageOf(await capabilities()));
}

void write();
