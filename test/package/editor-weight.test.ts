import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { checkout } from "../support/node-red";

const MOST_BYTES = 60 * 1024;
const built = join(checkout, "dist", "nodes");
const locales = join(built, "locales");

describe("What the editor loads of this package, gzipped", () => {
  it(`its scripts weigh at most ${MOST_BYTES / 1024} KB together`, () => {
    const pages = filesOf(built, ".html");
    assert.equal(pages.length, 3, "the build is not complete");
    const atOnce = pages.flatMap((page) => partsOf(page, /<script type="text\/javascript">([\s\S]*?)<\/script>/g));
    const later = pages.flatMap((page) => partsOf(page, /<script type="text\/plain"[^>]*>([\s\S]*?)<\/script>/g));
    assert.deepEqual([atOnce.length, later.length], [3, 3], "a page without its scripts");
    const total = weightOf([...atOnce, ...later]);
    const beside = {
      "of them run at the start": atOnce,
      "style sheets": pages.flatMap((page) => partsOf(page, /<style[^>]*>([\s\S]*?)<\/style>/g)),
      "forms and the tab's help": pages.flatMap((page) =>
        partsOf(page, /<script type="text\/html"[^>]*>([\s\S]*?)<\/script>/g),
      ),
      ...Object.fromEntries(
        readdirSync(locales).flatMap((language) => [
          [`catalogues, ${language}`, filesOf(join(locales, language), ".json")],
          [`help, ${language}`, filesOf(join(locales, language), ".html")],
        ]),
      ),
    };
    process.stdout.write(`      scripts ${kilobytes(total)}\n`);
    for (const [what, texts] of Object.entries(beside))
      process.stdout.write(`      ${what} ${kilobytes(weightOf(texts))}\n`);
    assert.ok(total <= MOST_BYTES, `${kilobytes(total)} of scripts`);
  });
});

function filesOf(folder: string, ending: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.map((name) => readFileSync(join(folder, name), "utf8"));
}

function partsOf(page: string, pattern: RegExp): string[] {
  return [...page.matchAll(pattern)].map(([, part]) => part ?? "");
}

/** Each on its own, as the editor gets them. */
function weightOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + gzipSync(text).byteLength, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
