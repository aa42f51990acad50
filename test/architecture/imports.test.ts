import assert from "node:assert/strict";
import { posix } from "node:path";
import { build } from "esbuild";
import { noCycles, noLooseEnds, onePlacePerPackage, pointsDown } from "./import-rules";
import { importsOf, resolvedImports } from "./imports";
import { checkout, sample, shippedCode } from "./source-files";

describe("imports", () => {
  const code = shippedCode();

  it("are looked at in all of the code", () => {
    assert.ok(code.some(({ path }) => path === "src/mailer.ts"));
    assert.ok(code.some(({ path }) => path === "nodes/send-email.ts"));
    assert.deepEqual(noLooseEnds(code), []);
  });
  it("point down only", () => assert.deepEqual(pointsDown(code), []));
  it("have no cycles, not even of types", () => assert.deepEqual(noCycles(code), []));
  it("use each package in one place only", () => assert.deepEqual(onePlacePerPackage(code), []));

  it("are found as esbuild finds them", async () => {
    const entryPoints = code.map(({ path }) => path).filter((path) => !path.endsWith(".d.ts"));
    const options = { bundle: true, write: false, metafile: true, outdir: "out", packages: "external" } as const;
    const { metafile } = await build({ ...options, entryPoints, absWorkingDir: checkout, platform: "node" });
    const found = new Set(resolvedImports(code).map(({ from, to }) => `${from} -> ${to}`));
    const built = Object.entries(metafile.inputs).flatMap(([path, { imports }]) =>
      imports.map(({ path: target }) => `${withoutEnding(path)} -> ${withoutEnding(posix.normalize(target))}`),
    );
    assert.ok(built.length > 50);
    assert.deepEqual(
      built.filter((edge) => !found.has(edge)),
      [],
    );
  });
});

describe("the scan of imports", () => {
  const one = (text: string) => importsOf(sample("src/outbox/outbox.ts", text));

  for (const [text, to, typeOnly] of [
    ['import { a } from "../model/a";', "src/model/a", false],
    ['import type { a } from "../model/a";', "src/model/a", true],
    ['import { type A, type B } from "../model/a";', "src/model/a", true],
    ['import { type A, b } from "../model/a";', "src/model/a", false],
    ['import {\n  type A,\n  b,\n} from "./a";', "src/outbox/a", false],
    ['import x, { type A } from "./a";', "src/outbox/a", false],
    ['export * from "./a.js";', "src/outbox/a", false],
    ['export type { A } from "./a";', "src/outbox/a", true],
    ['import "./a";', "src/outbox/a", false],
    ['const a = await import("./a");', "src/outbox/a", false],
    ['import a = require("./a");', "src/outbox/a", false],
    ['let a: typeof import("./a");', "src/outbox/a", true],
    ['import net from "node:net";', "node:net", false],
  ] as const) {
    it(`reads ${text.replace(/\s+/g, " ")}`, () => {
      assert.deepEqual(
        one(text).map((found) => [found.to, found.typeOnly]),
        [[to, typeOnly]],
      );
    });
  }
});

describe("the rules of imports", () => {
  const model = sample("src/model/codes.ts", "");
  const violations: readonly [string, string, string][] = [
    ["nodes/send-email.ts", "../src/outbox/outbox", "src/outbox/outbox"],
    ["nodes/runtime/nodes.ts", "../editor/red", "nodes/editor/red"],
    ["nodes/editor/step.ts", "../../src/model/send-error", "src/model/send-error"],
    ["nodes/editor/step.ts", "../../src/settings/generic", "src/settings/generic"],
    ["nodes/editor/step.ts", "../runtime/nodes", "nodes/runtime/nodes"],
    ["src/transports/smtp/pool.ts", "../../outbox/outbox", "src/outbox/outbox"],
    ["src/transports/smtp/pool.ts", "../graph/client", "src/transports/graph/client"],
    ["src/outbox/outbox.ts", "../transports/smtp/pool", "src/transports/smtp/pool"],
    ["src/outbox/outbox.ts", "../mailer", "src/mailer"],
    ["src/oauth/token.ts", "../outbox/outbox", "src/outbox/outbox"],
    ["src/compose/message.ts", "../settings/generic", "src/settings/generic"],
    ["src/compose/message.ts", "../outbox/outbox", "src/outbox/outbox"],
    ["src/settings/generic.ts", "../compose/message", "src/compose/message"],
    ["src/model/email.ts", "../settings/raw", "src/settings/raw"],
  ];
  for (const [path, specifier, to] of violations) {
    it(`report ${path} importing ${to}`, () => {
      const file = sample(path, `import { x } from "${specifier}";`);
      assert.deepEqual(pointsDown([file, model]), [`${path.replace(".ts", "")} imports ${to}`]);
    });
  }

  it("let compose import types of settings, and dialogs types of the model", () => {
    const compose = sample("src/compose/draft.ts", 'import type { S } from "../settings/generic";');
    const dialog = sample("nodes/editor/report.ts", 'import type { P } from "../../src/model/probe";');
    assert.deepEqual(pointsDown([compose, dialog]), []);
  });
  it("report an import at the time of a call", () => {
    const file = sample("src/outbox/outbox.ts", 'const t = require("../transports/smtp/pool");');
    assert.deepEqual(pointsDown([file]), ["src/outbox/outbox imports src/transports/smtp/pool"]);
  });
  it("report a folder without a floor", () => {
    assert.deepEqual(pointsDown([sample("src/new/thing.ts", 'import "../model/codes";')]), [
      "src/new/thing is on no floor",
    ]);
  });
  it("report a cycle, also one of types and over an index file", () => {
    const cycle = [
      sample("src/model/a.ts", 'import type { B } from "./b";'),
      sample("src/model/b/index.ts", 'export { c } from "./c";'),
      sample("src/model/b/c.ts", 'import { a } from "../a";'),
    ];
    assert.deepEqual(noCycles(cycle), ["src/model/a -> src/model/b/index -> src/model/b/c -> src/model/a"]);
    assert.deepEqual(noCycles(cycle.slice(0, 2)), []);
  });
  it("report a file that imports itself", () => {
    assert.equal(noCycles([sample("src/model/a.ts", 'import "./a";')]).length, 1);
  });
  it("report an import of a file that is not there", () => {
    assert.equal(noLooseEnds([sample("src/model/a.ts", 'import "./gone";')]).length, 1);
  });
  for (const [path, name] of [
    ["src/outbox/outbox.ts", "nodemailer"],
    ["src/mailer.ts", "nodemailer/lib/mail-composer"],
    ["nodes/send-email.ts", "nodemailer"],
    ["src/settings/generic.ts", "node-red"],
    ["src/model/email.ts", "node:crypto"],
    ["nodes/editor/step.ts", "node:path"],
    ["src/compose/message.ts", "left-pad"],
  ] as const) {
    it(`report ${path} importing ${name}`, () => {
      assert.equal(onePlacePerPackage([sample(path, `import x from "${name}";`)]).length, 1);
    });
  }
});

function withoutEnding(path: string): string {
  return path.replace(/\.ts$/, "");
}
