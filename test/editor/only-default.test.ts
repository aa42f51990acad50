import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { idsByName, isDirty, names, redo, undo } from "./support/configurations";
import {
  cancelDialog,
  nodeInEditor,
  openConfiguration,
  openEditor,
  openNode,
  saveDialog,
  screenshot,
} from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { messageAt } from "./support/test-panel";
import { withBrowser, withEditor } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`The one default in the editor of Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor({
      version,
      flows: [
        tab,
        configuration("old", { name: "Old_SMTP", isDefault: true, port: 2525 }),
        configuration("new", { name: "New_SMTP", port: 2526 }),
        step("send1"),
      ],
    });
    before(() => {
      ({ page } = editor);
    });

    it("a second default switches the first one off, and says so", async () => {
      await openConfiguration(page, "new");
      await page.check("#node-config-input-isDefault");
      await saveDialog(page, "config");
      await page.getByText("New_SMTP is the default now, in place of Old_SMTP.").waitFor();
      assert.deepEqual(await defaults(page), { old: false, new: true });
      assert.deepEqual(await flags(page), { old: [true, true], new: [true, true] });
    });

    it("one undo restores both, one redo sets it again", async () => {
      await page.keyboard.press("Control+z");
      await untilDefault(page, "old");
      assert.deepEqual(await defaults(page), { old: true, new: false });
      assert.deepEqual(await flags(page), { old: [false, true], new: [false, true] });
      assert.equal(await isDirty(page), false);
      await page.keyboard.press("Control+y");
      await untilDefault(page, "new");
      assert.deepEqual(await defaults(page), { old: false, new: true });
      assert.deepEqual(await flags(page), { old: [true, true], new: [true, true] });
      assert.equal(await isDirty(page), true);
      await undo(page);
      assert.deepEqual(await defaults(page), { old: true, new: false });
      await redo(page);
      assert.deepEqual(await defaults(page), { old: false, new: true });
    });

    it("a step without a configuration names the default, and the list marks it", async () => {
      await openNode(page, "send1");
      await page.getByText("Default: New_SMTP").waitFor({ state: "attached" });
      await page.getByText("New_SMTP ★ default").first().waitFor({ state: "attached" });
      await cancelDialog(page, "node");
    });

    it("a new configuration that takes the default gives it back in one undo, and takes it again in one redo", async () => {
      await page.evaluate(() => {
        const { RED } = globalThis as unknown as { RED: { editor: { editConfig(...args: string[]): void } } };
        RED.editor.editConfig("", "smtp-config", "_ADD_");
      });
      await page.waitForSelector(".po-configuration");
      assert.equal(await page.isChecked("#node-config-input-isDefault"), false);
      await page.fill("#node-config-input-name", "Third_SMTP");
      await page.fill("#node-config-input-host", "localhost");
      await page.click(".po-segments label:has([value=none])");
      await page.check("#node-config-input-isDefault");
      await saveDialog(page, "config");
      await page.getByText("Third_SMTP is the default now").waitFor();
      assert.deepEqual(await defaults(page), { old: false, new: false });
      await page.keyboard.press("Control+z");
      await untilDefault(page, "new");
      await redo(page);
      const third = (await idsByName(page)).Third_SMTP ?? "";
      assert.deepEqual(await defaults(page), { old: false, new: false });
      assert.equal(await nodeInEditor(page, third, "isDefault"), true);
      await undo(page);
      assert.deepEqual(await names(page), ["New_SMTP", "Old_SMTP"]);
      assert.deepEqual(await defaults(page), { old: false, new: true });
    });

    it("when the default is disabled, the editor says that another must be chosen, and the step is invalid", async () => {
      await openConfiguration(page, "new");
      await page.locator(".red-ui-tray-footer-left .red-ui-button:has(.fa-circle-thin)").click();
      await saveDialog(page, "config");
      await page.getByText("New_SMTP was the default configuration for mails").waitFor();
      assert.equal(await nodeInEditor(page, "send1", "valid"), false);
      await page.keyboard.press("Control+z");
      await page.waitForFunction(() => {
        const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): { valid: boolean } } } };
        return RED.nodes.node("send1").valid;
      });
    });

    it("when the default is deleted, the editor says that another must be chosen", async () => {
      await page.reload();
      await page.waitForFunction(() => {
        const { RED } = globalThis as unknown as { RED?: { nodes: { node(id: string): unknown } } };
        return RED?.nodes.node("old");
      });
      await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
      await openConfiguration(page, "old");
      await page.locator(".red-ui-tray-toolbar .leftButton").click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
      await page.getByText("Old_SMTP was the default configuration for mails").waitFor();
      await screenshot(page, `only-default-${version}-gone`);
    });

    it("two imported defaults are both flagged, with the other's name, until one is saved", async () => {
      await editor.red.deploy([
        tab,
        configuration("a", { name: "A_SMTP", isDefault: true, port: 2525 }),
        configuration("b", { name: "B_SMTP", isDefault: true, port: 2526 }),
      ]);
      await page.reload();
      await page.waitForFunction(() => {
        const { RED } = globalThis as unknown as {
          RED?: { nodes: { node(id: string): { valid?: boolean } | undefined } };
        };
        return RED?.nodes.node("a")?.valid === false && RED?.nodes.node("b")?.valid === false;
      });
      await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
      assert.match(String(await nodeInEditor(page, "a", "validationErrors")), /B_SMTP is marked as default as well/);
      assert.match(String(await nodeInEditor(page, "b", "validationErrors")), /A_SMTP is marked as default as well/);
      await openConfiguration(page, "b");
      assert.match(await messageAt(page, "isDefault"), /A_SMTP is marked as default/);
      await screenshot(page, `only-default-${version}-imported`);
      await saveDialog(page, "config");
      await page.waitForFunction(() => {
        const { RED } = globalThis as unknown as {
          RED: { nodes: { node(id: string): { valid?: boolean; isDefault: boolean } } };
        };
        const [a, b] = [RED.nodes.node("a"), RED.nodes.node("b")];
        return a.valid && b.valid && !a.isDefault && b.isDefault;
      });
    });
  });
}

describe("A notice of the editor", () => {
  const hostile = '<img src="x" data-hostile>';
  const started = withBrowser(async () => {
    const imported = configuration("old", { name: hostile, isDefault: true });
    return { version: 4, flows: [tab, imported, configuration("new", { name: "New_SMTP" })] };
  });

  it("shows the name of a configuration as a text, whatever an imported flow calls it", async () => {
    const { page } = await openEditor(started.browser, started.red.url);
    await openConfiguration(page, "new");
    await page.check("#node-config-input-isDefault");
    await saveDialog(page, "config");
    await page.getByText(`in place of ${hostile}`).waitFor();
    assert.equal(await page.locator(".red-ui-notification [data-hostile]").count(), 0);
  });
});

function untilDefault(page: Page, id: string): Promise<unknown> {
  return page.waitForFunction((wanted) => {
    const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): { isDefault: boolean } } } };
    return RED.nodes.node(wanted).isDefault;
  }, id);
}

async function defaults(page: Page) {
  return { old: await nodeInEditor(page, "old", "isDefault"), new: await nodeInEditor(page, "new", "isDefault") };
}

/** [changed, valid] of both configurations. */
async function flags(page: Page) {
  const of = async (id: string) => [
    Boolean(await nodeInEditor(page, id, "changed")),
    await nodeInEditor<boolean>(page, id, "valid"),
  ];
  return { old: await of("old"), new: await of("new") };
}
