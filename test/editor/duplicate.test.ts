import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { createTestCa } from "../support/certificates";
import { type MailServer, startMailServer } from "../support/mail-server";
import { applicationCertificate } from "../support/sign-in/application-certificate";
import { idsByName, isDirty, names, redo, undo, untilNames, userCount } from "./support/configurations";
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
import { configuration, step, tab, trusting } from "./support/flows";
import { outcomes, runTest } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const account = { user: "orders@example.com", pass: "correct horse" };
const long = "A_name_that_is_exactly_as_long_as_a_name_may_be_50";
const guid = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const said = "#post-office-duplicate-said";
const original = ["A_key", long, "Alerts_SMTP", "Sales_SMTP"];

for (const version of [4, 5] as const) {
  describe(`Duplicate in the editor of Node-RED ${version}`, () => {
    let mail: MailServer;
    let page: Page;
    let privateKey: string;
    const editor = withEditor(async () => {
      const made = await applicationCertificate("Node-RED mail");
      privateKey = made.privateKey;
      const ca = await createTestCa("Example Root CA");
      mail = await startMailServer({ accounts: [account] });
      const sales = {
        name: "Sales_SMTP",
        isDefault: true,
        from: "orders@example.com",
        fromName: "Orders",
        perMinute: 7,
      };
      const login = { username: account.user, password: account.pass };
      const credentials = { certificateKey: made.privateKey };
      const graph = { kind: "graph", graphAuth: "certificate", tenantId: "example.com", clientId: guid };
      return {
        version,
        window: { height: 1300, dark: version === 5 },
        flows: [
          tab,
          trusting("tls1", ca.cert),
          configuration("sales", { ...sales, port: mail.port, auth: "password", tls: "tls1", credentials: login }),
          configuration("alerts", { name: "Alerts_SMTP", description: "No sign-in" }),
          configuration("long", { name: long }),
          configuration("key", {
            name: "A_key",
            ...graph,
            mailbox: account.user,
            certificate: made.certificate,
            maxConnections: 4,
            credentials,
          }),
          step("send1", { smtpConfig: "sales" }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    it("a configuration that is being added has nothing to duplicate", async () => {
      await openConfiguration(page, "_ADD_");
      assert.equal(await page.isVisible("#post-office-duplicate-open"), false);
      await cancelDialog(page, "config");
    });

    it("nothing is duplicated before the password is given, and Escape leaves only the question", async () => {
      await openConfiguration(page, "sales");
      await page.focus("#post-office-duplicate-open");
      await page.keyboard.press("Enter");
      const panel = page.getByRole("region", { name: "Duplicate as Sales_SMTP_copied" });
      await panel.waitFor();
      assert.equal(await focused(page), "post-office-duplicate-password");
      await page.keyboard.press("Enter");
      await panel.getByText("Is required.").waitFor();
      assert.equal(await panel.getByLabel("Password").getAttribute("aria-invalid"), "true");
      assert.deepEqual(await overflowing(page, ".po-duplicate"), []);
      await screenshot(page, `duplicate-${version}-asked`);
      await page.keyboard.type("wro");
      assert.equal(await panel.getByLabel("Password").getAttribute("aria-invalid"), "false");
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "hidden" });
      assert.equal(await focused(page), "post-office-duplicate-open");
      assert.equal(await page.locator("#post-office-duplicate-password").count(), 0);
      assert.ok(await page.isVisible("#node-config-input-name"));
      assert.deepEqual(await names(page), original);
    });

    it("with the password, Enter copies everything else, says so, and the copy is not the default", async () => {
      await page.keyboard.press("Enter");
      await page.keyboard.type(account.pass);
      await page.keyboard.press("Enter");
      await page.getByText("Sales_SMTP_copied was made, a copy of Sales_SMTP.").first().waitFor();
      assert.equal(await focused(page), "post-office-duplicate-open");
      assert.match((await page.textContent(said)) ?? "", /^Sales_SMTP_copied was made, .* not the default/);
      const copy = await copied(page);
      assert.deepEqual(
        { ...(await exported(page, copy)), name: "Sales_SMTP", isDefault: true, id: "sales" },
        await exported(page, "sales"),
      );
      assert.deepEqual(
        [await nodeInEditor(page, copy, "name"), await nodeInEditor(page, copy, "isDefault")],
        ["Sales_SMTP_copied", false],
      );
      assert.deepEqual(await nodeInEditor(page, copy, "validationErrors"), []);
      assert.equal(await userCount(page, "tls1"), 2);
    });

    it("afterwards the secret is neither in the page nor in the history", async () => {
      const values = await page
        .locator("input, textarea")
        .evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value));
      assert.ok(!values.includes(account.pass));
      assert.ok(!(await page.content()).includes(account.pass));
      const history = await page.evaluate(() => {
        const { RED } = globalThis as unknown as { RED: { history: { peek(): unknown } } };
        return JSON.stringify(RED.history.peek());
      });
      assert.ok(!history.includes(account.pass), history);
      await cancelDialog(page, "config");
    });

    it("one undo takes the copy away, one redo brings it back with its sign-in", async () => {
      await undo(page);
      await untilNames(page, original);
      assert.equal(await userCount(page, "tls1"), 1);
      assert.equal(await isDirty(page), false);
      await redo(page);
      await untilNames(page, [...original, "Sales_SMTP_copied"]);
      assert.equal(await userCount(page, "tls1"), 2);
      assert.equal(await isDirty(page), true);
      assert.deepEqual(await nodeInEditor(page, await copied(page), "validationErrors"), []);
    });

    it("deployed, the copy signs in with its own secret, which is not in the flow file", async () => {
      const copy = await copied(page);
      await deploy(page);
      const stored = await (await editor.red.fetch(`credentials/smtp-config/${copy}`)).json();
      assert.deepEqual(stored, await (await editor.red.fetch("credentials/smtp-config/sales")).json());
      assert.ok(!readFileSync(join(editor.red.userDir, "flows.json"), "utf8").includes(account.pass));
      await openConfiguration(page, copy);
      await runTest(page, "check");
      // With a warning, because this server knows no encryption.
      assert.equal((await outcomes(page)).auth, "warned");
      await cancelDialog(page, "config");
    });

    it("duplicated from within a step, the copy is in the step's list at once", async () => {
      await openNode(page, "send1");
      await page.click("#node-input-lookup-smtpConfig, #node-input-smtpConfig + *");
      await page.click("#post-office-duplicate-open");
      await page.fill("#post-office-duplicate-password", "${SMTP_PASSWORD}");
      await page.click("#post-office-duplicate-confirm");
      await page.getByText("Sales_SMTP_copied2 was made").first().waitFor();
      await cancelDialog(page, "config");
      await page.focus("#node-input-smtpConfig");
      const copy = (await idsByName(page)).Sales_SMTP_copied2 ?? "";
      assert.equal(
        await page.locator(`#node-input-smtpConfig option[value="${copy}"]`).textContent(),
        "Sales_SMTP_copied2",
      );
      await page.selectOption("#node-input-smtpConfig", copy);
      await saveDialog(page, "node");
      assert.equal(await userCount(page, copy), 1);
      await undo(page);
      await undo(page);
      await untilNames(page, [...original, "Sales_SMTP_copied"]);
      assert.equal(await nodeInEditor(page, "send1", "smtpConfig"), "sales");
    });

    it("a form with unsaved changes is not duplicated, because what is saved would be copied", async () => {
      await openConfiguration(page, "alerts");
      await page.fill("#node-config-input-host", "mail.example.com");
      await page.click("#post-office-duplicate-open");
      await page.getByText("changes that are not saved yet").waitFor();
      await page.fill("#node-config-input-host", "localhost");
      assert.deepEqual(await names(page), [...original, "Sales_SMTP_copied"]);
    });

    it("a configuration without a secret is duplicated at once", async () => {
      await page.click("#post-office-duplicate-open");
      await untilNames(page, [...original, "Sales_SMTP_copied", "Alerts_SMTP_copied"]);
      assert.match((await page.textContent(said)) ?? "", /^Alerts_SMTP_copied was made/);
      await cancelDialog(page, "config");
      await undo(page);
    });

    it("the name of a copy stays within 50 characters, and is another one each time", async () => {
      await openConfiguration(page, "long");
      for (let n = 0; n < 2; n++) await page.click("#post-office-duplicate-open");
      const made = (await names(page)).filter((name) => name.startsWith("A_name") && name !== long);
      assert.deepEqual(made, [
        "A_name_that_is_exactly_as_long_as_a_name_m_copied2",
        "A_name_that_is_exactly_as_long_as_a_name_ma_copied",
      ]);
      assert.deepEqual(
        made.map((name) => name.length),
        [50, 50],
      );
      await cancelDialog(page, "config");
      for (let n = 0; n < 2; n++) await undo(page);
    });

    it("a private key is asked for as a text of several lines, and checked like in the form", async () => {
      await openConfiguration(page, "key");
      await page.click("#post-office-duplicate-open");
      const key = page.locator("textarea#post-office-duplicate-certificateKey");
      await key.fill("no key");
      await key.press("Enter");
      assert.match(await key.inputValue(), /\n/);
      await key.press("Control+Enter");
      await page.getByText("Must be a private key in PEM form").first().waitFor();
      await key.fill(privateKey);
      await key.press("Control+Enter");
      await untilNames(page, [...original, "Sales_SMTP_copied", "A_key_copied"]);
      assert.ok(await page.isVisible("#node-config-input-name"));
      await cancelDialog(page, "config");
      await undo(page);
    });

    it("a copy that was away during a deploy comes back without its secret, and says so", async () => {
      await undo(page);
      await untilNames(page, original);
      await deploy(page);
      await redo(page);
      await page.getByText("Sales_SMTP_copied is back, but its secrets are not").waitFor();
      const copy = await copied(page);
      assert.match(String(await nodeInEditor(page, copy, "validationErrors")), /Password: Is required/);
      await openConfiguration(page, copy);
      assert.equal(await page.inputValue("#node-config-input-password"), "");
      await cancelDialog(page, "config");
    });
  });
}

async function copied(page: Page): Promise<string> {
  return (await idsByName(page)).Sales_SMTP_copied ?? "";
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id);
}

/** As the flow file has it. */
function exported(page: Page, id: string): Promise<Record<string, unknown>> {
  return page.evaluate((node) => {
    const { RED } = globalThis as unknown as {
      RED: { nodes: { node(id: string): unknown; convertNode(node: unknown, secrets: boolean): never } };
    };
    return RED.nodes.convertNode(RED.nodes.node(node), false);
  }, id);
}
