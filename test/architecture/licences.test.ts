import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { installedByUsers, type Licensed, licencesPage, lockFile, notAllowed, root } from "../../scripts/licences";

const some = (more: Partial<Licensed>): Licensed[] => [
  { name: "some", version: "1.0.0", licence: "MIT", optional: false, ...more },
];

describe("licences", () => {
  it("of all that users install are permissive, or allowed one by one", () => {
    assert.deepEqual(notAllowed(installedByUsers(lockFile())), []);
  });

  it("are those that the installed packages state themselves", () => {
    for (const { name, version, licence } of installedByUsers(lockFile())) {
      const file = join(root, "node_modules", name, "package.json");
      if (!existsSync(file)) continue;
      const stated = JSON.parse(readFileSync(file, "utf8")) as { version: string; license?: string };
      if (stated.version === version) assert.equal(stated.license, licence, name);
    }
  });

  it("are listed in docs/licences.md as they are; else: npx tsx scripts/licence-table.ts", () => {
    const page = readFileSync(join(root, "docs", "licences.md"), "utf8");
    assert.equal(page, licencesPage(installedByUsers(lockFile())));
  });

  it("count for the whole tree, optional packages too, and not for what only developers install", () => {
    const names = installedByUsers(lockFile()).map(({ name }) => name);
    for (const name of ["nodemailer", "ical.js", "jws", "entities", "@photostructure/sqlite", "node-addon-api"])
      assert.ok(names.includes(name), name);
    for (const name of ["mocha", "node-red", "esbuild"]) assert.ok(!names.includes(name), name);
  });

  it("report one that asks for more, one that nobody knows, and an allowed one of another package", () => {
    for (const licence of ["GPL-3.0-only", "AGPL-3.0", "MPL-2.0", "SEE LICENSE IN LICENSE", "UNLICENSED"])
      assert.deepEqual(notAllowed(some({ licence })), [`some 1.0.0: ${licence}`]);
    assert.deepEqual(notAllowed(some({ licence: "" })), ["some 1.0.0: no licence"]);
    assert.deepEqual(notAllowed(some({ name: "ical.js", licence: "GPL-3.0-only" })), ["ical.js 1.0.0: GPL-3.0-only"]);
    assert.deepEqual(notAllowed(some({ name: "ical.js", licence: "MPL-2.0" })), []);
  });
});
