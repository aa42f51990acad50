import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { cancelDialog, openConfiguration, openNode } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { chooseSegment } from "./support/form";
import { press, row, showOutbox, untilCount } from "./support/outbox-tab";
import { againstReading, tabStops } from "./support/tab-order";
import { openDialogue, runTest } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`With the keyboard alone in Node-RED ${version}`, () => {
    let strict: ScriptedSmtpServer;
    let page: Page;
    const editor = withEditor(async () => {
      strict = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
      const credentials = { username: "u", password: "wrong-pass" };
      const alerts = { name: "Alerts", isDefault: true, port: strict.port, auth: "password", credentials } as const;
      return {
        version,
        flows: [
          tab,
          configuration("alerts", alerts),
          { ...inject("alarm", { to: "duty@example.com", topic: "Alarm", payload: "x" }), wires: [["send"]] },
          step("send", { cc: "copies", bodyType: "both", textType: "str", text: "Dear Ann", dedupeKey: "k" }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => strict?.close());

    /** Each control that a person can see and use, a row of choices counting as one. */
    function controls(part: string): Promise<number> {
      return page.locator(part).evaluate((root) => {
        const all = root.querySelectorAll<HTMLInputElement>(
          "input, select, textarea, button, summary, a[href], [tabindex='0']",
        );
        const shown = [...all].filter((control) => control.checkVisibility() && !control.disabled);
        const stops = shown.filter(({ type, tabIndex }) => type !== "radio" && tabIndex >= 0);
        return stops.length + new Set(shown.filter(({ type }) => type === "radio").map(({ name }) => name)).size;
      });
    }

    async function assertTabOrder(part: string): Promise<void> {
      const expected = await controls(part);
      const stops = await tabStops(page, part);
      assert.deepEqual(againstReading(stops), []);
      assert.deepEqual(
        stops.filter(({ seen }) => !seen).map(({ what }) => what),
        [],
        "the focus is not seen",
      );
      assert.equal(stops.length, expected, stops.map(({ what }) => what).join("\n"));
    }

    it("every control of the configuration is reached once, in reading order, and seen", async () => {
      await openConfiguration(page, "alerts");
      await page.locator("summary", { hasText: "Advanced" }).click();
      await runTest(page, "check");
      await openDialogue(page);
      await assertTabOrder(".po-configuration");
    });

    it("so are those of Microsoft Graph", async () => {
      await chooseSegment(page, "kind", "graph");
      await assertTabOrder(".po-configuration");
      await cancelDialog(page, "config");
    });

    it("and those of the step", async () => {
      await openNode(page, "send");
      await page.locator("#post-office-more[open]").waitFor();
      await assertTabOrder(".post-office-step");
      await cancelDialog(page, "node");
    });

    it("and those of the outbox tab and of a mail's story", async () => {
      await press(editor.red, "alarm");
      await showOutbox(page);
      // What can be done with it changes while it is tried.
      await untilCount(page, "Alerts", "retrying", "1");
      await row(page, "Alarm").click();
      await assertTabOrder(".po-outbox");
      await page.locator(".po-list").focus();
      await page.keyboard.press("Enter");
      await page.locator(".po-story").waitFor();
      await assertTabOrder(".po-outbox");
      await page.keyboard.press("Escape");
    });
  });
}
