// `node scripts/scorecard.mjs [FOLDER]`: the Flow Library's scorecard of the package as npm packs it, or of the
// unpacked one in FOLDER, as far as it can tell without the internet. Needs .tools/node-red-dev (CONTRIBUTING.md).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const tool = join(root, ".tools", "node-red-dev", "node_modules", "node-red-dev", "bin", "run");

/** What has to be green. */
const CHECKS = {
  P01: "has a licence",
  P03: "says where its repository or its bugs are",
  P04: "has a scoped name",
  P05: "has the keyword node-red",
  P06: "names versions of Node-RED, and those of the tests are among them",
  P07: "names versions of Node.js, and Node-RED's oldest is among them",
  N02: "has an example of each node",
  D01: "has six dependencies at most",
  D02: "has nothing in its tree that is known not to go together with Node-RED",
};
/** What only the internet knows. */
const NOT_RUN = {
  P02: "the repository has the same name",
  P08: "no other package has a similar name",
  N01: "no other package has nodes of the same name",
  D03: "dependencies are the latest",
};

const folder = mkdtempSync(join(tmpdir(), "scorecard-"));
try {
  const path = process.argv[2] ?? unpacked();
  const file = join(folder, "scorecard.json");
  const preload = join(root, "scripts", "scorecard-offline.cjs");
  const args = ["--require", preload, tool, "validate", "-p", path, "-o", file];
  const said = execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  report(JSON.parse(readFileSync(file, "utf8")), said, path);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function unpacked() {
  execFileSync("npm", ["pack", "--pack-destination", folder], { cwd: root, stdio: "ignore" });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", join(folder, tarball), "-C", folder]);
  return join(folder, "package");
}

function report(scorecard, said, path) {
  const { nodes } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"))["node-red"];
  const shown = scorecard.N02?.nodes ?? [];
  let failed = 0;
  for (const [check, what] of Object.entries(CHECKS)) {
    // The tool calls these two green whatever it finds.
    const hollow =
      (check === "P05" && !said.includes("Node-RED Keyword Found")) ||
      (check === "N02" && (said.includes("Unable to parse") || shown.length === 0));
    const green = scorecard[check]?.test === true && !hollow;
    if (!green) failed++;
    console.log(`${green ? "ok     " : "FAILED "} ${check} ${what}`);
  }
  for (const [check, what] of Object.entries(NOT_RUN)) console.log(`not run ${check} ${what} (needs the internet)`);
  if (failed === 0) return;
  console.error(`${said}\n${failed} checks of the scorecard failed for ${Object.keys(nodes).join(", ")}`);
  process.exitCode = 1;
}
