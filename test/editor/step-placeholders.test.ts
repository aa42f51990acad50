import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type MailServer, startMailServer } from "../support/mail-server";
import { cancelDialog, nodeInEditor, openNode, saveDialog, screenshot } from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { ONE_LOOK_EACH } from "./support/looks";
import { withEditor } from "./support/with-editor";

const list = "<ul>\n{{#payload.items}}\n<li>{{name}}: {{count}}</li>\n{{/payload.items}}\n</ul>";

for (const { version, dark } of ONE_LOOK_EACH) {
  const name = `placeholders-${version}-${dark ? "dark" : "light"}`;

  describe(`Placeholders, lists and bounces in the step of Node-RED ${version}, ${dark ? "dark" : "light"}`, () => {
    let mail: MailServer;
    let page: Page;
    const editor = withEditor(async () => {
      mail = await startMailServer();
      const written = {
        subject: "Order {{payload.id}}",
        subjectType: "str",
        bodyType: "html",
        htmlType: "str",
      } as const;
      return {
        version,
        window: { dark, height: 1600 },
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, port: mail.port }),
          step("plain"),
          step("written", { ...written, html: `<p>Dear {{payload.name}}{{flow.none}},</p>\n${list}` }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    const row = () => page.locator("#post-office-placeholders");
    const message = () => page.locator("#post-office-placeholders-message").innerText();

    it("are offered only where something is written in the step", async () => {
      await openNode(page, "plain");
      assert.equal(await row().isVisible(), false);
      await page
        .locator("#post-office-text-source + .red-ui-typedInput-container .red-ui-typedInput-type-select")
        .click();
      await page.locator(".red-ui-typedInput-options:visible").getByText("written here").click();
      assert.equal(await row().isVisible(), true);
      assert.equal(await page.isChecked("#node-input-fillPlaceholders"), true);
      assert.equal(await page.locator("#node-input-text").getAttribute("placeholder"), "Dear {{payload.name}}, …");
      await cancelDialog(page, "node");
    });

    it("have a sample message proposed, and a preview filled with it that says what is missing", async () => {
      await openNode(page, "written");
      await page.click("#post-office-sample-preview");
      await page.waitForSelector("#post-office-sample-result .po-mail");
      const shown = await page.locator(".po-mail").innerText();
      assert.match(shown, /^Order 4711/);
      await page.locator(".po-mail .po-segments").getByText("Text", { exact: true }).click();
      assert.match(await page.locator(".po-mail-text").innerText(), /^Dear Ann,\n\n \* Ann: 2/);
      assert.equal(await page.locator("#post-office-sample-result.po-stale").count(), 0, "only the view has changed");
      await page.getByText("No value with this sample: {{flow.none}}.").waitFor();
      await screenshot(page, name, ".red-ui-tray");
      await cancelDialog(page, "node");
    });

    it("that are not closed are shown at once, and the step is not valid until they are or are switched off", async () => {
      await openNode(page, "plain");
      await page
        .locator("#post-office-text-source + .red-ui-typedInput-container .red-ui-typedInput-type-select")
        .click();
      await page.locator(".red-ui-typedInput-options:visible").getByText("written here").click();
      await page.fill("#node-input-text", "Dear {{payload.name");
      assert.equal(await message(), "Text: {{payload.name is not closed, or closes nothing.");
      await screenshot(page, `${name}-loose`, ".red-ui-tray");
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "plain", "valid"), false);
      await openNode(page, "plain");
      await page.uncheck("#node-input-fillPlaceholders");
      assert.equal(await message(), "");
      assert.equal(await page.locator("#node-input-failOnMissing").isVisible(), false);
      await saveDialog(page, "node");
      assert.deepEqual(
        [await nodeInEditor(page, "plain", "valid"), await nodeInEditor(page, "plain", "fillPlaceholders")],
        [true, false],
      );
    });

    it("stay away until they are wanted: References, Unsubscribe and Bounces to", async () => {
      await openNode(page, "written");
      await page.locator("#post-office-more > summary").click();
      for (const field of ["references", "listUnsubscribe", "bounceTo"]) {
        const input = page.locator(`[data-optional=${field}] .red-ui-typedInput-input`);
        assert.equal(await input.isVisible(), false);
        await page.click(`[data-adds=${field}]`);
        assert.notEqual(await input.getAttribute("placeholder"), "");
      }
      const fill = (field: string, value: string) =>
        page.locator(`[data-optional=${field}] .red-ui-typedInput-input`).fill(value);
      await fill("listUnsubscribe", "https://example.com/leave");
      await fill("bounceTo", "bounces@example.com");
      await page.locator("[data-optional=references] .po-remove").click();
      await screenshot(page, `${name}-delivery`, ".red-ui-tray");
      await page.fill("#post-office-sample-to", "me@example.com");
      await page.click("#post-office-sample-send");
      await page.waitForSelector("#post-office-sample-result .po-mail");
      const head = await page.locator(".po-mail-head").innerText();
      assert.match(head, /Bounces to\s+bounces@example\.com/);
      assert.match(head, /List-Unsubscribe: <https:\/\/example\.com\/leave>\nList-Unsubscribe-Post: /);
      assert.equal(mail.mails[0]?.envelope.from, "bounces@example.com");
      assert.equal(mail.mails[0]?.parsed.subject, "[Test] Order 4711");
      await saveDialog(page, "node");
      await openNode(page, "written");
      assert.equal(await page.locator("[data-optional=bounceTo]").isVisible(), true, "what is used is shown");
      assert.equal(await page.locator("[data-optional=references]").isVisible(), false);
      await cancelDialog(page, "node");
    });
  });
}
