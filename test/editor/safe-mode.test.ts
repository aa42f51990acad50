import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type MailServer, startMailServer } from "../support/mail-server";
import {
  cancelDialog,
  nodeInEditor,
  openConfiguration,
  openNode,
  overflowing,
  saveDialog,
  screenshot,
} from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { ONE_LOOK_EACH } from "./support/looks";
import { line, press, row, showOutbox } from "./support/outbox-tab";
import { messageAt, reason } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

for (const { version, dark } of ONE_LOOK_EACH) {
  const name = `safe-mode-${version}-${dark ? "dark" : "light"}`;

  describe(`Safe mode in Node-RED ${version}, ${dark ? "dark" : "light"}`, () => {
    let mail: MailServer;
    let page: Page;
    const editor = withEditor(async () => {
      mail = await startMailServer();
      const server = { port: mail.port, outbox: "memory" };
      const safe = { safeMode: "redirect", redirectTo: "tests@example.com" };
      const order = (id: string) => inject(id, { to: "ann@example.org", topic: `Order ${id}`, payload: "x" });
      return {
        version,
        window: { dark, height: 1300 },
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, ...server, ...safe }),
          configuration("news", { name: "News_SMTP", ...server, safeMode: "dry-run" }),
          configuration("plain", { name: "Plain_SMTP", ...server }),
          configuration("env", { name: "Env_SMTP", ...server, safeMode: "${MAIL_SAFE_MODE}" }),
          { ...order("redirected"), wires: [["orders"]] },
          { ...order("dry"), y: 200, wires: [["letters"]] },
          step("orders"),
          { ...step("letters", { smtpConfig: "news" }), y: 200 },
          { ...step("real", { smtpConfig: "plain" }), y: 300 },
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    const warning = () => page.locator("#post-office-safe-mode");

    it("is a badge in the name of each configuration that has it", async () => {
      assert.deepEqual(await Promise.all(["sales", "news", "plain", "env"].map((id) => labelOf(page, id))), [
        "Sales_SMTP ★ default ⚠ redirect",
        "News_SMTP ⚠ dry run",
        "Plain_SMTP",
        "Env_SMTP ⚠ ${MAIL_SAFE_MODE}",
      ]);
    });

    it("is said at the top of the configuration's dialog, as it is chosen below", async () => {
      await openConfiguration(page, "sales");
      assert.equal(
        await warning().innerText(),
        "Safe mode is on: all mails go to tests@example.com instead of their recipients.",
      );
      await screenshot(page, `${name}-top`, ".red-ui-tray");
      await page.locator("#node-config-input-allowedDomains").scrollIntoViewIfNeeded();
      await screenshot(page, `${name}-fields`, ".red-ui-tray");
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      await page.selectOption("#node-config-input-safeMode", "dry-run");
      assert.match(await warning().innerText(), /but none is sent/);
      assert.equal(await page.locator("#node-config-input-redirectTo").isVisible(), false);
      assert.match(await page.innerText("#post-office-safeMode-hint"), /without a connection/);
      await page.selectOption("#node-config-input-safeMode", "send");
      assert.equal(await warning().isVisible(), false);
      await cancelDialog(page, "config");
      await openConfiguration(page, "env");
      assert.match(await warning().innerText(), /environment variable MAIL_SAFE_MODE/);
      assert.equal(await page.locator("#node-config-input-redirectTo").isVisible(), true);
      assert.equal(await nodeInEditor(page, "env", "valid"), true);
      await cancelDialog(page, "config");
    });

    it("asks for the address of a redirect, and for domains that are some", async () => {
      await openConfiguration(page, "plain");
      assert.equal(await warning().isVisible(), false);
      await page.selectOption("#node-config-input-safeMode", "redirect");
      await page.fill("#node-config-input-redirectTo", "nobody");
      await page.fill("#node-config-input-allowedDomains", "@example.com");
      await page.locator("#node-config-input-name").focus();
      assert.match(await messageAt(page, "redirectTo"), /one e-mail address/);
      assert.match(await messageAt(page, "allowedDomains"), /example\.com or \*\.example\.com/);
      await page.fill("#node-config-input-redirectTo", "tests@example.com");
      await page.fill("#node-config-input-allowedDomains", "example.org");
      await page.locator("#node-config-input-name").focus();
      assert.match(await messageAt(page, "redirectTo"), /one of the allowed domains/);
      await page.fill("#node-config-input-allowedDomains", "example.org, example.com");
      await saveDialog(page, "config");
      assert.equal(await labelOf(page, "plain"), "Plain_SMTP ⚠ redirect");
      assert.equal(await nodeInEditor(page, "plain", "valid"), true);
    });

    it("is said beside the test, which goes where it is asked to go", async () => {
      await openConfiguration(page, "sales");
      await page.fill("#post-office-test-to", "me@example.com");
      assert.match(await reason(page), /^me@example\.com gets a real test mail .* in safe mode too\.$/);
      await cancelDialog(page, "config");
    });

    it("stands in the step's dialog, and above the result of its test", async () => {
      await openNode(page, "orders");
      assert.match(await page.innerText("#post-office-through"), /^Through localhost:.* ⚠ redirect$/);
      await page.fill("#post-office-sample-to", "me@example.com");
      await page.click("#post-office-sample-send");
      await page.locator("#post-office-sample-result .po-safe-mode").waitFor();
      assert.match(await page.innerText(".po-safe-mode"), /Safe mode of Sales_SMTP is on/);
      assert.deepEqual(mail.mails.at(-1)?.envelope.to, ["me@example.com"]);
      assert.deepEqual(await overflowing(page, ".post-office-step"), []);
      await screenshot(page, `${name}-step`, ".red-ui-tray");
      await cancelDialog(page, "node");
    });

    it("is below the step, and marks configurations and mails in the tab Outbox", async () => {
      await press(editor.red, "redirected");
      await press(editor.red, "dry");
      await page.getByText(/^redirected \d/).waitFor();
      await page.getByText(/^dry run, not sent \d/).waitFor();
      assert.deepEqual(mail.mails.at(-1)?.envelope.to, ["tests@example.com"]);
      await showOutbox(page);
      await row(page, "Order redirected").getByText("redirected", { exact: false }).first().waitFor();
      await row(page, "Order dry").getByText("dry run").waitFor();
      assert.equal(await line(page, "Sales_SMTP").locator(".po-safe").innerText(), "⚠ redirect");
      assert.equal(await line(page, "News_SMTP").locator(".po-safe").innerText(), "⚠ dry run");
      assert.equal(await line(page, "Plain_SMTP").locator(".po-safe").isVisible(), false);
      await screenshot(page, `${name}-outbox`);
    });
  });
}

function labelOf(page: Page, id: string): Promise<string> {
  return page.evaluate((node) => {
    const { RED } = globalThis as unknown as {
      RED: { nodes: { node(id: string): { _def: { label: (this: unknown) => string } } } };
    };
    const found = RED.nodes.node(node);
    return found._def.label.call(found);
  }, id);
}
