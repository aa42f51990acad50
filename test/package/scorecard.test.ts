import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../support/node-red";

type Manifest = Record<string, unknown> & { "node-red": Record<string, unknown>; dependencies: object };

describe("the Flow Library's scorecard", () => {
  let folder: string;
  before(() => {
    const tool = join(checkout, ".tools", "node-red-dev");
    assert.ok(existsSync(tool), `needs ${tool}; .ci/run installs it`);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-"));
    for (const part of ["package.json", "examples", "dist"])
      cpSync(join(checkout, part), join(folder, part), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function score(): Promise<{ status: unknown; failed: string[]; said: string }> {
    const script = join(checkout, "scripts", "scorecard.mjs");
    return new Promise((resolve) =>
      execFile(process.execPath, [script, folder], { timeout: 60_000 }, (error, said) =>
        resolve({
          status: error ? error.code : 0,
          failed: [...said.matchAll(/^FAILED +(\w+)/gm)].map(([, check = ""]) => check),
          said,
        }),
      ),
    );
  }
  function change(make: (manifest: Manifest) => unknown): void {
    const file = join(folder, "package.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
    make(manifest);
    writeFileSync(file, JSON.stringify(manifest));
  }

  it("is green for this package, and names what it could not look at", async () => {
    const { status, failed, said } = await score();
    assert.deepEqual([status, failed], [0, []]);
    assert.equal(said.match(/^not run .*internet/gm)?.length, 4);
  });

  const faults: Readonly<Record<string, [check: string, make: () => void]>> = {
    "has no licence": ["P01", () => change((manifest) => delete manifest["license"])],
    "lacks the keyword": ["P05", () => change((manifest) => Object.assign(manifest, { keywords: ["mail"] }))],
    "fits no Node-RED": ["P06", () => change((manifest) => Object.assign(manifest["node-red"], { version: ">=99" }))],
    "names no Node.js": ["P07", () => change((manifest) => delete manifest["engines"])],
    "has too many dependencies": [
      "D01",
      () => change(({ dependencies }) => Object.assign(dependencies, { more: "1", "even-more": "1" })),
    ],
    "has no examples": ["N02", () => rmSync(join(folder, "examples"), { recursive: true })],
    "has a node that the Flow Library cannot read": [
      "N02",
      () =>
        writeFileSync(join(folder, "dist/nodes/send-email.html"), "<script type='text/javascript'>RED.x()</script>"),
    ],
  };
  for (const [what, [check, make]] of Object.entries(faults))
    it(`is red for a package that ${what}`, async () => {
      make();
      const { status, failed } = await score();
      assert.deepEqual([status, failed], [1, [check]]);
    });
});
