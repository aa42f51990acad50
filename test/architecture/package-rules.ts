import type { Disposition } from "../../src/model/codes";
import type { Rule } from "./source-files";

const MAX_DEPENDENCIES = 6;

/** Each one is something that every user installs, updates and trusts. */
export const fewDependencies: Rule = (files) =>
  files
    .filter(({ path }) => path === "package.json")
    .map(({ text }) => Object.keys((JSON.parse(text) as { dependencies?: object }).dependencies ?? {}))
    .filter((names) => names.length > MAX_DEPENDENCIES)
    .map((names) => `package.json has ${names.length} dependencies: ${names.join(", ")}`);

/** The lock file must not send anybody to the registry of whoever wrote it. */
export const noRegistryInLock: Rule = (files) =>
  files
    .filter(({ path }) => path === "package-lock.json")
    .flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, at) => (/"resolved":\s*"https?:/.test(line) ? [`${path}:${at + 1}`] : [])),
    );

export interface CatalogueEntry {
  readonly code: string;
  readonly disposition: Disposition;
  readonly cause: string;
  readonly remedy: string;
}

const PLACES = [
  "host",
  "port",
  "user",
  "tenant",
  "mailbox",
  "response",
  "field",
  "value",
  "names",
  "seconds",
  "limit",
  "stage",
];

/** The codes and the catalogue of failures know each other, and no text has a place that nothing fills. */
export function catalogueProblems(
  entries: Readonly<Record<string, CatalogueEntry>>,
  codes: readonly string[],
): string[] {
  const used = new Set(Object.values(entries).map(({ code }) => code));
  return [
    ...Object.entries(entries).flatMap(([reason, { code }]) =>
      codes.includes(code) ? [] : [`${reason}: ${code} is no code`],
    ),
    ...codes.filter((code) => !used.has(code)).map((code) => `${code} has no failure`),
    ...Object.entries(entries).flatMap(([reason, { cause, remedy }]) =>
      [...`${cause} ${remedy}`.matchAll(/\{(\w+)\}/g)]
        .filter(([, place = ""]) => !PLACES.includes(place))
        .map(([place]) => `${reason}: nothing fills ${place}`),
    ),
  ];
}
