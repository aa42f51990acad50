import assert from "node:assert/strict";
import { FAILURES } from "../../src/model/catalogue";
import { ERROR_CODES } from "../../src/model/codes";
import { catalogueProblems, fewDependencies, noRegistryInLock } from "./package-rules";
import { type Rule, repositoryFiles, sample } from "./source-files";
import { noMachinePaths, noMarkers, nothingAmbient, shortFiles, textAsText } from "./text-rules";

/** Text that a rule must report is put together here, because this file is looked at too. */
const joined = (...parts: string[]): string => parts.join("");

const RULES: readonly { name: string; rule: Rule; broken: readonly [path: string, text: string][]; fine?: string }[] = [
  {
    name: "src takes Node-RED, the environment, time and randomness as arguments",
    rule: nothingAmbient,
    broken: [
      ["src/outbox/a.ts", "RED.log.info()"],
      ["src/settings/a.ts", "const host = process.env.HOST;"],
      ["src/outbox/a.ts", "const now = Date.now();"],
      ["src/outbox/a.ts", "const now = new Date();"],
      ["src/outbox/a.ts", "const jitter = Math.random();"],
      ["src/outbox/a.ts", "setTimeout(run, 5);"],
      ["src/outbox/a.ts", "setInterval(run, 5);"],
      ["src/mailer.ts", 'import { randomUUID } from "node:crypto";'],
      ["src/mailer.ts", "const id = randomBytes(16);"],
    ],
    fine: "socket.setTimeout(5); // Node-RED's own",
  },
  {
    name: "no file is longer than 400 lines",
    rule: shortFiles,
    broken: [
      ["src/model/a.ts", "x;\n".repeat(401)],
      ["scripts/a.mjs", "x;\n".repeat(401)],
      ["nodes/a.html", "<p>\n".repeat(401)],
    ],
    fine: "x;\n".repeat(400),
  },
  {
    name: "nothing is left to do in a comment",
    rule: noMarkers,
    broken: [
      ["src/model/a.ts", joined("// TO", "DO: later")],
      ["README.md", joined("FIX", "ME")],
    ],
    fine: "a to-do list",
  },
  {
    name: "no path of a machine is in the repository",
    rule: noMachinePaths,
    broken: ["work", "tmp", "home", "root"].map((top): [string, string] => [
      "docs/a.md",
      joined("see /", top, "/somebody"),
    ]),
    fine: "https://example.com/home/page and a/tmp/b",
  },
  {
    name: "the editor shows texts as texts, never as HTML",
    rule: textAsText,
    broken: [
      ["nodes/editor/outbox/a.ts", "row.innerHTML = subject;"],
      ["nodes/editor/outbox/a.ts", "$(row).html(subject);"],
      ["nodes/editor/outbox/a.ts", "$(`<li>${subject}</li>`);"],
    ],
    fine: "row.textContent = subject; $(row).text(subject); $('#row');",
  },
  {
    name: "there are at most six dependencies",
    rule: fewDependencies,
    broken: [
      ["package.json", JSON.stringify({ dependencies: { a: "1", b: "1", c: "1", d: "1", e: "1", f: "1", g: "1" } })],
    ],
  },
  {
    name: "the lock file names no registry",
    rule: noRegistryInLock,
    broken: [["package-lock.json", '{\n"resolved": "https://registry.example.com/a.tgz"\n}']],
  },
];

describe("the project", () => {
  const files = repositoryFiles();
  for (const { name, rule } of RULES) it(name, () => assert.deepEqual(rule(files), []));

  it("has a lock file without registries, and its package.json, among the files looked at", () => {
    for (const path of ["package.json", "package-lock.json"]) assert.ok(files.some((file) => file.path === path));
  });
  it("has a failure for every code and a code for every failure", () => {
    assert.deepEqual(catalogueProblems(FAILURES, ERROR_CODES), []);
  });
});

describe("the rules of the project", () => {
  for (const { name, rule, broken, fine } of RULES) {
    for (const [path, text] of broken) {
      it(`report ${path} against “${name}”: ${text.slice(0, 40).replace(/\s+/g, " ")}`, () => {
        const violations = rule([sample(path, text)]);
        assert.equal(violations.length, 1);
        assert.ok(violations[0]?.includes(path));
      });
    }
    if (fine !== undefined)
      it(`pass what only looks alike: ${name}`, () => assert.deepEqual(rule([sample("src/model/a.ts", fine)]), []));
  }

  it("leave the clock its clock", () => {
    assert.deepEqual(nothingAmbient([sample("src/model/clock.ts", "Date.now()")]), []);
  });

  const entry = { code: "ERR_A", disposition: "permanent", cause: "{host}", remedy: "" } as const;
  it("report a failure with an unknown code", () => {
    assert.deepEqual(catalogueProblems({ a: entry, b: { ...entry, code: "ERR_B" } }, ["ERR_A"]), [
      "b: ERR_B is no code",
    ]);
  });
  it("report a code without a failure", () => {
    assert.deepEqual(catalogueProblems({ a: entry }, ["ERR_A", "ERR_C"]), ["ERR_C has no failure"]);
  });
  it("report a place that nothing fills", () => {
    assert.deepEqual(catalogueProblems({ a: { ...entry, remedy: "{hots}" } }, ["ERR_A"]), ["a: nothing fills {hots}"]);
  });
});
