import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { cancelDialog, nodeInEditor, openNode, saveDialog, screenshot } from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { withEditor } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`The step's dialog in Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor({
      version,
      flows: [
        tab,
        configuration("sales", { name: "Sales_SMTP", isDefault: true, port: 2525 }),
        configuration("alerts", { name: "Alerts_SMTP", from: "", port: 2526 }),
        step("plain"),
        step("written"),
        step("both"),
        step("faulty"),
      ],
    });
    before(() => {
      ({ page } = editor);
    });

    it("opened and saved, a fresh step is as it was", async () => {
      await openNode(page, "plain");
      assert.equal(await page.locator("[data-optional]:visible").count(), 0);
      await page.getByText("Through localhost:2525 as orders@example.com.").waitFor();
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "plain", "changed"), false);
      assert.equal(await nodeInEditor(page, "plain", "valid"), true);
    });

    it("a click adds a row, what is used stays, and a row can go again", async () => {
      await openNode(page, "plain");
      await page.click('[data-adds="cc"]');
      await page.locator('[data-optional="cc"] .red-ui-typedInput-input').fill("copies");
      await page.click('[data-adds="from"]');
      await page.locator('[data-optional="from"] .red-ui-typedInput-input').fill("alerts@example.com");
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "plain", "cc"), "copies");
      assert.equal(await nodeInEditor(page, "plain", "from"), "alerts@example.com");
      await openNode(page, "plain");
      assert.deepEqual(await visibleRows(page), ["cc", "from"]);
      await page.locator('[data-optional="from"] .po-remove').click();
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "plain", "from"), "");
    });

    it("what is written here keeps its lines, also through the large editor", async () => {
      await openNode(page, "written");
      await chooseType(page, "post-office-text-source", "written here");
      assert.equal(await page.inputValue("#node-input-text"), "");
      await page.fill("#node-input-text", "Dear Ann,\n\nthank you.");
      await page.locator("#post-office-text-row .po-writing button").click();
      await page.waitForSelector(".node-text-editor .view-line, .node-text-editor .ace_line");
      await page.click("#node-dialog-ok");
      await page.waitForSelector("#post-office-text-row");
      assert.equal(await page.inputValue("#node-input-text"), "Dear Ann,\n\nthank you.");
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "written", "textType"), "str");
      assert.equal(await nodeInEditor(page, "written", "text"), "Dear Ann,\n\nthank you.");
      await openNode(page, "written");
      assert.equal(await page.inputValue("#node-input-text"), "Dear Ann,\n\nthank you.");
      await screenshot(page, `step-${version}-written`);
      await cancelDialog(page, "node");
    });

    it("Both reads the HTML from msg.html, and HTML alone from msg.payload again", async () => {
      await openNode(page, "both");
      await page.locator(".po-segments").getByText("Both").click();
      await saveDialog(page, "node");
      assert.deepEqual(await body(page, "both"), ["both", "msg", "payload", "msg", "html"]);
      await openNode(page, "both");
      assert.equal(await page.locator("#post-office-text-row").isVisible(), true);
      assert.equal(await page.locator("#post-office-html-row").isVisible(), true);
      await page.locator(".po-segments").getByText("Text", { exact: true }).click();
      assert.equal(await page.locator("#post-office-html-row").isVisible(), false);
      await page.locator(".po-segments").getByText("Both").click();
      await page.locator(".po-segments").getByText("HTML", { exact: true }).click();
      assert.equal(await page.locator("#post-office-html-alone").isVisible(), true);
      await cancelDialog(page, "node");
    });

    it("a chosen configuration shows its route; priority and headers are saved", async () => {
      await openNode(page, "faulty");
      await page.selectOption("#node-input-smtpConfig", "alerts");
      await page.getByText("Through localhost:2526 as the sender of the step.").waitFor();
      await page.locator("#post-office-more > summary").click();
      await page
        .locator("#node-input-priority + .red-ui-typedInput-container .red-ui-typedInput-option-trigger")
        .click();
      await page.locator(".red-ui-typedInput-options:visible").getByText("High").click();
      await page
        .locator("#node-input-headers + .red-ui-typedInput-container .red-ui-typedInput-input")
        .fill('{"X-Order":"4711"}');
      await page.uncheck("#node-input-failOnPartial");
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "faulty", "smtpConfig"), "alerts");
      assert.equal(await nodeInEditor(page, "faulty", "priority"), "high");
      assert.equal(await nodeInEditor(page, "faulty", "headers"), '{"X-Order":"4711"}');
      assert.equal(await nodeInEditor(page, "faulty", "failOnPartial"), false);
      assert.equal(await nodeInEditor(page, "faulty", "valid"), true);
    });

    it("an expression that cannot be one is flagged, with the field's name", async () => {
      await openNode(page, "faulty");
      await page.locator("#node-input-to + .red-ui-typedInput-container .red-ui-typedInput-input").fill("to[");
      await saveDialog(page, "node");
      assert.match(String(await nodeInEditor(page, "faulty", "validationErrors")), /^To: /);
    });

    it("an empty field shows what its kind of value may look like, whatever that is", async () => {
      await openNode(page, "plain");
      const bare = await page.evaluate(() => {
        type Field = { typedInput(method: string, value?: string): unknown };
        const { $ } = globalThis as unknown as { $: (selector: string) => Field };
        const fields = document.querySelectorAll<HTMLElement>(".post-office-step .red-ui-typedInput[id^=node-input]");
        return [...fields].flatMap(({ id, nextElementSibling }) => {
          const input = nextElementSibling?.querySelector(".red-ui-typedInput-input");
          const bareTypes = ["str", "msg", "flow", "global", "env", "jsonata", "json"].filter((type) => {
            $(`#${id}`).typedInput("type", type);
            return $(`#${id}`).typedInput("type") === type && !input?.getAttribute("placeholder");
          });
          return bareTypes.map((type) => `${id} ${type}`);
        });
      });
      // These have a list of choices there.
      const choices = ["invitationMethod", "invitationAllDay", "priority"];
      assert.deepEqual(
        bare,
        choices.map((field) => `node-input-${field} str`),
      );
      await cancelDialog(page, "node");
    });

    it("every control has a name for screen readers", async () => {
      await openNode(page, "plain");
      const unlabelled = await page
        .locator(
          ".post-office-step input:visible, .post-office-step select:visible, .post-office-step textarea:visible",
        )
        .evaluateAll((controls) =>
          controls.flatMap((control) => {
            const input = control as HTMLInputElement;
            return input.labels?.length || input.getAttribute("aria-label") ? [] : [input.outerHTML.slice(0, 80)];
          }),
        );
      assert.deepEqual(unlabelled, []);
      await cancelDialog(page, "node");
    });
  });
}

function visibleRows(page: Page): Promise<(string | undefined)[]> {
  return page
    .locator("[data-optional]:visible")
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.optional));
}

async function chooseType(page: Page, id: string, label: string): Promise<void> {
  await page.locator(`#${id} + .red-ui-typedInput-container .red-ui-typedInput-type-select`).click();
  await page.locator(".red-ui-typedInput-options:visible").getByText(label).click();
}

async function body(page: Page, id: string): Promise<unknown[]> {
  return Promise.all(["bodyType", "textType", "text", "htmlType", "html"].map((name) => nodeInEditor(page, id, name)));
}
