import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startMailServer } from "../support/mail-server";
import {
  cancelDialog,
  deploy,
  nodeInEditor,
  openConfiguration,
  openNode,
  overflowing,
  saveDialog,
  screenshot,
} from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { withEditor } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`A message that may choose the configuration, in the editor of Node-RED ${version}`, () => {
    let mail: Awaited<ReturnType<typeof startMailServer>>;
    let page: Page;
    const editor = withEditor(async () => {
      mail = await startMailServer();
      const asks = inject("ask", { to: "a@example.com", topic: "Chosen", payload: "x" });
      asks.props = [...(asks.props as object[]), { p: "smtpConfig", v: "Alerts_SMTP", vt: "str" }];
      return {
        version,
        window: { dark: version === 5 },
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, port: 1 }),
          configuration("alerts", { name: "Alerts_SMTP", port: mail.port }),
          configuration("broken", { name: "Broken_SMTP", port: 2525 }),
          { ...configuration("off", { name: "Off_SMTP" }), d: true },
          { ...asks, wires: [["send"]] },
          step("send"),
          step("listing", { chooseByMessage: true, allowedConfigurations: ["sales", "alerts"] }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    it("shows one calm line until it is wanted", async () => {
      await page.evaluate(() => {
        const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): { valid: boolean } } } };
        RED.nodes.node("broken").valid = false;
      });
      await openNode(page, "send");
      assert.equal(await page.isChecked("#node-input-chooseByMessage"), false);
      assert.equal(await page.locator("#post-office-choice").isVisible(), false);
      await screenshot(page, `message-choice-${version}-off`, ".red-ui-tray");
    });

    it("lists all configurations by name, with the default and what is wrong with one", async () => {
      await page.check("#node-input-chooseByMessage");
      assert.deepEqual(await page.locator("#post-office-allowed label").allInnerTexts(), [
        "Alerts_SMTP",
        "Broken_SMTP\nhas an invalid field",
        "Off_SMTP\ndisabled",
        "Sales_SMTP ★ default",
      ]);
    });

    it("asks for at least one, and takes the choice by keyboard alone", async () => {
      assert.match(await page.locator("#post-office-allowed-message").innerText(), /Tick at least one/);
      await page.locator("#node-input-chooseByMessage").focus();
      const reached = async () =>
        page.evaluate(() => (document.activeElement?.closest("#post-office-allowed") ? "list" : "elsewhere"));
      for (let presses = 0; (await reached()) !== "list" && presses < 6; presses++) await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
      assert.equal(await page.getByRole("checkbox", { name: "Alerts_SMTP" }).isChecked(), true);
      assert.equal(await page.locator("#post-office-allowed-message").innerText(), "");
      assert.equal(await page.getByRole("group", { name: "Allowed" }).getByRole("checkbox").count(), 4);
      assert.deepEqual(await overflowing(page, ".post-office-step"), []);
      await screenshot(page, `message-choice-${version}-on`, ".red-ui-tray");
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "send", "valid"), true);
      assert.deepEqual(await nodeInEditor(page, "send", "allowedConfigurations"), ["alerts"]);
    });

    it("deployed, the message goes through the one that it names", async () => {
      await deploy(page);
      await page.click("#ask .red-ui-flow-node-button-button");
      assert.equal((await mail.waitForMail()).parsed.subject, "Chosen");
    });

    it("opened and saved, a choice is as it was", async () => {
      await openNode(page, "listing");
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "listing", "changed"), false);
      assert.deepEqual(await nodeInEditor(page, "listing", "allowedConfigurations"), ["sales", "alerts"]);
    });

    it("counts as a user of each configuration, also after an edit, an undo and a reload", async () => {
      await untilUsers(page, { sales: ["listing"], alerts: ["listing", "send"], broken: [] });
      await openNode(page, "send");
      await page.getByRole("checkbox", { name: "Broken_SMTP" }).check();
      await saveDialog(page, "node");
      await untilUsers(page, { sales: ["listing"], alerts: ["listing", "send"], broken: ["send"] });
      await page.keyboard.press("Control+z");
      await untilUsers(page, { sales: ["listing"], alerts: ["listing", "send"], broken: [] });
      await page.reload();
      await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
      await untilUsers(page, { sales: ["listing"], alerts: ["listing", "send"], broken: [] });
    });

    it("exported and imported again, the copy allows the copies of its configurations", async () => {
      const copied = await page.evaluate(() => {
        const { RED } = globalThis as unknown as {
          RED: {
            nodes: {
              node(id: string): unknown;
              createExportableNodeSet(nodes: unknown[]): { id: string; type: string }[];
              import(nodes: unknown, options: object): { nodes: Record<string, unknown>[] };
            };
          };
        };
        const set = RED.nodes.createExportableNodeSet([RED.nodes.node("listing")]);
        const { nodes } = RED.nodes.import(JSON.parse(JSON.stringify(set)), {
          generateIds: true,
          importMap: copies(set),
        });
        const made = nodes.find(({ type }) => type === "send-email") as { allowedConfigurations: string[] };
        return {
          exported: set.map(({ id }) => id).sort(),
          names: made.allowedConfigurations.map((id) => (RED.nodes.node(id) as { name: string }).name),
          same: made.allowedConfigurations.some((id) => ["sales", "alerts"].includes(id)),
        };
        function copies(all: { id: string; type: string }[]) {
          return Object.fromEntries(all.filter(({ type }) => type === "smtp-config").map(({ id }) => [id, "copy"]));
        }
      });
      assert.deepEqual(copied.exported, ["alerts", "listing", "sales"]);
      assert.deepEqual(copied.names, ["Sales_SMTP", "Alerts_SMTP"]);
      assert.equal(copied.same, false);
    });

    it("outlives the deletion of a configuration that it allows, and its undo", async () => {
      await openConfiguration(page, "alerts");
      await page.locator(".red-ui-tray-toolbar .leftButton").click();
      await confirmDeletion(page);
      await openNode(page, "send");
      assert.match(await page.locator("#post-office-allowed-message").innerText(), /Tick at least one/);
      await cancelDialog(page, "node");
      await page.keyboard.press("Control+z");
      await openNode(page, "send");
      assert.equal(await page.isChecked("#post-office-allowed [value=alerts]"), true);
      await cancelDialog(page, "node");
    });

    it("refers to no configuration once it is off", async () => {
      await openNode(page, "listing");
      await page.uncheck("#node-input-chooseByMessage");
      await saveDialog(page, "node");
      assert.deepEqual(await nodeInEditor(page, "listing", "allowedConfigurations"), []);
    });
  });
}

/** Where the editor asks; a configuration without users goes at once. */
async function confirmDeletion(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): unknown } } };
    const ask = [...document.querySelectorAll<HTMLElement>(".red-ui-notification button")].find((found) =>
      /delete/i.test(found.innerText),
    );
    ask?.click();
    return !RED.nodes.node("alerts");
  });
}

function untilUsers(page: Page, wanted: Record<string, string[]>): Promise<unknown> {
  return page.waitForFunction((expected) => {
    const { RED } = globalThis as unknown as {
      RED?: { nodes: { node(id: string): { users: { id: string }[] } | null } };
    };
    return Object.entries(expected).every(([id, users]) => {
      const counted = RED?.nodes.node(id)?.users.map((user) => user.id);
      return counted?.sort().join() === [...users].sort().join();
    });
  }, wanted);
}
