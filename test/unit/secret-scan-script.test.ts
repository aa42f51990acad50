import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const script = join(__dirname, "../../scripts/secret-scan.mjs");
const PLANTED = { password: "planted for the scan alone" };

describe("the scan of what tests printed and left", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "secret-scan-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function scanned(name: string, text: string): { status: number | null; said: string } {
    const file = join(folder, name);
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, file], { encoding: "utf8" });
    return { status, said: stdout + stderr };
  }

  for (const name of ["ci.log", "tmp.wY3kPq0Zx1"]) {
    it(`finds a secret in ${name}, in clear and in base64, without repeating it`, () => {
      for (const form of [PLANTED.password, Buffer.from(PLANTED.password).toString("base64")]) {
        const { status, said } = scanned(name, `AUTH PLAIN\n${form}\n`);
        assert.equal(status, 1);
        assert.match(said, /1 files: 1 found/);
        assert.ok(!said.includes(PLANTED.password), said);
      }
    });

    it(`says of ${name} without one that it was looked at`, () => {
      const { status, said } = scanned(name, "250 ok\n");
      assert.equal(status, 0, said);
      assert.match(said, /1 files: 0 found/);
    });
  }

  it("fails where there is nothing to look at", () => {
    const { status } = spawnSync(process.execPath, [script, join(folder, "not there")]);
    assert.equal(status, 1);
  });
});
