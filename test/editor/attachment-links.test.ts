import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { violations } from "./support/accessibility";
import {
  cancelDialog,
  nodeInEditor,
  openConfiguration,
  openNode,
  overflowing,
  saveDialog,
  screenshot,
} from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { hintAt } from "./support/form";
import { messageAt } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const LINK_FIELDS = ["linkBaseUrl", "linkDays"];

describe("Attachments as links in the dialogs of Node-RED 5", () => {
  let page: Page;
  const editor = withEditor(async () => {
    const links = { attachmentLinks: "always", linkBaseUrl: "https://flows.example.com" };
    return {
      version: 5,
      window: { dark: true, height: 1500 },
      flows: [
        tab,
        configuration("plain", { name: "Plain_SMTP", isDefault: true }),
        configuration("linked", { name: "Linked_SMTP", ...links }),
        step("orders", {
          smtpConfig: "linked",
          attachments: '[{"filename":"a.txt","content":"x"}]',
          attachmentsType: "json",
        }),
      ],
    };
  });
  before(() => {
    ({ page } = editor);
  });

  const shown = async (): Promise<string[]> => {
    const fields = ["maxAttachmentSize", ...LINK_FIELDS];
    const visible = await Promise.all(fields.map((field) => page.isVisible(`#node-config-input-${field}`)));
    return fields.filter((_, at) => visible[at]);
  };

  it("show the fields that a choice needs, and what is wrong with them", async () => {
    await openConfiguration(page, "plain");
    await page.locator("summary", { hasText: "Attachments" }).click();
    assert.deepEqual(await shown(), ["maxAttachmentSize"]);
    await page.selectOption("#node-config-input-attachmentLinks", "always");
    assert.deepEqual(await shown(), LINK_FIELDS);
    assert.match(await page.innerText("#post-office-attachmentLinks-hint"), /Files are kept here/);
    await page.selectOption("#node-config-input-attachmentLinks", "above-limit");
    assert.deepEqual(await shown(), ["maxAttachmentSize", ...LINK_FIELDS]);
    assert.match(await messageAt(page, "maxAttachmentSize"), /Is required/);
    assert.match(await messageAt(page, "linkBaseUrl"), /Is required/);
    await page.fill("#node-config-input-maxAttachmentSize", "10");
    await page.fill("#node-config-input-linkBaseUrl", "flows.example.com");
    await page.locator("#node-config-input-linkDays").focus();
    assert.match(await messageAt(page, "linkBaseUrl"), /such as https:\/\/flows\.example\.com/);
    await page.fill("#node-config-input-linkBaseUrl", "http://flows.example.com");
    assert.equal(await messageAt(page, "linkBaseUrl"), "");
    assert.match(await hintAt(page, "linkBaseUrl"), /everybody on the way can read/);
    await page.fill("#node-config-input-linkBaseUrl", "https://flows.example.com");
    assert.match(await hintAt(page, "linkBaseUrl"), /HTTP nodes are reached from outside/);
    assert.deepEqual(await overflowing(page, ".po-configuration"), []);
    assert.deepEqual(await violations(page, "details:has(#node-config-input-attachmentLinks)"), []);
    await screenshot(page, "attachment-links", ".red-ui-tray");
    await saveDialog(page, "config");
    assert.equal(await nodeInEditor(page, "plain", "valid"), true);
    assert.equal(await nodeInEditor(page, "plain", "maxAttachmentSize"), "10");
  });

  it("show in the preview what would go as a link", async () => {
    await openNode(page, "orders");
    await page.click("#post-office-sample-preview");
    await page.getByText("a.txt (1 B, as a link)").waitFor();
    assert.match(
      await page.innerText(".po-mail-text"),
      /https:\/\/flows\.example\.com\/post-office\/files\/not-kept\/a\.txt/,
    );
    await cancelDialog(page, "node");
  });
});
