import assert from "node:assert/strict";
import type { FlowNode } from "../support/node-red";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { screenshot } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { leaveOutbox, line, press, row, showOutbox, untilCount, untilNote } from "./support/outbox-tab";
import { withEditor } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`The outbox tab after a configuration was deleted, in Node-RED ${version}`, () => {
    let server: ScriptedSmtpServer;
    let staying: FlowNode;
    const editor = withEditor(async () => {
      server = await startScriptedSmtpServer({ rcpt: () => "451 4.7.1 come back" });
      staying = configuration("staying", { name: "Staying", port: server.port });
      return {
        version,
        flows: [
          tab,
          staying,
          configuration("leaving", { name: "Leaving", port: server.port }),
          { ...inject("press", { to: "ann@example.com", topic: "Left behind", payload: "x" }), wires: [["send"]] },
          step("send", { smtpConfig: "leaving" }),
        ],
      };
    });
    before(async () => {
      await showOutbox(editor.page);
      if (version === 5) await editor.page.click('button[data-tab-id="debug"]');
      await press(editor.red, "press");
      await press(editor.red, "press");
      await untilCount(editor.page, "Leaving", "retrying", "2");
      await editor.red.deploy([tab, staying]);
    });
    after(() => server?.close());

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
    });

    it("a story whose mail is gone says so, also where that is known before anything else", async () => {
      const { page } = editor;
      await row(page, "Left behind").first().dblclick();
      await page.getByRole("region", { name: "The mail's story" }).waitFor();
      const entryAnswered = page.waitForResponse(/outbox\/entries\/[^?]/);
      await page.route(/outbox\/entries\/[^?]/, (route) =>
        route.fulfill({ status: 404, json: { error: "There is no mail with this id in the outbox." } }),
      );
      await page.route(/outbox\/overview/, async (route) => {
        await entryAnswered;
        await route.continue();
      });
      await leaveOutbox(page);
      await showOutbox(page);
      await untilNote(page, "This mail is not in the outbox any more.");
      await page.unrouteAll({ behavior: "wait" });
      await page.getByRole("button", { name: "Back to the list" }).click();
    });
  });
}
