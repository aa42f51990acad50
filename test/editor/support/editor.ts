import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { checkout } from "../../support/node-red";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags, headless: true });
}

export interface EditorOptions {
  dark?: boolean;
  width?: number;
  height?: number;
  /** As a person's zoom of the browser: 2 is 200 %, and leaves half the width and half the height. */
  zoom?: number;
  login?: { username: string; password: string };
  /** What the browser says it prefers; the editor follows it. */
  language?: string;
}

/** A Node-RED editor in a window of its own, driven as a person would. */
export interface Editor {
  readonly page: Page;
  /** Errors of scripts in the page; a test ends with none. */
  readonly errors: string[];
  close(): Promise<void>;
}

const NOT_OURS = [
  // Node-RED 5 writes its tips, now and then, into a box that it no longer has; its script may be minified.
  /\bsetTip\b|\(reading 'html'\)\n\s+at \w \(\S+red\.min\.js/,
  // Monaco goes on folding a text a moment after Node-RED has closed its editor, with any node's.
  /^Error: Model is disposed![\s\S]*\/vendor\/monaco\//,
];

export async function openEditor(browser: Browser, url: string, options: EditorOptions = {}): Promise<Editor> {
  const { width = 1400, height = 1000, zoom = 1, login, language = "en-US" } = options;
  const context = await browser.newContext({
    viewport: { width: width / zoom, height: height / zoom },
    deviceScaleFactor: zoom,
    colorScheme: options.dark ? "dark" : "light",
    reducedMotion: "reduce",
    locale: language,
  });
  // Node-RED 5 has a dark theme, which it keeps as a choice of this browser; 4.1 has none.
  // The sandboxed frames of a preview have no storage, and no theme.
  if (options.dark)
    await context.addInitScript(() => window === top && localStorage.setItem("view-dark-theme", "dark"));
  const page = await context.newPage();
  // Far more than anything takes: what is slow here is a machine that has much to do.
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on("pageerror", ({ stack, message }) => {
    const text = stack ?? message;
    if (!NOT_OURS.some((known) => known.test(text))) errors.push(text);
  });
  page.on("console", (message) => {
    // The editor logs and swallows exceptions of a node's dialog.
    if (/oneditprepare|oneditsave|Definition error|Validation error/.test(message.text())) errors.push(message.text());
  });
  await page.goto(url);
  if (login) {
    await page.fill("#node-dialog-login-username", login.username);
    await page.fill("#node-dialog-login-password", login.password);
    await page.click("#node-dialog-login-submit");
  }
  await untilLoaded(page);
  return { page, errors, close: () => context.close() };
}

async function untilLoaded(page: Page): Promise<void> {
  await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
  await page.waitForFunction(() => {
    const { RED } = globalThis as unknown as { RED?: { workspaces?: { active(): unknown } } };
    return Boolean(RED?.workspaces?.active());
  });
}

/** Drags a node from the palette into the flow; resolves with its id. */
export async function dropNode(page: Page, type: string): Promise<string> {
  await page.locator("#red-ui-palette-search input").pressSequentially(type.replace("-", " "));
  await page.locator('.red-ui-palette-node[data-palette-type="debug"]').waitFor({ state: "hidden" });
  // Waits until the palette stands still.
  await page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`).hover();
  const chart = (await page.locator("#red-ui-workspace-chart").boundingBox())!;
  await page.mouse.down();
  await page.mouse.move(chart.x + 400, chart.y + 160, { steps: 12 });
  await page.mouse.up();
  const dropped = await page.waitForFunction((wanted) => {
    const { RED } = globalThis as unknown as { RED: { nodes: { filterNodes(by: object): { id: string }[] } } };
    return RED.nodes.filterNodes({ type: wanted })[0]?.id;
  }, type);
  return (await dropped.jsonValue()) as string;
}

export async function openNode(page: Page, id: string): Promise<void> {
  await page.evaluate((node) => {
    const { RED } = globalThis as unknown as {
      RED: { nodes: { node(id: string): unknown }; editor: { edit(node: unknown): void } };
    };
    RED.editor.edit(RED.nodes.node(node));
  }, id);
  await page.waitForSelector("#dialog-form");
  await untilStill(page);
}

export async function openConfiguration(page: Page, id: string): Promise<void> {
  await page.evaluate((node) => {
    const { RED } = globalThis as unknown as {
      RED: { editor: { editConfig(name: string, type: string, id: string): void } };
    };
    RED.editor.editConfig("", "smtp-config", node);
  }, id);
  await page.waitForSelector(".po-configuration");
  await untilStill(page);
}

/** A dialog slides in from the right. */
async function untilStill(page: Page): Promise<void> {
  await (await page.waitForSelector(".red-ui-tray"))?.waitForElementState("stable");
}

/** Presses Done or Update, and waits until that tray is gone. */
export async function saveDialog(page: Page, kind: "node" | "config"): Promise<void> {
  await leaveDialog(page, kind === "node" ? "#node-dialog-ok" : "#node-config-dialog-ok");
}

export async function cancelDialog(page: Page, kind: "node" | "config"): Promise<void> {
  await leaveDialog(page, kind === "node" ? "#node-dialog-cancel" : "#node-config-dialog-cancel");
}

async function leaveDialog(page: Page, button: string): Promise<void> {
  const tray = await page.waitForSelector(button);
  await clickNoticesAway(page);
  await tray.click();
  await tray.waitForElementState("hidden");
}

/** Notices lie over the buttons of a dialog until they go by themselves; those that wait for an answer stay. */
export async function clickNoticesAway(page: Page): Promise<void> {
  await page.locator(".red-ui-notification").evaluateAll((notices) => {
    for (const notice of notices) (notice as HTMLElement).click();
  });
}

export async function deploy(page: Page): Promise<void> {
  const deployed = page.waitForResponse(
    (response) => response.url().endsWith("/flows") && response.request().method() === "POST",
  );
  await page.click("#red-ui-header-button-deploy");
  await deployed;
  await page.waitForFunction(() => {
    const { RED } = globalThis as unknown as { RED: { nodes: { dirty(): boolean } } };
    return !RED.nodes.dirty();
  });
}

/** What the editor holds of a node. */
export function nodeInEditor<Value>(page: Page, id: string, property: string): Promise<Value> {
  return page.evaluate(
    ([node, name]) => {
      const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): Record<string, unknown> | null } } };
      return RED.nodes.node(node as string)?.[name as string] as never;
    },
    [id, property],
  );
}

/** What sticks out of the dialog at its right edge. */
export function overflowing(page: Page, dialog: string): Promise<string[]> {
  return page.locator(dialog).evaluate((root) => {
    const edge = root.getBoundingClientRect().right + 1;
    return [...root.querySelectorAll<HTMLElement>("input, select, textarea, label, p, span, button, pre")]
      .filter((part) => part.offsetParent !== null && part.getBoundingClientRect().right > edge)
      .map((part) => part.outerHTML.slice(0, 100));
  });
}

/** Labels, buttons and headings whose words are wider than their place. */
export function cutOff(page: Page, dialog: string): Promise<string[]> {
  return page
    .locator(dialog)
    .evaluate((root) =>
      [...root.querySelectorAll<HTMLElement>("label, button, summary, .po-label, .po-what, .po-chip, .po-counts")]
        .filter((part) => part.clientWidth > 1 && part.scrollWidth > part.clientWidth + 1)
        .map((part) => `${part.textContent?.trim()}: ${part.scrollWidth} of ${part.clientWidth}`),
    );
}

/** Replaces what stands in a code editor by a paste: what is typed, the editors complete with brackets and quotes. */
export async function pasteInto(page: Page, editor: string, text: string): Promise<void> {
  await focusEditor(page, editor);
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(paste);
  }, text);
  // With their spaces as the editors have them, and their lines in elements of their own.
  await page.waitForFunction(
    ([lines, wanted]) => {
      const shown = [...document.querySelectorAll(lines as string)].map((line) => line.textContent ?? "").join("");
      return shown.replace(/\s+/g, "") === wanted;
    },
    [`${editor} .view-line, ${editor} .ace_line`, text.replace(/\s+/g, "")],
  );
}

/** Clicks into a code editor. */
export async function focusEditor(page: Page, editor: string): Promise<void> {
  await page.waitForSelector(`${editor} .view-line, ${editor} .ace_line`);
  await page.locator(`${editor} .view-lines, ${editor} .ace_content`).click();
  await page.waitForFunction((place) => Boolean(document.activeElement?.closest(place)), editor);
  // ACE takes the focus once more, right after the click.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
}

const folder = join(checkout, ".test-output", "screenshots");

export async function screenshot(page: Page, name: string, selector?: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  if (selector) await page.locator(selector).screenshot({ path });
  else await page.screenshot({ path });
}
