import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkout } from "../support/node-red";
import { LISTED, MOST_PACKED, MOST_UNPACKED } from "./contents";
import { filesIn, packCheckout, type Tarball } from "./packed";

const run = promisify(execFile);
const COMPILED = /^dist\/(?:src|nodes)\/[\w./-]+\.(?:js|d\.ts)$/;

const sourcesIn = (folder: string): string[] =>
  (readdirSync(join(checkout, folder), { recursive: true }) as string[])
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`);

describe("the package", () => {
  let tarball: Tarball;
  let files: string[];
  before(async () => {
    tarball = await packCheckout();
    files = await filesIn(tarball);
  });
  after(() => tarball?.remove());

  it("has what Node-RED looks for", () => {
    const nodes = ["smtp-config", "send-email"];
    for (const node of nodes) {
      for (const file of [
        `${node}.js`,
        `${node}.html`,
        ...["en-US", "de"].flatMap((lang) => [`locales/${lang}/${node}.json`, `locales/${lang}/${node}.html`]),
      ]) {
        assert.ok(files.includes(`dist/nodes/${file}`), file);
      }
    }
    assert.ok(files.some((file) => /^dist\/nodes\/icons\/.+\.svg$/.test(file)));
    assert.ok(files.some((file) => /^examples\/.+\.json$/.test(file)));
    for (const file of ["package.json", "README.md", "LICENSE"]) assert.ok(files.includes(file), file);
  });

  it("has beside its compiled sources what is listed, and nothing else", () => {
    assert.deepEqual(
      files.filter((file) => !COMPILED.test(file)),
      [...LISTED].sort(),
    );
  });

  it("has each source compiled, and nothing of one that is gone", () => {
    const sources = [...sourcesIn("src"), ...sourcesIn("nodes")].filter((file) => !file.startsWith("nodes/editor/"));
    const expected = sources.flatMap((file) => [".js", ".d.ts"].map((end) => `dist/${file.replace(/\.ts$/, end)}`));
    assert.deepEqual(
      files.filter((file) => COMPILED.test(file)),
      expected.sort(),
    );
  });

  it("is not larger than it needs to be", async () => {
    const packed = statSync(tarball.path).size;
    assert.ok(packed < MOST_PACKED, `${packed} bytes packed`);
    const { stdout } = await run("tar", ["-tvzf", tarball.path], { maxBuffer: 16 * 1024 * 1024 });
    const sizes = stdout.split("\n").map((line) => Number(line.split(/\s+/)[2] ?? 0));
    const unpacked = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(unpacked > packed && unpacked < MOST_UNPACKED, `${unpacked} bytes unpacked`);
  });

  it("names no file that is not in it", () => {
    const nodes: Record<string, string> = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"))["node-red"]
      .nodes;
    for (const entry of Object.values(nodes)) assert.ok(files.includes(entry), entry);
  });

  it("runs no script when it is installed, and of what comes with it only SQLite's does, which chooses its binary", () => {
    const { scripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { scripts: object };
    for (const name of ["preinstall", "install", "postinstall"]) assert.ok(!(name in scripts), name);
    const { packages } = JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")) as {
      packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
    };
    const withScript = Object.keys(packages).filter(
      (path) => path !== "" && !packages[path]?.dev && packages[path]?.hasInstallScript,
    );
    assert.deepEqual(withScript, ["node_modules/@photostructure/sqlite"]);
  });

  it("passes publint without a warning", async () => {
    const publint = join(checkout, "node_modules", ".bin", "publint");
    const { stdout } = await run(publint, ["--strict", checkout], { timeout: 120_000 });
    assert.match(stdout, /All good!/);
  });
});
