import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { cancelDialog, openConfiguration, saveDialog, screenshot } from "./support/editor";
import { configuration, tab } from "./support/flows";
import { messageAt, reason, runTest, verdict } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`The configuration's dialog in Node-RED ${version}`, () => {
    let silent: ScriptedSmtpServer;
    let page: Page;
    const editor = withEditor(async () => {
      silent = await startScriptedSmtpServer({ greeting: "silence" });
      const login = { username: "orders@example.com", password: "correct horse" };
      return {
        version,
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, port: silent.port }),
          configuration("other", { name: "Other_SMTP", port: silent.port, auth: "password", credentials: login }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => silent?.close());

    beforeEach(() => openConfiguration(page, "sales"));
    afterEach(async () => {
      if (await page.locator(".po-configuration").isVisible()) await cancelDialog(page, "config");
    });

    const cases: [field: string, value: string, message: RegExp][] = [
      ["name", "", /Is required/],
      ["name", "Sales SMTP", /only letters, digits and underscores/],
      ["name", "x".repeat(51), /at most 50/],
      ["name", "Other_SMTP", /name of another configuration/],
      ["description", "x".repeat(1001), /at most 1000/],
      ["signature", "x".repeat(251), /at most 250/],
      ["from", "orders", /one e-mail address/],
      ["replyTo", "a@example.com, b@example.com", /one e-mail address/],
      ["host", "", /Is required/],
      ["host", "smtp://localhost", /name only/],
      ["host", "localhost:25", /field of its own/],
      ["port", "70000", /1–65535/],
      ["giveUpAfter", "721", /0–720/],
      ["giveUpAfter", "", /whole number/],
      ["maxConnections", "0", /1–100/],
      ["perMinute", "many", /whole number/],
      ["attachmentFolders", "/data/reports\nreports", /one absolute path in each line/],
      ["attachmentHosts", "files.example.com, https://example.org", /“https:\/\/example\.org” is none/],
      ["attachmentHosts", "10.0.0.0/33", /is none/],
      ["connectTimeout", "601", /1–600/],
      ["timeout", "", /1–3600/],
    ];
    it("says below a field what is wrong with it as the person types, and on the button", async () => {
      for (const section of ["Attachments", "Advanced"]) await page.locator("summary", { hasText: section }).click();
      await page.fill("#post-office-test-to", "ann@example.com");
      for (const [field, value, message] of cases) {
        const input = page.locator(`#node-config-input-${field}`);
        const fine = await input.inputValue();
        await input.fill(value);
        assert.match(await messageAt(page, field), message, `${field} ${value.slice(0, 20)}`);
        assert.equal(await input.getAttribute("aria-invalid"), "true");
        assert.equal(await page.locator("#post-office-test-send").isDisabled(), true);
        assert.match(await reason(page), message);
        await input.fill(fine);
        assert.equal(await messageAt(page, field), "");
      }
      assert.equal(await page.locator("#post-office-test-send").isDisabled(), false);
    });

    it("counts description and signature", async () => {
      await page.fill("#node-config-input-description", "x".repeat(37));
      assert.equal(await page.locator("[data-counts=description]").innerText(), "37/1000");
      await page.fill("#node-config-input-signature", "✉".repeat(12));
      assert.equal(await page.locator("[data-counts=signature]").innerText(), "12/250");
    });

    it("an override needs a From", async () => {
      await page.fill("#node-config-input-from", "");
      await page.check("#node-config-input-overrideFrom");
      assert.match(await messageAt(page, "overrideFrom"), /Needs a From/);
    });

    it("Security moves a usual port, and leaves another alone", async () => {
      const port = page.locator("#node-config-input-port");
      await page.selectOption("#node-config-input-security", "tls");
      assert.equal(await port.inputValue(), String(silent.port));
      await port.fill("587");
      await page.selectOption("#node-config-input-security", "starttls");
      await page.selectOption("#node-config-input-security", "tls");
      assert.equal(await port.inputValue(), "465");
      await page.selectOption("#node-config-input-security", "none");
      assert.equal(await port.inputValue(), "25");
      assert.equal(await page.locator("#node-config-input-tls").isVisible(), false);
    });

    it("user name and password show only for a sign-in, with a warning where they may go in clear", async () => {
      const warning = page.locator("#post-office-clear-warning");
      assert.equal(await page.locator("#node-config-input-password").isVisible(), false);
      await page.click(".po-segments label:has([value=password])");
      assert.match(await warning.innerText(), /anybody in between can read it/);
      await page.selectOption("#node-config-input-security", "starttls-if-offered");
      assert.match(await warning.innerText(), /may cross the network in clear/);
      await page.selectOption("#node-config-input-security", "starttls");
      assert.equal(await warning.isVisible(), false);
      assert.match(await reason(page), /User name: Is required/);
    });

    it("says why nothing can be sent: no recipient, or no address", async () => {
      await page.fill("#post-office-test-to", "");
      assert.match(await reason(page), /Enter who gets/);
      assert.equal(await page.locator("#post-office-test-check").isDisabled(), false);
      await page.fill("#post-office-test-to", "ann");
      assert.match(await reason(page), /needs one e-mail address/);
      assert.equal(await page.locator("#post-office-test-send").isDisabled(), true);
    });

    it("Cancel ends a running test, here and at the server", async () => {
      await page.fill("#post-office-test-to", "ann@example.com");
      await page.click("#post-office-test-send");
      await silent.waitFor(() => silent.connectionsNow > 0);
      assert.equal(await page.locator("#post-office-test-send").isDisabled(), true);
      await screenshot(page, `configuration-${version}-running`);
      await page.click("#post-office-test-cancel");
      assert.match(await verdict(page), /Cancelled/);
      await silent.waitFor(() => silent.connectionsNow === 0);
      assert.equal(await page.locator("#post-office-test-send").isDisabled(), false);
    });

    it("closing the dialog ends a running test as well", async () => {
      await page.click("#post-office-test-check");
      await silent.waitFor(() => silent.connectionsNow > 0);
      await cancelDialog(page, "config");
      await silent.waitFor(() => silent.connectionsNow === 0);
    });

    it("asks for a stored password again once the server changed, at the field", async () => {
      await cancelDialog(page, "config");
      await openConfiguration(page, "other");
      await page.fill("#node-config-input-host", "127.0.0.1");
      await runTest(page, "check");
      assert.match(await messageAt(page, "password"), /Asked again because the server/);
      assert.match(await verdict(page), /Nothing was sent/);
      await screenshot(page, `configuration-${version}-ask-again`);
      await page.fill("#node-config-input-password", "new");
      assert.equal(await messageAt(page, "password"), "");
    });

    it("a found field leads to itself, and its section opens", async () => {
      await page.fill("#node-config-input-port", "1");
      await page.locator("summary", { hasText: "Server" }).click();
      assert.equal(await page.locator("#node-config-input-port").isVisible(), false);
      await runTest(page, "check");
      await page.locator(".po-finding button").click();
      const focused = await page.evaluate(() => document.activeElement?.id);
      assert.match(focused ?? "", /node-config-input-(host|port)/);
    });

    it("marks a result as old once the form changes", async () => {
      await page.fill("#node-config-input-port", "1");
      await runTest(page, "check");
      assert.equal(await page.locator(".po-stale-note").isVisible(), false);
      await page.fill("#node-config-input-port", "2");
      await page.getByText("The form has changed since this test.").waitFor();
    });

    it("an invalid configuration that is saved is flagged", async () => {
      await page.fill("#node-config-input-host", "");
      await saveDialog(page, "config");
      const errors = await page.evaluate(() => {
        const { RED } = globalThis as unknown as {
          RED: { nodes: { node(id: string): { validationErrors: string[] } } };
        };
        return RED.nodes.node("sales").validationErrors;
      });
      assert.deepEqual(errors, ["Host: Is required."]);
    });
  });
}
