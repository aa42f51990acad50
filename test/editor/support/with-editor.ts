import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { type NodeRedOptions, type RunningNodeRed, startNodeRed } from "../../support/node-red";
import { type EditorOptions, openEditor, startBrowser } from "./editor";

/** As a function it may first start what the flows need. */
type Start<Options> = Options | (() => Promise<Options>);

interface NodeRedAndBrowser {
  red: RunningNodeRed;
  browser: Browser;
}

interface OpenedEditor extends NodeRedAndBrowser {
  page: Page;
}

interface EditorStart extends NodeRedOptions {
  /** How the window is in which the editor is opened. */
  window?: EditorOptions;
}

/**
 * Within `describe`: a Node-RED and a browser for its tests, stopped after them. What is returned is filled before
 * the first test, and before the hooks that follow.
 */
export function withBrowser(start: Start<NodeRedOptions>): NodeRedAndBrowser {
  const started = {} as NodeRedAndBrowser;
  before(async () => {
    started.red = await startNodeRed(typeof start === "function" ? await start() : start);
    started.browser = await startBrowser();
  });
  after(async () => {
    await started.browser?.close();
    await started.red?.stop();
  });
  return started;
}

/** The same, with the editor open in a window. A test fails where a script of the page does. */
export function withEditor(start: Start<EditorStart>): OpenedEditor {
  let window: EditorOptions | undefined;
  let errors: string[] = [];
  const editor = withBrowser(async () => {
    const { window: wanted, ...options } = typeof start === "function" ? await start() : start;
    window = wanted;
    return options;
  }) as OpenedEditor;
  before(async () => {
    const { browser, red } = editor;
    ({ page: editor.page, errors } = await openEditor(browser, red.url, window));
  });
  afterEach("no script of the page failed", () => assert.deepEqual(errors.splice(0), []));
  return editor;
}
