import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { createTestCa, issueCertificate } from "../support/certificates";
import { type MailServer, startMailServer } from "../support/mail-server";
import { deploy, dropNode, nodeInEditor, openNode, saveDialog, screenshot } from "./support/editor";
import { inject, tab, trusting } from "./support/flows";
import { openDialogue, outcomes, runTest, verdict } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const account = { user: "orders@example.com", pass: "correct horse" };

for (const version of [4, 5] as const) {
  describe(`First mail in the editor of Node-RED ${version}`, () => {
    let mail: MailServer;
    let page: Page;
    let id: string;
    const editor = withEditor(async () => {
      const ca = await createTestCa();
      const { cert, key } = await issueCertificate(ca, { hosts: ["localhost"] });
      mail = await startMailServer({ tls: { cert, key }, accounts: [account] });
      const order = { to: "Ann <ann@example.com>", topic: "Order 4711", payload: "Dear Ann,\nthank you." };
      return { version, flows: [tab, trusting("tls1", ca.cert), inject("inject1", order)] };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    it("a step dragged from the palette says that there is no default yet", async () => {
      id = await dropNode(page, "send-email");
      await connect(page, "inject1", id);
      assert.equal(await nodeInEditor(page, id, "valid"), false);
      await openNode(page, id);
      await page.getByText("Default: none yet").waitFor({ state: "attached" });
      assert.match(await page.locator("#post-office-config-message").innerText(), /no default configuration/);
      await screenshot(page, `first-mail-${version}-step`);
    });

    it("a new configuration proposes itself as the default, and fills by keyboard", async () => {
      await page.click("#node-input-btn-smtpConfig-add");
      await page.waitForSelector(".po-configuration");
      assert.equal(await page.isChecked("#node-config-input-isDefault"), true);
      for (const ticked of ["strictAddresses", "saveToSentItems"])
        assert.equal(await page.isChecked(`#node-config-input-${ticked}`), true, ticked);
      await page.fill("#node-config-input-name", "Sales_SMTP");
      await page.keyboard.press("Tab");
      await page.fill("#node-config-input-from", "orders@example.com");
      await page.fill("#node-config-input-fromName", "Example Orders");
      await page.fill("#node-config-input-signature", "Example Ltd");
      await page.fill("#node-config-input-host", "localhost");
      await page.fill("#node-config-input-username", account.user);
      await page.fill("#node-config-input-password", "wrong");
      await page.selectOption("#node-config-input-tls", "tls1");
    });

    it("Test tells a refused connection, at the right step and field", async () => {
      await page.fill("#node-config-input-port", "1");
      await page.fill("#post-office-test-to", "ann@example.com");
      await runTest(page, "send");
      assert.match(await verdict(page), /✖[\s\S]*connection/i);
      const { dns, connect, auth } = await outcomes(page);
      assert.deepEqual({ dns, connect, auth }, { dns: "passed", connect: "failed", auth: "skipped" });
      assert.match(await page.locator(".po-finding").innerText(), /ERR_MAIL_CONNECT/);
      await page.locator('.po-blamed[data-field="port"], .po-blamed[data-field="host"]').first().waitFor();
      await screenshot(page, `first-mail-${version}-refused`);
    });

    it("Test tells a refused login", async () => {
      await page.fill("#node-config-input-port", String(mail.port));
      await runTest(page, "check");
      assert.match(await verdict(page), /✖[\s\S]*login/i);
      const { tls, auth } = await outcomes(page);
      assert.deepEqual({ tls, auth }, { tls: "passed", auth: "failed" });
      assert.match(await page.locator(".po-finding").innerText(), /ERR_MAIL_AUTH/);
      await screenshot(page, `first-mail-${version}-login`);
    });

    it("Test passes and its mail arrives", async () => {
      await page.fill("#node-config-input-password", account.pass);
      await runTest(page, "send");
      assert.match(await verdict(page), /✔/);
      assert.equal(await page.locator(".po-step:not(.po-passed)").count(), 0);
      assert.match(await page.locator(".po-sent").innerText(), /ann@example\.com[\s\S]*Accepted is not delivered/);
      await openDialogue(page);
      assert.match(await page.locator(".po-details pre").innerText(), /STARTTLS/);
      assert.doesNotMatch(await page.locator(".po-details pre").innerText(), /correct horse/);
      const received = await mail.waitForMail();
      assert.deepEqual(received.envelope, { from: "orders@example.com", to: ["ann@example.com"] });
      await screenshot(page, `first-mail-${version}-passed`);
    });

    it("after saving, the step goes through it and the mail of an inject arrives", async () => {
      await saveDialog(page, "config");
      await page.getByText("Through localhost").waitFor();
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, id, "valid"), true);
      await deploy(page);
      await page.click("#inject1 .red-ui-flow-node-button-button");
      const { parsed, envelope, secure, user } = await mail.waitForMail(
        ({ parsed }) => parsed.subject === "Order 4711",
      );
      assert.deepEqual(envelope, { from: "orders@example.com", to: ["ann@example.com"] });
      assert.equal(parsed.from?.text, '"Example Orders" <orders@example.com>');
      assert.match(parsed.text ?? "", /^Dear Ann,\nthank you\.[\s\S]*Example Ltd/);
      assert.deepEqual({ secure, user }, { secure: true, user: account.user });
      await page.getByText(/^accepted \d\d:\d\d:\d\d$/).waitFor();
      await screenshot(page, `first-mail-${version}-flow`);
    });
  });
}

/** Draws a wire from an output to an input with the mouse. */
async function connect(page: Page, from: string, to: string): Promise<void> {
  const output = await centre(page, `[id="${from}"] .red-ui-flow-port-output .red-ui-flow-port`);
  const input = await centre(page, `[id="${to}"] .red-ui-flow-port-input .red-ui-flow-port`);
  await page.mouse.move(output.x, output.y);
  await page.mouse.down();
  await page.mouse.move(input.x, input.y, { steps: 10 });
  await page.mouse.up();
}

async function centre(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const box = (await page.locator(selector).boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
