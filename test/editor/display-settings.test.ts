import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { cancelDialog, openConfiguration, openEditor, openNode, overflowing, screenshot } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { chooseSegment } from "./support/form";
import { chip, press, row, showOutbox } from "./support/outbox-tab";
import { tabStops } from "./support/tab-order";
import { openDialogue, runTest } from "./support/test-panel";
import { withBrowser } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`What a person has set in the system or the browser, in Node-RED ${version}`, () => {
    let strict: ScriptedSmtpServer;
    let silent: ScriptedSmtpServer;
    const started = withBrowser(async () => {
      strict = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
      silent = await startScriptedSmtpServer({ greeting: "silence" });
      const credentials = { username: "u", password: "wrong-pass" };
      const alerts = { name: "Alerts", isDefault: true, port: strict.port, auth: "password", credentials } as const;
      return {
        version,
        flows: [
          tab,
          configuration("alerts", alerts),
          configuration("silent", { name: "Silent", port: silent.port }),
          { ...inject("alarm", { to: "duty@example.com", topic: "Alarm", payload: "x" }), wires: [["send"]] },
          step("send", { cc: "copies", bcc: "blind", bodyType: "both", textType: "str", dedupeKey: "k" }),
        ],
      };
    });
    before(async () => {
      await press(started.red, "alarm");
    });
    after(async () => {
      await strict?.close();
      await silent?.close();
    });

    async function inEditor(options: { zoom?: number }, look: (page: Page) => Promise<void>): Promise<void> {
      const editor = await openEditor(started.browser, started.red.url, options);
      try {
        await look(editor.page);
        assert.deepEqual(editor.errors, []);
      } finally {
        await editor.close();
      }
    }

    async function assertDialogsFit(page: Page, name: string, prepare = async () => {}): Promise<void> {
      await openConfiguration(page, "alerts");
      await prepare();
      await page.locator("summary", { hasText: "Advanced" }).click();
      await runTest(page, "check");
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      assert.equal(await widerThanShown(page), 0);
      await screenshot(page, `${name}-password`);
      await chooseSegment(page, "auth", "oauth2");
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      await chooseSegment(page, "kind", "graph");
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      assert.equal(await widerThanShown(page), 0);
      await screenshot(page, `${name}-graph`);
      await cancelDialog(page, "config");
      await openNode(page, "send");
      await prepare();
      assert.deepEqual(await overflowing(page, ".post-office-step"), []);
      assert.equal(await widerThanShown(page), 0);
      await screenshot(page, `${name}-step`);
      await cancelDialog(page, "node");
    }

    it("a zoom of 200 % leaves no part of the dialogs outside", () =>
      inEditor({ zoom: 2 }, (page) => assertDialogsFit(page, `zoom-${version}`)));

    it("the narrowest tray leaves none outside either", () =>
      inEditor({}, (page) => assertDialogsFit(page, `narrow-${version}`, () => narrowTray(page))));

    it("a test's steps appear in motion, and without it where that is not wanted", () =>
      inEditor({}, async (page) => {
        await page.emulateMedia({ reducedMotion: "no-preference" });
        await openConfiguration(page, "alerts");
        await runTest(page, "check");
        assert.notEqual(await movements(page), 0);
        await page.emulateMedia({ reducedMotion: "reduce" });
        await runTest(page, "check");
        assert.equal(await movements(page), 0);
        await cancelDialog(page, "config");
        await openConfiguration(page, "silent");
        await page.click("#post-office-test-check");
        await page.locator("#post-office-test-running").waitFor();
        assert.equal(await movements(page), 0);
        await page.click("#post-office-test-cancel");
        await page.locator("#post-office-test-running").waitFor({ state: "hidden" });
        await cancelDialog(page, "config");
      }));

    it("with the system's own few colours, choices, icons and the focus still show", () =>
      inEditor({}, async (page) => {
        await page.emulateMedia({ forcedColors: "active" });
        await openConfiguration(page, "alerts");
        await runTest(page, "check");
        await openDialogue(page);
        assert.deepEqual(await unseenFocus(page, ".po-configuration"), []);
        await assertTellsApart(page, page.locator(".po-segments label:has([name=post-office-auth])"));
        assert.ok((await shades(page, page.locator(".po-post-box"))) > 1, "the icon of the test has one colour only");
        await screenshot(page, `forced-colours-${version}-configuration`);
        await cancelDialog(page, "config");

        await openNode(page, "send");
        assert.deepEqual(await unseenFocus(page, ".post-office-step"), []);
        await assertTellsApart(page, page.locator(".po-segments label:has([name=post-office-body])"));
        await screenshot(page, `forced-colours-${version}-step`);
        await cancelDialog(page, "node");

        await showOutbox(page);
        await row(page, "Alarm").click();
        await chip(page, "waiting").click();
        assert.deepEqual(await unseenFocus(page, ".po-outbox"), []);
        await screenshot(page, `forced-colours-${version}-outbox`);
      }));
  });
}

/** Draws the tray's edge as far to the right as it goes. */
async function narrowTray(page: Page): Promise<void> {
  await page.locator(".red-ui-tray-resize-handle").hover({ position: { x: 3, y: 40 } });
  const { x, y } = (await page.locator(".red-ui-tray-resize-handle").boundingBox())!;
  await page.mouse.down();
  await page.mouse.move(x + 400, y + 40, { steps: 8 });
  await page.mouse.up();
}

/** How far the open dialog could be scrolled sideways, in pixels. */
function widerThanShown(page: Page): Promise<number> {
  return page
    .locator(".red-ui-tray-body-wrapper, .red-ui-tray-content")
    .evaluateAll((parts) => Math.max(...parts.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)));
}

/** How many parts of the configuration's dialog move, or moved when they appeared. */
function movements(page: Page): Promise<number> {
  return page
    .locator(".po-configuration")
    .evaluate(
      (root) =>
        [...root.querySelectorAll("*")].filter((part) => getComputedStyle(part).animationName !== "none").length,
    );
}

async function unseenFocus(page: Page, part: string): Promise<string[]> {
  return (await tabStops(page, part)).filter(({ seen }) => !seen).map(({ what }) => what);
}

/** The chosen one of a row of choices has another ground than the others. */
async function assertTellsApart(page: Page, choices: Locator): Promise<void> {
  const grounds = await choices.evaluateAll((labels) =>
    labels.map((label) => [label.querySelector("input")?.checked, getComputedStyle(label).backgroundColor] as const),
  );
  const chosen = grounds.find(([checked]) => checked)?.[1];
  const others = grounds.filter(([checked]) => !checked).map(([, ground]) => ground);
  assert.ok(chosen && others.length > 0 && !others.includes(chosen), JSON.stringify(grounds));
  assert.equal(await page.evaluate(() => matchMedia("(forced-colors: active)").matches), true);
}

/** How many colours a picture of the element has. */
async function shades(page: Page, part: Locator): Promise<number> {
  const picture = `data:image/png;base64,${(await part.screenshot()).toString("base64")}`;
  return page.evaluate(async (url) => {
    const image = await createImageBitmap(await (await fetch(url)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas?.drawImage(image, 0, 0);
    const pixels = new Uint32Array(
      canvas?.getImageData(0, 0, image.width, image.height).data.buffer ?? new ArrayBuffer(0),
    );
    return new Set(pixels).size;
  }, picture);
}
