import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const checkout = join(__dirname, "../..");

export interface SourceFile {
  /** Relative to the checkout, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A rule looks at all files it is given and tells what breaks it, each time with the file's path. */
export type Rule = (files: readonly SourceFile[]) => string[];

const BINARY = /\.(?:png|ico|gif|jpe?g|woff2?|tgz)$/;

/** Every text file that is in the repository, or would be with the next `git add`. */
export function repositoryFiles(): SourceFile[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  return execFileSync("git", list, { cwd: checkout, encoding: "utf8", maxBuffer: 1 << 24 })
    .split("\0")
    .filter((path) => path !== "" && !BINARY.test(path) && existsSync(join(checkout, path)))
    .map((path) => ({ path, text: readFileSync(join(checkout, path), "utf8") }));
}

/** The code that is shipped. */
export function shippedCode(): SourceFile[] {
  return repositoryFiles().filter(({ path }) => /^(?:src|nodes)\/.*\.ts$/.test(path));
}

/** A file as a rule is shown it in a test. */
export function sample(path: string, text: string): SourceFile {
  return { path, text };
}
