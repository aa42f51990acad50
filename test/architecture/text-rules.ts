import type { Rule } from "./source-files";

/** Node-RED, the environment, time and randomness are arguments in `src`; only the clock is the exception. */
const AMBIENT: readonly [string, RegExp][] = [
  ["RED", /(?<![-\w])RED\b/],
  ["process.env", /\bprocess\s*\.\s*env\b/],
  ["Date.now(", /\bDate\s*\.\s*now\s*\(/],
  ["new Date()", /\bnew Date\(\s*\)/],
  ["Math.random(", /\bMath\s*\.\s*random\s*\(/],
  // A socket's own setTimeout is another thing.
  ["setTimeout(", /(?<![.\w])setTimeout\s*\(/],
  ["setInterval(", /(?<![.\w])setInterval\s*\(/],
  ["randomUUID", /\brandomUUID\b/],
  ["randomBytes", /\brandomBytes\b/],
];

export const nothingAmbient: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith("src/") && path !== "src/model/clock.ts")
    .flatMap(({ path, text }) =>
      AMBIENT.filter(([, pattern]) => pattern.test(text)).map(([name]) => `${path} mentions ${name}`),
    );

const MAX_LINES = 400;

export const shortFiles: Rule = (files) =>
  files
    .filter(({ path }) => /\.(?:ts|mjs|html)$/.test(path))
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, "").split("\n").length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${MAX_LINES}`);

// Put together here, so that this file does not break its own rules.
const MARKERS = [
  ["TO", "DO"],
  ["FIX", "ME"],
].map((halves) => halves.join(""));
const MARKER = new RegExp(`\\b(?:${MARKERS.join("|")})\\b`);
const MACHINE_PATH = new RegExp(`(?<![\\w.-])/(?:${["work", "tmp", "home", "root", "Users"].join("|")})/`);

/** Cleans a mail's HTML, and puts it into a sandbox. */
const SHOWS_HTML = /^nodes\/editor\/step\/(?:safe-document|mail-preview)\.ts$/;
const AS_HTML = /\b(?:innerHTML|outerHTML|insertAdjacentHTML|srcdoc|parseHTML)\b|\.html\(|\$\(\s*["'`]\s*</;

/** A name, a subject or a server's words must not become elements of the editor's page. */
export const textAsText: Rule = (files) =>
  namingLines(
    files.filter(({ path }) => path.startsWith("nodes/editor/") && !SHOWS_HTML.test(path)),
    AS_HTML,
    "makes HTML of a text",
  );

/** What is left to do is an issue, not a comment. */
export const noMarkers: Rule = (files) => namingLines(files, MARKER, "leaves something to do");

/** A path of somebody's machine means nothing on another. */
export const noMachinePaths: Rule = (files) => namingLines(files, MACHINE_PATH, "names a path of a machine");

function namingLines(files: Parameters<Rule>[0], pattern: RegExp, wrong: string): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${wrong}`] : [])),
  );
}
