import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { type RunningNodeRed, startNodeRed } from "../support/node-red";
import { emailNode } from "./support/e-mail-node";
import { openEditor, openNode, saveDialog, startBrowser } from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { startImport } from "./support/import";
import { showOutbox } from "./support/outbox-tab";

const writer = { username: "anna", password: "anna-at-node-red", permissions: "*" };

/** As strict as Node-RED's editor bears: it needs scripts and styles in the page, and nothing from elsewhere. */
const POLICY =
  "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws:";
const WITH_POLICY = `httpAdminMiddleware: (_, answer, next) => {
  answer.set("Content-Security-Policy", ${JSON.stringify(POLICY)});
  next();
}`;

const flows = [
  tab,
  configuration("sales", { name: "Sales_SMTP", port: 2525 }),
  step("send", { smtpConfig: "sales" }),
  emailNode("old", { z: "tab1", y: 200 }),
];

for (const version of [4, 5] as const) {
  describe(`What the editor does not need at its start, in Node-RED ${version}`, () => {
    let browser: Browser;
    let red: RunningNodeRed;

    before(async () => {
      red = await startNodeRed({
        version,
        httpAdminRoot: "/flows/admin",
        adminAuth: [writer],
        settings: WITH_POLICY,
        flows,
      });
      browser = await startBrowser();
    });

    after(async () => {
      await browser?.close();
      await red?.stop();
    });

    it("is text until a dialog is opened, and is run once", async () => {
      const { page, errors, close } = await openEditor(browser, red.url, { login: writer });
      await countRuns(page);
      assert.equal(await page.locator("style[data-post-office]").count(), 3);
      assert.deepEqual(await runs(page), 0);
      await openNode(page, "send");
      assert.equal(await runs(page), 1);
      assert.equal(await page.locator("style[data-post-office]").count(), 0);
      await saveDialog(page, "node");
      await openNode(page, "send");
      assert.equal(await runs(page), 1);
      assert.deepEqual(errors, []);
      await close();
    });

    it("is not needed to tell that a step is not valid", async () => {
      const { page, close } = await openEditor(browser, red.url, { login: writer });
      await countRuns(page);
      const problems = await page.evaluate(() => {
        const { RED } = globalThis as unknown as {
          RED: {
            nodes: { node(id: string): Record<string, unknown> };
            editor: { validateNode(node: object): boolean };
          };
        };
        const [send, sales] = [RED.nodes.node("send"), RED.nodes.node("sales")];
        send.dedupeKey = "4711";
        send.dedupeHours = "never";
        sales.port = "a lot";
        RED.editor.validateNode(send);
        RED.editor.validateNode(sales);
        return [send.validationErrors, sales.validationErrors];
      });
      assert.match(String(problems[0]), /168/);
      assert.match(String(problems[1]), /65535/);
      assert.equal(await runs(page), 0);
      await close();
    });

    it("comes for the first time also while the server is away", async () => {
      const { page, errors, close } = await openEditor(browser, red.url, { login: writer });
      await page.context().setOffline(true);
      await openNode(page, "send");
      await page.locator(".post-office-step .po-segments").first().waitFor();
      assert.match(await page.locator("#post-office-through").innerText(), /2525/);
      await saveDialog(page, "node");
      await startImport(page);
      await page.locator(".po-import").waitFor();
      await page.keyboard.press("Escape");
      await showOutbox(page);
      await page.getByRole("region", { name: "Outbox" }).waitFor();
      // Node-RED's code editor misses its worker, and says so with an event that has no text.
      assert.deepEqual(errors.filter(Boolean), []);
      await close();
    });
  });
}

/** Counts how often the text with the parts for later is run. */
async function countRuns(page: Page): Promise<void> {
  await page.evaluate(() => {
    const counted = globalThis as unknown as { runs: number; $: { globalEval(script: string): void } };
    const { globalEval } = counted.$;
    counted.runs = 0;
    counted.$.globalEval = (script) => {
      if (script.includes("postOfficeParts")) counted.runs++;
      globalEval(script);
    };
  });
}

function runs(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { runs: number }).runs);
}
