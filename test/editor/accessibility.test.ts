import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { RawSendEmail } from "../../src/settings/send-email-raw";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { violations } from "./support/accessibility";
import { cancelDialog, openConfiguration, openNode } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { chooseSegment } from "./support/form";
import { ALL_LOOKS } from "./support/looks";
import { line, press, row, showOutbox, untilCount } from "./support/outbox-tab";
import { openDialogue, runTest } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const everyRow: Partial<RawSendEmail> = {
  ...{ cc: "copies", bcc: "blind", replyTo: "answers", from: "sender" },
  ...{ bodyType: "both", textType: "str", text: "Dear {{name}}", htmlType: "str", html: "<p>Dear Ann</p>" },
  ...{ references: "<1@example.com>", listUnsubscribe: "https://example.com/leave", bounceTo: "<>" },
  ...{ dedupeKeyType: "str", dedupeKey: "order-1", dedupeHours: "0", finishWhen: "queued" },
};

for (const { version, dark } of ALL_LOOKS) {
  describe(`axe-core finds nothing serious in Node-RED ${version}, ${dark ? "dark" : "light"}`, () => {
    let strict: ScriptedSmtpServer;
    let server: ScriptedSmtpServer;
    let page: Page;
    const editor = withEditor(async () => {
      strict = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
      server = await startScriptedSmtpServer({
        rcpt: (command) => {
          if (/grey/.test(command)) return "451 4.7.1 Greylisted, please come back in five minutes";
          return /no-such/.test(command) ? "550 5.1.1 No such person here" : undefined;
        },
      });
      const credentials = { username: "u", password: "wrong-pass" };
      const sender = (to: string) => ({
        ...inject(`press-${to}`, { to: `${to}@example.com`, topic: `Mail to ${to}`, payload: "x" }),
        wires: [["send"]],
      });
      return {
        version,
        window: { dark, height: 5000 },
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, port: server.port }),
          configuration("alerts", { name: "Alerts_365", port: strict.port, auth: "password", credentials }),
          ...["ann", "grey", "no-such"].map(sender),
          step("send"),
          { ...inject("alarm", { to: "duty@example.com", topic: "Alarm", payload: "x" }), wires: [["warn"]] },
          step("warn", { smtpConfig: "alerts" }),
          step("full", everyRow),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(async () => {
      await server?.close();
      await strict?.close();
    });

    async function assertAccessible(part: string): Promise<void> {
      assert.deepEqual(await violations(page, part), []);
    }

    it("in the configuration with a password", async () => {
      await openConfiguration(page, "alerts");
      await assertAccessible(".po-configuration");
    });

    it("in a test that failed, its details open", async () => {
      await page.fill("#post-office-test-to", "ann@example.com");
      await runTest(page, "check");
      await openDialogue(page);
      await assertAccessible(".po-configuration");
    });

    it("in messages at fields and with all sections open, the result out of date", async () => {
      await page.fill("#node-config-input-name", "Alerts 365");
      for (const section of ["Attachments", "Advanced"]) await page.locator("summary", { hasText: section }).click();
      await page.fill("#node-config-input-attachmentHosts", "*");
      await page.fill("#node-config-input-timeout", "0");
      await page.fill("#node-config-input-description", "x".repeat(1001));
      await page.selectOption("#node-config-input-security", "none");
      await page.fill("#node-config-input-host", "smtp.example.com");
      await assertAccessible(".po-configuration");
    });

    it("with OAuth, whatever the way to the token", async () => {
      await chooseSegment(page, "auth", "oauth2");
      for (const flow of ["azure-client-secret", "azure-certificate", "google-service-account", "message"]) {
        await page.selectOption("#node-config-input-oauthFlow", flow);
        await assertAccessible(".po-configuration");
      }
    });

    it("with Microsoft Graph", async () => {
      await chooseSegment(page, "kind", "graph");
      await assertAccessible(".po-configuration");
      await cancelDialog(page, "config");
    });

    it("in the step with all rows and Delivery open", async () => {
      await openNode(page, "full");
      await page.locator("#post-office-more[open]").waitFor();
      await assertAccessible(".post-office-step");
      await cancelDialog(page, "node");
    });

    it("in the outbox's list, with a mail selected", async () => {
      await showOutbox(page);
      // Node-RED 5 shares the sidebar with the debug messages; a press on their button puts them away.
      if (version === 5) await page.click('button[data-tab-id="debug"]');
      await page.getByText("No mails yet.").waitFor();
      await assertAccessible(".po-outbox");
      for (const button of ["press-ann", "press-grey", "press-no-such", "alarm"]) await press(editor.red, button);
      await untilCount(page, "Sales_SMTP", "failed", "1");
      await untilCount(page, "Sales_SMTP", "retrying", "1");
      await line(page, "Alerts_365")
        .getByText(/Held since/)
        .waitFor();
      await row(page, "Mail to grey").click();
      await assertAccessible(".po-outbox");
    });

    it("in the question before something is thrown away", async () => {
      await page.keyboard.press("Delete");
      await page.getByRole("alertdialog").waitFor();
      await assertAccessible(".po-outbox");
      await page.keyboard.press("Escape");
    });

    it("in a mail's story", async () => {
      await row(page, "Mail to grey").dblclick();
      await page.locator(".po-attempts").waitFor();
      await assertAccessible(".po-outbox");
    });
  });
}
