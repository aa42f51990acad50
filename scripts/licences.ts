// What users install beside this package, and under which licences; `licence-table.ts` writes it down.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** All let everybody use, change and pass on, as long as the notice stays. */
const PERMISSIVE = [...["Apache-2.0", "MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0"]];
/** Named one by one, each with a reason in `docs/licences.md`. */
const ALLOWED: Readonly<Record<string, string>> = { "ical.js": "MPL-2.0" };

export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Node-RED works without it; it is left out where it cannot be installed. */
  readonly optional: boolean;
}

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

/** The whole tree of the lock file without what only developers install, by name. */
export function installedByUsers(lockFile: string): Licensed[] {
  const { packages } = JSON.parse(lockFile) as { packages: Record<string, Locked> };
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional)
    .map(([path, { version, license = "", optional = false }]) => {
      return { name: path.replace(/^.*node_modules\//, ""), version, licence: license, optional };
    })
    .sort((a, b) => `${a.name} ${a.version}`.localeCompare(`${b.name} ${b.version}`, "en"));
}

/** Those whose licence asks for more than its notice, or is not known. */
export function notAllowed(packages: readonly Licensed[]): string[] {
  return packages
    .filter(({ name, licence }) => !PERMISSIVE.includes(licence) && ALLOWED[name] !== licence)
    .map(({ name, version, licence }) => `${name} ${version}: ${licence || "no licence"}`);
}

export function licencesPage(packages: readonly Licensed[]): string {
  const rows = packages.map(
    ({ name, version, licence, optional }) => `| \`${name}\` | ${version} | ${licence} | ${optional ? "yes" : ""} |`,
  );
  return [
    "# Licences",
    "",
    "Written by `npx tsx scripts/licence-table.ts` from the lock file; a test fails where it is not current, or where a licence comes in that is not one of these.",
    "",
    "The package is Apache-2.0. It contains none of the packages below: npm installs them beside it, each under its own licence. The versions are those that the tests ran with; an installation may get newer ones.",
    "",
    `${packages.length} packages, all permissive but one: they may be used, changed and passed on, also in closed products, as long as their notices stay.`,
    "",
    "**ical.js is MPL-2.0**, which asks for more, of its own files only. Who uses it as it is, as this package does, has nothing to do. Who passes it on, inside an image or a product, has to say where its source is. Who changes its files and passes them on has to give those files out under the MPL. Other code beside it stays under whatever licence it has (MPL-2.0 §3.3). It is here because writing and reading calendars safely is a library's work, and it is the one that is kept up and has no dependencies.",
    "",
    "| package | version | licence | optional |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

export const root = join(__dirname, "..");
export const lockFile = (): string => readFileSync(join(root, "package-lock.json"), "utf8");
