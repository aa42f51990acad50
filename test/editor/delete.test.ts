import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { invoke, isDirty, names, redo, undo, untilNames, userCount } from "./support/configurations";
import {
  cancelDialog,
  clickNoticesAway,
  deploy,
  nodeInEditor,
  openConfiguration,
  saveDialog,
  screenshot,
} from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { withEditor } from "./support/with-editor";

const all = ["Alerts", "Free", "Main", "Sales"];
const login = { username: "orders@example.com", password: "correct horse" };

for (const version of [4, 5] as const) {
  describe(`Delete in the editor of Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor({
      version,
      window: { dark: version === 5 },
      flows: [
        tab,
        configuration("main", { name: "Main", isDefault: true }),
        configuration("sales", { name: "Sales", auth: "password", credentials: login }),
        configuration("alerts", { name: "Alerts" }),
        configuration("free", { name: "Free" }),
        step("first", { smtpConfig: "sales" }),
        step("second", { smtpConfig: "sales" }),
        step("third", { smtpConfig: "alerts" }),
        step("other"),
      ],
    });
    before(() => {
      ({ page } = editor);
    });

    it("a configuration that nobody uses goes without a question", async () => {
      await openConfiguration(page, "free");
      await pressDelete(page);
      await untilClosed(page);
      await untilNames(page, ["Alerts", "Main", "Sales"]);
      assert.equal(await question(page).count(), 0);
      await undo(page);
      await untilNames(page, all);
    });

    it("where steps use it, the question says how many and what becomes of them", async () => {
      await openConfiguration(page, "sales");
      await pressDelete(page);
      await question(page).waitFor();
      const text = await question(page).innerText();
      assert.match(text, /Delete Sales\?/);
      assert.match(text, /2 steps use it\. Without it, mails go out through the default, Main,/);
      assert.match(text, /Undo brings it back/);
      assert.doesNotMatch(text, /It is the default/);
      await screenshot(page, `delete-${version}-used`);
    });

    it("Tab stays in the question; Escape leaves the dialog and all else as it was", async () => {
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Cancel");
      assert.equal(await question(page).evaluate((box) => box.scrollTop), 0);
      for (const expected of ["Delete", "Cancel"]) {
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement?.textContent), expected);
      }
      await page.keyboard.press("Escape");
      await question(page).waitFor({ state: "detached" });
      assert.ok(await page.isVisible("#node-config-input-name"));
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Delete");
      assert.deepEqual(await names(page), all);
      assert.equal(await nodeInEditor(page, "first", "smtpConfig"), "sales");
    });

    it("Cancel does so too, and the dialog can be saved afterwards", async () => {
      await page.keyboard.press("Enter");
      await answer(page, "Cancel");
      await page.fill("#node-config-input-description", "For orders");
      await saveDialog(page, "config");
      assert.equal(await nodeInEditor(page, "sales", "description"), "For orders");
      await undo(page);
    });

    it("agreed, it goes, and one undo brings it back with its steps and its secret", async () => {
      await deletePressed(page, "sales");
      await untilNames(page, ["Alerts", "Free", "Main"]);
      assert.deepEqual(await references(page), ["", "", "alerts"]);
      await undo(page);
      await untilNames(page, all);
      assert.deepEqual(await references(page), ["sales", "sales", "alerts"]);
      assert.equal(await userCount(page, "sales"), 2);
      assert.deepEqual(await nodeInEditor(page, "sales", "validationErrors"), []);
    });

    it("redo deletes it again, out of the steps too, and undo brings all back once more", async () => {
      await redo(page);
      await untilNames(page, ["Alerts", "Free", "Main"]);
      assert.deepEqual(await references(page), ["", "", "alerts"]);
      assert.equal(await nodeInEditor(page, "first", "changed"), true);
      await undo(page);
      await untilNames(page, all);
      assert.deepEqual(await references(page), ["sales", "sales", "alerts"]);
      assert.equal(await userCount(page, "sales"), 2);
      assert.equal(Boolean(await nodeInEditor(page, "first", "changed")), false);
      assert.equal(await isDirty(page), false);
    });

    it("deleted and brought back before a deploy, it keeps the stored secret", async () => {
      await openConfiguration(page, "free");
      await page.fill("#node-config-input-description", "Something to deploy");
      await saveDialog(page, "config");
      await deploy(page);
      const stored = await (await editor.red.fetch("credentials/smtp-config/sales")).json();
      assert.deepEqual([stored.username, stored.has_password], [login.username, true]);
    });

    it("a secret that was typed and not deployed yet comes back as well", async () => {
      await openConfiguration(page, "sales");
      await page.fill("#node-config-input-password", "battery staple");
      await saveDialog(page, "config");
      await deletePressed(page, "sales");
      await undo(page);
      await untilNames(page, all);
      await openConfiguration(page, "sales");
      assert.equal(await page.inputValue("#node-config-input-password"), "battery staple");
      await cancelDialog(page, "config");
      await undo(page);
    });

    it("of the default the question says so, and undo gives it back its mark", async () => {
      await openConfiguration(page, "main");
      await pressDelete(page);
      const text = await question(page).innerText();
      assert.match(text, /It is the default: steps without a configuration of their own cannot send/);
      assert.doesNotMatch(text, /use it/);
      await answer(page, "Delete");
      await untilClosed(page);
      await untilNames(page, ["Alerts", "Free", "Sales"]);
      await page.getByText("Main was the default configuration for mails").waitFor();
      assert.equal(await nodeInEditor(page, "other", "valid"), false);
      await undo(page);
      await untilNames(page, all);
      assert.equal(await nodeInEditor(page, "main", "isDefault"), true);
      await page
        .getByText("Main was the default configuration for mails")
        .waitFor({ state: "detached", timeout: 5000 });
      await page.waitForFunction(() => {
        const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): { valid: boolean } } } };
        return RED.nodes.node("other").valid;
      });
    });

    it("where the default goes with it, the question does not promise that mails go through the default", async () => {
      await selectInSidebar(page, ["Main ★ default", "Alerts"]);
      await page.keyboard.press("Delete");
      const text = await question(page).innerText();
      assert.match(text, /Delete .*Main/);
      assert.match(text, /Alerts: One step uses it\. Without it, no mail goes out there/);
      assert.match(text, /Main: It is the default/);
      await screenshot(page, `delete-${version}-sidebar`);
      await answer(page, "Cancel");
      assert.deepEqual(await names(page), all);
    });

    it("the sidebar deletes what was agreed to, in one undo step with its redo", async () => {
      await selectInSidebar(page, ["Sales", "Free"]);
      await page.keyboard.press("Delete");
      await answer(page, "Delete");
      await untilNames(page, ["Alerts", "Main"]);
      assert.deepEqual(await references(page), ["", "", "alerts"]);
      await undo(page);
      await untilNames(page, all);
      assert.deepEqual(await references(page), ["sales", "sales", "alerts"]);
      await redo(page);
      await untilNames(page, ["Alerts", "Main"]);
      assert.deepEqual(await references(page), ["", "", "alerts"]);
      await undo(page);
      await untilNames(page, all);
      assert.deepEqual(await references(page), ["sales", "sales", "alerts"]);
    });

    it("the sidebar asks nothing about what nobody uses", async () => {
      await selectInSidebar(page, ["Free"]);
      await page.keyboard.press("Delete");
      await untilNames(page, ["Alerts", "Main", "Sales"]);
      assert.equal(await question(page).count(), 0);
      await undo(page);
    });

    it("brought back after a deploy, its secret is asked for again instead of being shown as dots", async () => {
      await deletePressed(page, "sales");
      await untilNames(page, ["Alerts", "Free", "Main"]);
      await deploy(page);
      await undo(page);
      await page.getByText("Sales is back, but its secrets are not").waitFor();
      assert.match(String(await nodeInEditor(page, "sales", "validationErrors")), /Password: Is required/);
      assert.deepEqual(await references(page), ["sales", "sales", "alerts"]);
      await openConfiguration(page, "sales");
      assert.equal(await page.inputValue("#node-config-input-password"), "");
      assert.equal(await page.inputValue("#node-config-input-username"), login.username);
      await cancelDialog(page, "config");
    });
  });
}

function question(page: Page) {
  return page.getByRole("alertdialog");
}

async function answer(page: Page, word: string): Promise<void> {
  await question(page).getByRole("button", { name: word }).click();
  await question(page).waitFor({ state: "detached" });
}

async function pressDelete(page: Page): Promise<void> {
  await clickNoticesAway(page);
  await page.locator(".red-ui-tray-toolbar .leftButton").click();
}

async function deletePressed(page: Page, id: string): Promise<void> {
  await openConfiguration(page, id);
  await pressDelete(page);
  await answer(page, "Delete");
  await untilClosed(page);
}

/** The dialog slides out, and has buttons of its own until it is gone. */
async function untilClosed(page: Page): Promise<void> {
  await page.locator(".red-ui-tray").waitFor({ state: "detached" });
}

async function references(page: Page): Promise<unknown[]> {
  return Promise.all(["first", "second", "third"].map((id) => nodeInEditor(page, id, "smtpConfig")));
}

async function selectInSidebar(page: Page, labels: string[]): Promise<void> {
  await invoke(page, "core:show-config-tab");
  for (const [at, label] of labels.entries()) {
    const entry = page.locator(".red-ui-palette-node-config", { has: page.getByText(label, { exact: true }) });
    await entry.click({ modifiers: at === 0 ? [] : ["Control"] });
  }
  await page.focus("#red-ui-sidebar-node-config");
}
