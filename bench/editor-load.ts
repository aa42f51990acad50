import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { startBrowser } from "../test/editor/support/editor";
import { type RunningNodeRed, startNodeRed } from "../test/support/node-red";
import { IDLE_FLOW, install, MAIL_FLOW, type Pair } from "./start-cost";

export interface EditorLoad {
  readonly version: 4 | 5;
  /** Milliseconds from the request for the page until the editor can be used. */
  readonly pairs: readonly Pair<number>[];
}

/** How long the editor takes to load with and without the package, in turn; nothing where there is no Chromium. */
export async function editorLoad(rounds: number, tell: (text: string) => void): Promise<EditorLoad[]> {
  if (!existsSync(process.env.CHROMIUM ?? "/usr/bin/chromium")) {
    tell("  left out: there is no Chromium (CHROMIUM names it where it is not /usr/bin/chromium)");
    return [];
  }
  const browser = await startBrowser();
  try {
    const loads: EditorLoad[] = [];
    for (const version of [4, 5] as const) loads.push({ version, pairs: await loadIn(browser, version, rounds, tell) });
    return loads;
  } finally {
    await browser.close();
  }
}

async function loadIn(
  browser: Browser,
  version: 4 | 5,
  rounds: number,
  tell: (text: string) => void,
): Promise<Pair<number>[]> {
  const [ours, plain] = [await startEditor(version, true), await startEditor(version, false)];
  try {
    const pairs: Pair<number>[] = [];
    // So that every file has been read from disk once.
    for (const { red } of [ours, plain]) await loadOnce(browser, red.url);
    for (let round = 0; round < rounds; round++) {
      const oursFirst = round % 2 === 0;
      const first = await loadOnce(browser, (oursFirst ? ours : plain).red.url);
      const second = await loadOnce(browser, (oursFirst ? plain : ours).red.url);
      const pair = oursFirst ? { with: first, without: second } : { with: second, without: first };
      tell(`  Node-RED ${version}: ${pair.with.toFixed(0)} ms with, ${pair.without.toFixed(0)} ms without`);
      pairs.push(pair);
    }
    return pairs;
  } finally {
    for (const { stop } of [ours, plain]) await stop();
  }
}

async function startEditor(
  version: 4 | 5,
  installed: boolean,
): Promise<{ red: RunningNodeRed; stop(): Promise<void> }> {
  const userDir = mkdtempSync(join(tmpdir(), "bench-"));
  const dependencies = installed ? install(userDir) : {};
  writeFileSync(join(userDir, "package.json"), JSON.stringify({ name: "bench", version: "0.0.1", dependencies }));
  const flows = installed ? MAIL_FLOW : IDLE_FLOW;
  const red = await startNodeRed({ version, userDir, nodesDir: false, flows });
  const stop = async (): Promise<void> => {
    await red.stop();
    rmSync(userDir, { recursive: true, force: true });
  };
  return { red, stop };
}

/** In a context of its own, so that nothing is in the browser's cache. */
async function loadOnce(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: "commit" });
    const loaded = await page.waitForFunction(() => {
      const { RED } = globalThis as unknown as { RED?: { workspaces?: { active(): unknown } } };
      const isLoading = document.querySelector("#red-ui-loading-progress")?.checkVisibility();
      return RED?.workspaces?.active() && !isLoading ? performance.now() : 0;
    });
    return await loaded.jsonValue();
  } finally {
    await context.close();
  }
}
