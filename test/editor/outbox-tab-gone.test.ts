import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { type RunningNodeRed, startNodeRed } from "../support/node-red";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { type Editor, openEditor, screenshot, startBrowser } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { line, press, row, showOutbox, untilCount, untilNote } from "./support/outbox-tab";

for (const version of [4, 5] as const) {
  describe(`The outbox tab after a configuration was deleted, in Node-RED ${version}`, () => {
    let browser: Browser;
    let server: ScriptedSmtpServer;
    let red: RunningNodeRed;
    let editor: Editor;

    before(async () => {
      server = await startScriptedSmtpServer({ rcpt: () => "451 4.7.1 come back" });
      const staying = configuration("staying", { name: "Staying", port: server.port });
      red = await startNodeRed({
        version,
        flows: [
          tab,
          staying,
          configuration("leaving", { name: "Leaving", port: server.port }),
          { ...inject("press", { to: "ann@example.com", topic: "Left behind", payload: "x" }), wires: [["send"]] },
          step("send", { smtpConfig: "leaving" }),
        ],
      });
      browser = await startBrowser();
      editor = await openEditor(browser, red.url);
      await showOutbox(editor.page);
      if (version === 5) await editor.page.click('button[data-tab-id="debug"]');
      await press(red, "press");
      await press(red, "press");
      await untilCount(editor.page, "Leaving", "retrying", "2");
      await red.deploy([tab, staying]);
    });

    after(async () => {
      await browser?.close();
      await red?.stop();
      await server?.close();
    });

    it("its mails have a line that says so, and lets them be thrown away, with their number", async () => {
      const { page } = editor;
      await untilCount(page, "Configuration leaving", "retrying", "2");
      const left = line(page, "Configuration leaving");
      assert.match(await left.innerText(), /Deleted or disabled: nobody sends these mails\./);
      assert.equal(await left.getByRole("button", { name: "Release" }).count(), 0);
      await screenshot(page, `outbox-tab-${version}-gone`, ".po-outbox");
      await left.getByRole("button", { name: "Discard its mails" }).click();
      await page.getByRole("alertdialog", { name: /^Discard 2 mails\?/ }).waitFor();
      await page.getByRole("button", { name: "Discard 2 mails" }).click();
      await untilNote(page, "2 mails are discarded.");
      await left.waitFor({ state: "detached" });
      await row(page, "Left behind").filter({ hasText: "discarded" }).first().waitFor();
      assert.deepEqual(editor.errors, []);
    });
  });
}
