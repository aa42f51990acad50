import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkout } from "../support/node-red";

const run = promisify(execFile);
const limit = { timeout: 180_000, maxBuffer: 16 * 1024 * 1024 };

export interface Tarball {
  path: string;
  remove(): void;
}

/** Packs the checkout as `npm publish` would, build included. */
export async function packCheckout(): Promise<Tarball> {
  const folder = mkdtempSync(join(tmpdir(), "tarball-"));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: checkout, ...limit });
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (!name) throw new Error("npm pack made no tarball");
  return { path: join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The paths in the tarball, without the `package/` that npm puts before each. */
export async function filesIn(tarball: Tarball): Promise<string[]> {
  const { stdout } = await run("tar", ["-tzf", tarball.path], limit);
  return stdout
    .split("\n")
    .filter((line) => line !== "" && !line.endsWith("/"))
    .map((line) => line.replace(/^package\//, ""))
    .sort();
}

/** Installs the tarball into an empty user directory, as the palette manager does, and tells what npm said. */
export async function installInto(userDir: string, tarball: Tarball): Promise<string> {
  writeFileSync(join(userDir, "package.json"), JSON.stringify({ name: "node-red-project", private: true }));
  const flags = ["--omit=dev", "--no-audit", "--no-fund", "--prefix", userDir];
  const { stdout, stderr } = await run("npm", ["install", tarball.path, ...flags], { cwd: userDir, ...limit });
  return stdout + stderr;
}
