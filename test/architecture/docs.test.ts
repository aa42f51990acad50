import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { anchors, linksLeadSomewhere, namedFilesExist } from "./docs-rules";
import { checkout, repositoryFiles, sample } from "./source-files";

describe("the pages of the documentation", () => {
  /** Pictures too, which are no text. */
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const paths = execFileSync("git", list, { cwd: checkout, encoding: "utf8" }).split("\0");

  it("link to files, pictures and headings that are there", () => {
    assert.deepEqual(linksLeadSomewhere(paths)(repositoryFiles()), []);
  });

  it("name files and folders that are there", () => {
    assert.deepEqual(namedFilesExist(paths)(repositoryFiles()), []);
  });

  it("compare with nothing that has no source", () => {
    const page = readFileSync(join(checkout, "docs/comparison.md"), "utf8");
    const rows = [...page.matchAll(/^\| (?:this package|e-mail node|n8n) \|(.*)\|$/gm)];
    const cells = rows.map(([, row = ""]) => row.split(" | ").map((cell) => cell.trim()));
    assert.ok(cells.length > 50);
    assert.deepEqual(
      cells.filter((row) => row.length !== 2 || row.includes("")),
      [],
    );
  });

  it("are reported where a link leads nowhere", () => {
    const known = ["README.md", "docs/a.md", "docs/images/a.png"];
    const broken = (path: string, text: string) =>
      linksLeadSomewhere(known)([sample(path, text), sample("docs/a.md", "# A\n## Safe mode\n## Safe mode\n")]);
    for (const target of ["docs/b.md", "docs/a.md#nothing", "#nothing", "docs/images/b.png"]) {
      assert.deepEqual(broken("README.md", `[x](${target})`), [`README.md leads to ${target}`]);
    }
    const fine =
      "# Two words!\n[x](docs/a.md#safe-mode-1) ![x](docs/images/a.png) [x](#two-words) [x](https://a.example/b)";
    assert.deepEqual(broken("README.md", fine), []);
    assert.deepEqual(broken("README.md", "`[x](docs/b.md)`\n```\n[x](docs/b.md)\n```\n"), []);
  });

  it("are reported where they name a file that is gone", () => {
    const known = ["src/compose/dkim.ts", "src/transports/smtp/classify-reply.ts"];
    const named = (text: string) => namedFilesExist(known)([sample("docs/a.md", text)]);
    assert.deepEqual(named("`compose/dkim.ts`, `classify-*.ts`, `src/transports/`, `mail.key`"), []);
    assert.deepEqual(named("`compose/gone.ts`"), ["docs/a.md names compose/gone.ts"]);
    assert.deepEqual(named("`kim.ts` and `src/links/`"), ["docs/a.md names kim.ts", "docs/a.md names src/links/"]);
  });

  it("are reported where a drawing names a file that is gone", () => {
    const named = (text: string) => namedFilesExist(["src/carrier.ts"])([sample("docs/images/a.svg", text)]);
    assert.deepEqual(named("<svg><text x='1.5'>src/carrier.ts, src/gone.ts</text></svg>"), [
      "docs/images/a.svg names src/gone.ts",
    ]);
  });

  it("get the anchors that GitHub gives them", () => {
    const text = "# The result: `msg.email`\n## Who a mail is from\n### What's new?\n```\n# no heading\n```\n";
    assert.deepEqual([...anchors(text)], ["the-result-msgemail", "who-a-mail-is-from", "whats-new"]);
  });
});
