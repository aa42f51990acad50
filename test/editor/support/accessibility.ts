import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

interface AxeNode {
  html: string;
  target: string[];
  failureSummary?: string;
  any: { data?: { messageKey?: string } | null }[];
}

interface AxeResult {
  id: string;
  impact?: string | null;
  nodes: AxeNode[];
}

interface Axe {
  run(context: object): Promise<{ violations: AxeResult[]; incomplete: AxeResult[]; passes: AxeResult[] }>;
}

/**
 * What axe-core finds to be serious or critical within a part of the page, a line for each element; also texts
 * that show and whose contrast it could not tell. The whole part has to be in the window.
 */
export async function violations(page: Page, part: string): Promise<string[]> {
  if (!(await page.evaluate("Boolean(window.axe)"))) await page.evaluate(axeSource);
  // Node-RED's page has a body without height that hides what overflows it, so that axe-core takes all for hidden.
  // And the lines of its code editor are millions of pixels high, only cut off: they seem to lie above what follows.
  const cut = ".monaco-editor .lines-content { width: 100% !important; height: 100% !important; }";
  const style = await page.addStyleTag({ content: `body { height: 100vh; } ${cut}` });
  const { violations, incomplete, passes } = await page.evaluate(
    // The code editors' own fields that take what is typed: empty, and seen by nobody.
    (include) =>
      (globalThis as unknown as { axe: Axe }).axe.run({
        include: [include],
        exclude: [".ime-text-area", ".inputarea", ".ace_text-input"],
      }),
    part,
  );
  const contrast = passes.filter(({ id }) => id === "color-contrast").flatMap(({ nodes }) => nodes);
  const skipped = contrast.filter(({ any }) => any.some(({ data }) => data?.messageKey === "hidden"));
  const overlooked = await page.evaluate(
    (targets) =>
      targets.filter((target) =>
        document.querySelector<HTMLElement>(target)?.checkVisibility({ opacityProperty: true }),
      ),
    skipped.map(({ target }) => target.join(" ")),
  );
  await style.evaluate((element) => (element as HTMLElement).remove());
  if (contrast.length === skipped.length) overlooked.push("no contrast of any text");
  const unsure = incomplete
    .filter(({ id }) => id === "color-contrast")
    // A mark such as ↻ is a picture, and stands beside the words for it.
    .map((result) => ({ ...result, nodes: result.nodes.filter(({ any }) => any[0]?.data?.messageKey !== "nonBmp") }));
  const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return [
    ...[...bad, ...unsure].flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${described(node)}`)),
    ...overlooked.map((what) => `not measured: ${what}`),
  ];
}

function described({ html, failureSummary = "" }: AxeNode): string {
  return `${html.slice(0, 160)} ${failureSummary.split("\n").slice(1, 2).join().trim()}`;
}
