import { posix } from "node:path";
import type { SourceFile } from "./source-files";

export interface Import {
  readonly from: string;
  /** A file of the project without its ending, or the name of a package or of a module of Node's. */
  readonly to: string;
  readonly local: boolean;
  readonly typeOnly: boolean;
}

const FROM = /^[ \t]*(?:import|export)\b([^"';]*?)\bfrom\s*["']([^"']+)["']/gm;
const BARE = /^[ \t]*import\s*["']([^"']+)["']/gm;
const CALL = /(\btypeof\s+)?\b(?:import|require)\(\s*["'`]([^"'`]+)["'`]\s*\)/g;

/** Every import of a file, whether of values or of types, at its top or at the time of a call. */
export function importsOf({ path, text }: SourceFile): Import[] {
  const found: [specifier: string, typeOnly: boolean][] = [];
  for (const [, what = "", specifier = ""] of text.matchAll(FROM)) found.push([specifier, isTypeOnly(what)]);
  for (const [, specifier = ""] of text.matchAll(BARE)) found.push([specifier, false]);
  for (const [, typeOnly, specifier = ""] of text.matchAll(CALL)) found.push([specifier, typeOnly !== undefined]);
  return found.map(([specifier, typeOnly]) => {
    const local = specifier.startsWith(".");
    const to = local ? posix.join(posix.dirname(path), specifier).replace(/\.[cm]?[jt]s$/, "") : specifier;
    return { from: withoutEnding(path), to, local, typeOnly };
  });
}

/** `import type { … }`, or braces in which every name is marked as a type. */
function isTypeOnly(what: string): boolean {
  if (/^\s*type\b/.test(what)) return true;
  const names = /^\s*\{([^}]*)\}\s*$/.exec(what)?.[1]?.split(",") ?? [""];
  return names.filter((name) => name.trim() !== "").every((name) => /^\s*type\s/.test(name)) && names[0] !== "";
}

/** Imports of a folder arrive at its index file. */
export function resolvedImports(files: readonly SourceFile[]): Import[] {
  const known = new Set(files.map(({ path }) => withoutEnding(path)));
  return files.flatMap(importsOf).map((one) => {
    const index = `${one.to}/index`;
    return one.local && !known.has(one.to) && known.has(index) ? { ...one, to: index } : one;
  });
}

function withoutEnding(path: string): string {
  return path.replace(/(?:\.d)?\.ts$/, "");
}
