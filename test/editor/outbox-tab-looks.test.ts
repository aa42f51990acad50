import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { overflowing, screenshot } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { ALL_LOOKS } from "./support/looks";
import { line, press, row, showOutbox, untilCount } from "./support/outbox-tab";
import { withEditor } from "./support/with-editor";

const mails = [
  ["ann@example.com", "Your order 4711 is on its way"],
  ["no-such-person@example.com", "Invoice 2026-0042"],
  ["grey@example.com", "Reminder: your appointment on Thursday afternoon"],
  ["bob@example.org", "Password reset"],
] as const;

for (const { version, dark } of ALL_LOOKS) {
  const name = `outbox-tab-looks-${version}-${dark ? "dark" : "light"}`;

  describe(`The look of the outbox tab in Node-RED ${version}, ${dark ? "dark" : "light"}`, () => {
    let server: ScriptedSmtpServer;
    let strict: ScriptedSmtpServer;
    let page: Page;
    const editor = withEditor(async () => {
      server = await startScriptedSmtpServer({
        rcpt: (command) => {
          if (/grey/.test(command)) return "451 4.7.1 Greylisted, please come back in five minutes";
          return /no-such/.test(command) ? "550 5.1.1 No such person here" : undefined;
        },
      });
      strict = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
      const credentials = { username: "u", password: "wrong-pass" };
      return {
        version,
        window: { dark },
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, port: server.port }),
          configuration("alerts", { name: "Alerts_365", port: strict.port, auth: "password", credentials }),
          ...mails.map(([to, topic], at) => ({
            ...inject(`press${at}`, { to, topic, payload: "x" }),
            wires: [["send"]],
          })),
          step("send"),
          { ...inject("alarm", { to: "duty@example.com", topic: "Alarm", payload: "x" }), wires: [["warn"]] },
          // Below the other step, so that their statuses do not stand in one another.
          { ...step("warn", { smtpConfig: "alerts" }), y: 200 },
        ],
      };
    });
    before(async () => {
      ({ page } = editor);
      for (const at of mails.keys()) await press(editor.red, `press${at}`);
      await press(editor.red, "alarm");
      await showOutbox(page);
      // Node-RED 5 shares the sidebar with the debug messages; a press on their button puts them away.
      if (version === 5) await page.click('button[data-tab-id="debug"]');
    });
    after(async () => {
      await server?.close();
      await strict?.close();
    });

    it("nothing sticks out", async () => {
      await untilCount(page, "Sales_SMTP", "failed", "1");
      await untilCount(page, "Sales_SMTP", "retrying", "1");
      await line(page, "Alerts_365")
        .getByText(/Held since/)
        .waitFor();
      assert.deepEqual(await overflowing(page, ".po-outbox"), []);
      await row(page, "Reminder").click();
      await screenshot(page, name);
      await page.keyboard.press("Enter");
      await page.locator(".po-attempts").waitFor();
      assert.deepEqual(await overflowing(page, ".po-outbox"), []);
      await screenshot(page, `${name}-story`, ".po-outbox");
      await page.keyboard.press("Escape");
    });

    it("fits into 180 pixels", async () => {
      await page.locator(".po-outbox").evaluate((root) => {
        (root.parentElement as HTMLElement).style.width = "180px";
      });
      await page.locator(".po-action-name").first().waitFor({ state: "hidden" });
      assert.deepEqual(await overflowing(page, ".po-outbox"), []);
      await screenshot(page, `${name}-narrow`, ".po-outbox");
    });

    it("fits at a zoom of 200 %", async () => {
      await page.locator(".po-outbox").evaluate((root) => {
        (root.parentElement as HTMLElement).style.width = "";
      });
      await page.setViewportSize({ width: 700, height: 500 });
      await showOutbox(page);
      assert.deepEqual(await overflowing(page, ".po-outbox"), []);
      await screenshot(page, `${name}-zoom`);
    });
  });
}
