import { posix } from "node:path";
import type { Rule, SourceFile } from "./source-files";

/** What a reader follows from a page: a link or a picture, and where it stands. */
interface Reference {
  readonly page: string;
  readonly target: string;
}

/** A block of code, which is shown as it is. */
const BLOCK = /^( *)```[\s\S]*?^\1```$/gm;

const isPage = ({ path }: SourceFile): boolean => /^(?:[A-Z]+\.md|docs\/[\w-]+\.md)$/.test(path);

/** Code is shown as it is: what looks like a link in it is none. */
const withoutCode = (text: string): string => text.replace(BLOCK, "").replace(/`[^`\n]*`/g, "code");

function references({ path, text }: SourceFile): Reference[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => ({ page: path, target }));
}

/** The anchors that GitHub and npm make of headings: lower case, without punctuation, numbered where they repeat. */
export function anchors(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of text.replace(BLOCK, "").matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
    let numbered = anchor;
    for (let count = 1; found.has(numbered); count += 1) numbered = `${anchor}-${count}`;
    found.add(numbered);
  }
  return found;
}

/** Whatever a page links to within the repository is there: the file, and the heading that is named. */
export const linksLeadSomewhere =
  (paths: readonly string[]): Rule =>
  (files) => {
    const pages = new Map(files.filter(isPage).map((page) => [page.path, anchors(page.text)]));
    return files
      .filter(isPage)
      .flatMap(references)
      .filter(({ page, target }) => {
        const [file = "", anchor] = target.split("#");
        const path = file === "" ? page : posix.join(posix.dirname(page), file);
        if (!paths.includes(path)) return true;
        return anchor !== undefined && !pages.get(path)?.has(anchor);
      })
      .map(({ page, target }) => `${page} leads to ${target}`);
  };

/** What a page calls a file of ours: a path, its end, or a pattern such as `classify-*.ts`. */
const FILE_NAME = /^(?!\.)(?:[\w.*/-]+(?:\.(?:ts|mjs)|\/)|[\w-]+\/[\w./-]+\.(?:md|svg|png|json|ya?ml))$/;

/** What stands in back quotes on a page, and every word of a drawing. */
function names({ path, text }: SourceFile): string[] {
  if (path.endsWith(".svg")) {
    return [...text.matchAll(/>([^<>]+)</g)].flatMap(([, words = ""]) => words.split(/[\s,;()]+/));
  }
  // Commands in blocks name files of the reader's.
  const prose = text.replace(BLOCK, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
}

/** Every file and folder of ours that a page names is there; `compose/dkim.ts` may stand for `src/compose/dkim.ts`. */
export const namedFilesExist =
  (paths: readonly string[]): Rule =>
  (files) =>
    files
      .filter((file) => isPage(file) || /^docs\/images\/.*\.svg$/.test(file.path))
      .flatMap((file) =>
        [...new Set(names(file))]
          .filter((name) => FILE_NAME.test(name) && !isNamed(name, paths))
          .map((name) => `${file.path} names ${name}`),
      );

function isNamed(name: string, paths: readonly string[]): boolean {
  const escaped = name.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
  const pattern = new RegExp(`(?:^|/)${escaped}${name.endsWith("/") ? "" : "$"}`);
  return paths.some((path) => pattern.test(path));
}
