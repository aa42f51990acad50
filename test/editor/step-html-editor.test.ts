import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { cancelDialog, focusEditor, nodeInEditor, openNode, pasteInto, saveDialog, screenshot } from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { withEditor } from "./support/with-editor";

const EDITOR = "#post-office-html-editor";
const HTML = "<p>Dear Ann,</p>\n<p>thank you.</p>";

for (const [version, lib] of [
  [4, "monaco"],
  [4, "ace"],
  [5, "monaco"],
] as const) {
  describe(`HTML that is written in a step, with ${lib} in Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor({
      version,
      settings: { editorTheme: { tours: false, palette: { catalogues: [] }, codeEditor: { lib } } },
      flows: [
        tab,
        configuration("sales", { name: "Sales_SMTP", isDefault: true }),
        step("plain"),
        step("written", { bodyType: "html", html: HTML, htmlType: "str" }),
      ],
    });
    before(() => {
      ({ page } = editor);
    });

    it("stands in Node-RED's code editor, and is as it was where nothing is changed", async () => {
      await openNode(page, "written");
      await page.waitForSelector(lib === "ace" ? `${EDITOR} .ace_line` : `${EDITOR} .view-line`);
      assert.match(await page.locator(EDITOR).innerText(), /Dear\sAnn/);
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "written", "changed"), false);
      assert.equal(await nodeInEditor(page, "written", "html"), HTML);
    });

    it("is saved as it is written, also through the large editor and there and back", async () => {
      await openNode(page, "written");
      await pasteInto(page, EDITOR, "<h1>One</h1>\n<p>Two</p>");
      assert.equal(await page.inputValue("#node-input-html"), "<h1>One</h1>\n<p>Two</p>");
      await page.locator("#post-office-html-row .po-writing > button").click();
      await pasteInto(page, ".node-text-editor", "<h1>Large</h1>");
      await page.click("#node-dialog-ok");
      await page.waitForSelector("#post-office-html-row");
      assert.match(await page.locator(EDITOR).innerText(), /Large/);
      await chooseSource(page, "msg");
      assert.equal(await page.locator(EDITOR).isVisible(), false);
      await chooseSource(page, "str");
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "written", "html"), "<h1>Large</h1>");
      assert.equal(await nodeInEditor(page, "written", "htmlType"), "str");
    });

    it("is not there before it is wanted, and gone with the dialog", async () => {
      await openNode(page, "plain");
      assert.equal(await page.locator(`${EDITOR} *`).count(), 0);
      await page.locator(".po-segments").getByText("HTML", { exact: true }).click();
      assert.equal(await page.locator(`${EDITOR} *`).count(), 0);
      await chooseSource(page, "str");
      await page.waitForSelector(`${EDITOR} textarea`);
      await cancelDialog(page, "node");
      assert.equal(await models(page), 0);
    });

    it("is left with Tab, in both directions, and has a name for screen readers", async () => {
      await openNode(page, "written");
      await focusEditor(page, EDITOR);
      assert.equal(await page.locator(`${EDITOR} textarea`).first().getAttribute("aria-label"), "HTML");
      await page.keyboard.press("Tab");
      assert.equal(await inEditor(page), false);
      await page.keyboard.press("Shift+Tab");
      assert.equal(await inEditor(page), true);
      await page.keyboard.press("Shift+Tab");
      assert.equal(await inEditor(page), false);
      assert.equal(await page.inputValue("#node-input-html"), "<h1>Large</h1>");
      await cancelDialog(page, "node");
    });

    it("is as wide as the dialog, whatever its width", async () => {
      await openNode(page, "written");
      const before = await contentWidth(page);
      const { x } = (await page.locator(".red-ui-tray").boundingBox())!;
      await page.locator(".red-ui-tray-resize-handle").hover({ position: { x: 3, y: 40 } });
      await page.mouse.down();
      await page.mouse.move(x - 200, 200, { steps: 8 });
      await page.mouse.up();
      await page.waitForFunction(
        ([editor, width]) =>
          (document.querySelector(`${editor} .monaco-editor, ${editor} .ace_content`)?.clientWidth ?? 0) >
          (width as number) + 150,
        [EDITOR, before] as const,
      );
      await screenshot(page, `html-editor-${version}-${lib}`);
      await cancelDialog(page, "node");
    });
  });
}

async function chooseSource(page: Page, type: string): Promise<void> {
  await page.locator("#post-office-html-source + .red-ui-typedInput-container .red-ui-typedInput-type-select").click();
  await page.locator(`.red-ui-typedInput-options:visible [value=${type}]`).click();
}

const inEditor = (page: Page): Promise<boolean> =>
  page.evaluate((editor) => Boolean(document.activeElement?.closest(editor)), EDITOR);

const contentWidth = (page: Page): Promise<number> =>
  page.locator(`${EDITOR} .monaco-editor, ${EDITOR} .ace_content`).evaluate((content) => content.clientWidth);

/** What Monaco keeps until an editor is disposed of; 0 with ACE. */
const models = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { monaco } = globalThis as { monaco?: { editor: { getModels(): unknown[] } } };
    return monaco?.editor.getModels().length ?? 0;
  });
