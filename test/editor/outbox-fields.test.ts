import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { FlowNode } from "../support/node-red";
import {
  cancelDialog,
  deploy,
  nodeInEditor,
  openConfiguration,
  openEditor,
  openNode,
  overflowing,
  saveDialog,
  screenshot,
} from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { ONE_LOOK_EACH } from "./support/looks";
import { withEditor } from "./support/with-editor";

const NEW_IN_CONFIGURATION = ["outbox", "giveUpAfter", "onUnconfirmed"];
const LATER = [
  ...["kind", "oauthFlow", "graphAuth", "cloud", "saveToSentItems", "maxSize", "keepSent", "keepFailed"],
  ...["attachmentLinks", "maxAttachmentSize", "linkBaseUrl", "linkDays"],
];
const NEW_IN_STEP = ["finishWhen", "dedupeKey", "dedupeKeyType", "dedupeHours", "outputs"];
for (const { version, dark } of ONE_LOOK_EACH) {
  describe(`The outbox in the dialogs of Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor({
      version,
      window: { dark, height: 1300 },
      flows: [
        tab,
        configuration("sales", { name: "Sales_SMTP", isDefault: true, port: 2525 }),
        without(configuration("early", { name: "Early_SMTP", port: 2525 }), [...NEW_IN_CONFIGURATION, ...LATER]),
        { ...step("orders"), wires: [["once"]] },
        { ...step("once"), y: 200 },
        without({ ...step("old"), y: 300 }, NEW_IN_STEP),
      ],
    });
    before(() => {
      ({ page } = editor);
    });

    it("a configuration keeps mails on disk for 48 hours and sends again, unless told otherwise", async () => {
      await openConfiguration(page, "sales");
      assert.deepEqual(await outboxFields(page), ["disk", "48", "resend"]);
      await screenshot(page, `outbox-${version}-configuration`, ".red-ui-tray");
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      await cancelDialog(page, "config");
    });

    it("says below each choice what it means", async () => {
      await openConfiguration(page, "sales");
      assert.match(await page.innerText("#post-office-outbox-hint"), /survive a restart/);
      assert.match(await page.innerText("#post-office-onUnconfirmed-hint"), /arrive twice/);
      assert.match(await page.innerText("#post-office-giveUpAfter-hint"), /0: one attempt only/);
      await page.selectOption("#node-config-input-outbox", "memory");
      await page.selectOption("#node-config-input-onUnconfirmed", "hold");
      assert.match(await page.innerText("#post-office-outbox-hint"), /are lost/);
      assert.match(await page.innerText("#post-office-onUnconfirmed-hint"), /until a person decides/);
      const described = await page.getAttribute("#node-config-input-outbox", "aria-describedby");
      assert.equal(described, "post-office-message-outbox post-office-outbox-hint");
      await cancelDialog(page, "config");
    });

    it("the configuration's choices are saved, and stand there again", async () => {
      await openConfiguration(page, "sales");
      await page.selectOption("#node-config-input-outbox", "memory");
      await page.fill("#node-config-input-giveUpAfter", "0");
      await page.selectOption("#node-config-input-onUnconfirmed", "hold");
      await saveDialog(page, "config");
      assert.equal(await nodeInEditor(page, "sales", "valid"), true);
      await openConfiguration(page, "sales");
      assert.deepEqual(await outboxFields(page), ["memory", "0", "hold"]);
      await cancelDialog(page, "config");
    });

    it("a configuration of an earlier release is valid, and shows what holds for it", async () => {
      assert.deepEqual(await nodeInEditor(page, "early", "validationErrors"), []);
      await openConfiguration(page, "early");
      assert.deepEqual(await outboxFields(page), ["disk", "48", "resend"]);
      await saveDialog(page, "config");
      assert.equal(await nodeInEditor(page, "early", "outbox"), "disk");
      assert.deepEqual(await properties(page, "early", LATER), [
        "generic",
        "azure-client-secret",
        "client-secret",
        "global",
        true,
        "50",
        "7",
        "30",
        ...["never", "", "", "14"],
      ]);
      assert.equal(await nodeInEditor(page, "early", "valid"), true);
    });

    it("with “queued” a step has a second output, and without it one again", async () => {
      assert.equal(await outputs(page, "orders"), 1);
      assert.deepEqual(await labels(page, "orders"), ["accepted by the server"]);
      await chooseFinish(page, "orders", "queued");
      assert.equal(await outputs(page, "orders"), 2);
      assert.equal(await nodeInEditor(page, "orders", "finishWhen"), "queued");
      assert.deepEqual(await labels(page, "orders"), ["queued", "outcome"]);

      await openNode(page, "orders");
      assert.equal(await page.isChecked('[name="post-office-finish"][value=queued]'), true);
      assert.match(await page.innerText("#post-office-finish-hint"), /second output/);
      await cancelDialog(page, "node");

      await chooseFinish(page, "orders", "accepted");
      assert.equal(await outputs(page, "orders"), 1);
      assert.deepEqual(await labels(page, "orders"), ["accepted by the server"]);
    });

    it("a dedupe key has a lifetime, which shows with the key alone", async () => {
      const hours = page.locator("#node-input-dedupeHours");
      const key = page.locator("#node-input-dedupeKey + .red-ui-typedInput-container");
      await openNode(page, "once");
      await page.locator("#post-office-more > summary").click();
      assert.equal(await hours.isVisible(), false);
      await key.locator(".red-ui-typedInput-input").fill("daily-report");
      await hours.waitFor();
      assert.equal(await hours.inputValue(), "24");
      await hours.fill("0");
      assert.match(await page.innerText("#post-office-dedupe-message"), /more than 0 and at most 168/);
      await hours.fill("72");
      assert.equal(await page.innerText("#post-office-dedupe-message"), "");

      await key.locator(".red-ui-typedInput-type-select").click();
      await page.locator(".red-ui-typedInput-options:visible").getByText("msg.").click();
      await key.locator(".red-ui-typedInput-input").fill("payload.order");
      assert.deepEqual(await overflowing(page, ".post-office-step"), []);
      await screenshot(page, `outbox-${version}-step`, ".red-ui-tray");
      await saveDialog(page, "node");
      assert.deepEqual(await properties(page, "once", ["dedupeKeyType", "dedupeKey", "dedupeHours", "valid"]), [
        "msg",
        "payload.order",
        "72",
        true,
      ]);
      await openNode(page, "once");
      assert.equal(await hours.inputValue(), "72");
      await cancelDialog(page, "node");
    });

    it("a step of an earlier release is valid, and shows what holds for it", async () => {
      assert.deepEqual(await nodeInEditor(page, "old", "validationErrors"), []);
      assert.deepEqual(await labels(page, "old"), ["accepted by the server"]);
      await openNode(page, "old");
      assert.equal(await page.locator("#post-office-more[open]").count(), 0);
      assert.equal(await page.isChecked('[name="post-office-finish"][value=accepted]'), true);
      await saveDialog(page, "node");
      assert.deepEqual(await properties(page, "old", [...NEW_IN_STEP, "valid"]), [
        "accepted",
        "",
        "str",
        "24",
        1,
        true,
      ]);
    });

    it("deployed and loaded again, all of it is as it was", async () => {
      await chooseFinish(page, "orders", "queued");
      await deploy(page);
      const again = await openEditor(editor.browser, editor.red.url);
      assert.equal(await outputs(again.page, "orders"), 2);
      assert.deepEqual(await properties(again.page, "once", ["dedupeKey", "dedupeHours"]), ["payload.order", "72"]);
      assert.deepEqual(await properties(again.page, "sales", NEW_IN_CONFIGURATION), ["memory", "0", "hold"]);
      assert.deepEqual(again.errors, []);
      await again.close();
    });
  });
}

function without(node: FlowNode, properties: readonly string[]): FlowNode {
  return Object.fromEntries(Object.entries(node).filter(([name]) => !properties.includes(name))) as FlowNode;
}

async function chooseFinish(page: Page, id: string, choice: "accepted" | "queued"): Promise<void> {
  await openNode(page, id);
  if ((await page.locator("#post-office-more[open]").count()) === 0)
    await page.locator("#post-office-more > summary").click();
  await page.click(`.po-segments label:has([name="post-office-finish"][value=${choice}])`);
  await saveDialog(page, "node");
}

function outboxFields(page: Page): Promise<string[]> {
  return Promise.all(NEW_IN_CONFIGURATION.map((field) => page.inputValue(`#node-config-input-${field}`)));
}

function properties(page: Page, id: string, names: readonly string[]): Promise<unknown[]> {
  return Promise.all(names.map((name) => nodeInEditor(page, id, name)));
}

/** How many ports the editor draws at the right. */
function outputs(page: Page, id: string): Promise<number> {
  return page.locator(`[id="${id}"] .red-ui-flow-port-output`).count();
}

function labels(page: Page, id: string): Promise<string[]> {
  return page.evaluate((wanted) => {
    type Shown = { outputs: number; _def: { outputLabels(this: unknown, index: number): string } };
    const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): Shown } } };
    const node = RED.nodes.node(wanted);
    return Array.from({ length: node.outputs }, (_, index) => node._def.outputLabels.call(node, index));
  }, id);
}
