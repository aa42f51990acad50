import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { createTestCa, issueCertificate } from "../support/certificates";
import { type MailServer, startMailServer } from "../support/mail-server";
import { cancelDialog, openConfiguration, openNode, overflowing, screenshot } from "./support/editor";
import { configuration, step, tab, trusting } from "./support/flows";
import { ALL_LOOKS } from "./support/looks";
import { runTest } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const account = { user: "orders@example.com", pass: "correct horse" };
for (const { version, dark } of ALL_LOOKS) {
  const name = `looks-${version}-${dark ? "dark" : "light"}`;

  describe(`The look in Node-RED ${version}, ${dark ? "dark" : "light"}`, () => {
    let mail: MailServer;
    let page: Page;
    const editor = withEditor(async () => {
      const ca = await createTestCa("Example Root CA");
      const { cert, key } = await issueCertificate(ca, { hosts: ["localhost"] });
      mail = await startMailServer({ tls: { cert, key }, accounts: [account] });
      const sales = { name: "Sales_SMTP", isDefault: true, fromName: "Example Orders", port: mail.port, tls: "tls1" };
      const login = { username: account.user, password: account.pass };
      return {
        version,
        window: { dark, height: 1150 },
        flows: [
          tab,
          trusting("tls1", ca.cert),
          configuration("sales", { ...sales, security: "starttls", auth: "password", credentials: login }),
          step("send1", { subject: "Your order is on its way", subjectType: "str", bodyType: "both", html: "html" }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    it("the theme is the one asked for", async () => {
      assert.equal(await page.locator("html.nr-theme-dark").count(), dark ? 1 : 0);
    });

    it("the step's dialog fits", async () => {
      await openNode(page, "send1");
      await page.getByText("Through localhost").waitFor();
      await page.click('[data-adds="cc"]');
      assert.deepEqual(await overflowing(page, ".post-office-step"), []);
      await screenshot(page, `${name}-step`, ".red-ui-tray");
      await screenshot(page, `${name}-flow`);
      await cancelDialog(page, "node");
    });

    it("the configuration's dialog fits, filled, with mistakes and with results", async () => {
      await openConfiguration(page, "sales");
      await page.fill("#post-office-test-to", "ann@example.com");
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      await screenshot(page, `${name}-configuration`, ".red-ui-tray");
      await runTest(page, "send");
      await page.locator(".po-details").scrollIntoViewIfNeeded();
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      await screenshot(page, `${name}-passed`, ".red-ui-tray");

      await page.fill("#node-config-input-password", "wrong");
      await runTest(page, "check");
      await page.locator(".po-details").scrollIntoViewIfNeeded();
      await screenshot(page, `${name}-failed`, ".red-ui-tray");

      await page.fill("#node-config-input-name", "Sales SMTP");
      await page.selectOption("#node-config-input-security", "none");
      await page.locator("summary", { hasText: "Advanced" }).click();
      await page.fill("#node-config-input-timeout", "0");
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      await page.locator("#post-office-clear-warning").scrollIntoViewIfNeeded();
      await screenshot(page, `${name}-mistakes`, ".red-ui-tray");
      await cancelDialog(page, "config");
    });

    it("both dialogs use a wide tray", async () => {
      await openConfiguration(page, "sales");
      const handle = page.locator(".red-ui-tray-resize-handle");
      await handle.hover({ position: { x: 3, y: 40 } });
      const { x, width } = (await page.locator(".red-ui-tray").boundingBox())!;
      await page.mouse.down();
      await page.mouse.move(x - 250, 200, { steps: 8 });
      await page.mouse.up();
      assert.ok((await page.locator(".red-ui-tray").boundingBox())!.width > width + 150);
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      await screenshot(page, `${name}-wide`, ".red-ui-tray");
      await cancelDialog(page, "config");
    });
  });
}
