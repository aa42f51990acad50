import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkout } from "../support/node-red";
import { filesIn, packCheckout, type Tarball } from "./packed";

const run = promisify(execFile);

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

  it("has nothing else", () => {
    const expected = [
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
      /^docs\/[\w./-]+\.(md|png|svg)$/,
      /^examples\/[\w-]+\.json$/,
      /^dist\/(src|nodes)\/[\w./-]+\.(js|d\.ts)$/,
      /^dist\/nodes\/[\w-]+\.html$/,
      /^dist\/nodes\/icons\/[\w-]+\.svg$/,
      /^dist\/nodes\/locales\/[\w-]+\/[\w-]+\.(json|html)$/,
    ];
    assert.deepEqual(
      files.filter((file) => !expected.some((pattern) => pattern.test(file))),
      [],
    );
    assert.deepEqual(
      files.filter((file) => /(^|\/)(test|bench|demo|scripts)\//.test(file) || /[^d]\.ts$|\.test\./.test(file)),
      [],
    );
  });

  it("names no file that is not in it", () => {
    const nodes: Record<string, string> = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"))["node-red"]
      .nodes;
    for (const entry of Object.values(nodes)) assert.ok(files.includes(entry), entry);
  });

  it("passes publint without a warning", async () => {
    const publint = join(checkout, "node_modules", ".bin", "publint");
    const { stdout } = await run(publint, ["--strict", checkout], { timeout: 120_000 });
    assert.match(stdout, /All good!/);
  });
});
