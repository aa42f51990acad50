import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type Graph, startGraph } from "../support/graph/start-graph";
import { applicationCertificate } from "../support/sign-in/application-certificate";
import { type Entra, startEntra } from "../support/sign-in/entra";
import { deploy, nodeInEditor, openConfiguration, overflowing, saveDialog, screenshot } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { chooseSegment } from "./support/form";
import { openDialogue, outcomes, runTest, verdict } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const tenantId = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const clientId = "00001111-aaaa-2222-bbbb-3333cccc4444";
const clientSecret = "Ym9v~dGxlZ3JhcGg.value";
const mailbox = "orders@example.com";

for (const version of [4, 5] as const) {
  describe(`Mail through Microsoft Graph in the editor of Node-RED ${version}`, () => {
    let entra: Entra;
    let graph: Graph;
    let page: Page;
    let own: { certificate: string; privateKey: string };
    const editor = withEditor(async () => {
      own = await applicationCertificate("Node-RED mail");
      let signIn: Entra | undefined;
      const permissionsOf = (token: string) => (signIn?.accepts(token) ? signIn.permissions : undefined);
      graph = await startGraph({ mailboxes: [mailbox], permissionsOf });
      entra = await startEntra({
        tenantId,
        clientId,
        clientSecret,
        certificates: [own.certificate],
        permissions: ["Mail.Send", "User.Read.All"],
        graph: graph.url,
      });
      signIn = entra;
      const order = { to: "Ann <ann@example.com>", topic: "Order 4711", payload: "Dear Ann,\nthank you." };
      return {
        version,
        window: { dark: version === 5, height: 1600 },
        services: { entra: entra.url, graph: graph.url },
        flows: [
          tab,
          configuration("sales", { name: "Sales_365", isDefault: true, host: "smtp.office365.com" }),
          { ...inject("inject1", order), wires: [["send1"]] },
          step("send1"),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(async () => {
      await entra?.close();
      await graph?.close();
    });

    it("a person chooses Graph and fills in what the portal shows", async () => {
      await openConfiguration(page, "sales");
      await page.selectOption("#post-office-provider", "graph");
      await page.fill("#node-config-input-tenantId", tenantId);
      await page.fill("#node-config-input-clientId", clientId);
      await page.fill("#node-config-input-mailbox", mailbox);
      await page.fill("#node-config-input-clientSecret", "wrong~secret");
      await page.fill("#post-office-test-to", "ann@example.com");
    });

    it("Test with a wrong secret says so, with Microsoft's words and ids and what to do", async () => {
      await runTest(page, "send");
      assert.match(await verdict(page), /✖[\s\S]*Sign-in failed: no token/);
      assert.deepEqual(await outcomes(page), {
        token: "failed",
        mailbox: "skipped",
        permission: "skipped",
        send: "skipped",
      });
      const finding = await page.locator('[data-step="token"]').innerText();
      assert.match(finding, /AADSTS7000215/);
      assert.match(finding, /Value/);
      assert.match(finding, /Request id: \S+/);
      await page.locator('.po-blamed[data-field="clientSecret"]').waitFor();
      assert.deepEqual(await overflowing(page, ".po-configuration"), []);
      await page.locator(".po-finding").scrollIntoViewIfNeeded();
      await screenshot(page, `graph-mail-${version}-wrong-secret`, ".red-ui-tray");
      await page.locator(".po-finding button").click();
      assert.equal(await page.evaluate(() => document.activeElement?.id), "node-config-input-clientSecret");
      assert.equal(graph.mails.length, 0);
    });

    it("Test tells a mailbox that does not exist", async () => {
      await page.fill("#node-config-input-clientSecret", clientSecret);
      await page.fill("#node-config-input-mailbox", "nobody@example.com");
      await runTest(page, "check");
      const { token, mailbox: found } = await outcomes(page);
      assert.deepEqual({ token, found }, { token: "passed", found: "failed" });
      assert.match(await page.locator(".po-finding").innerText(), /ErrorInvalidUser|mailbox/i);
      await page.locator('.po-blamed[data-field="mailbox"]').waitFor();
      await screenshot(page, `graph-mail-${version}-no-mailbox`, ".red-ui-tray");
    });

    it("Test passes, and its mail is in the mailbox", async () => {
      await page.fill("#node-config-input-mailbox", mailbox);
      await runTest(page, "send");
      assert.match(await verdict(page), /✔/);
      assert.deepEqual(await outcomes(page), {
        token: "passed",
        mailbox: "passed",
        permission: "passed",
        send: "passed",
      });
      assert.match(await page.locator('[data-step="permission"]').innerText(), /Mail\.Send/);
      assert.match(await page.locator(".po-sent").innerText(), /ann@example\.com[\s\S]*Accepted is not delivered/);
      assert.deepEqual(
        graph.mails.map(({ to }) => to),
        [["ann@example.com"]],
      );
      await openDialogue(page);
      const dialogue = await page.locator(".po-details pre").innerText();
      for (const secret of [clientSecret, ...entra.tokensIssued]) assert.ok(!dialogue.includes(secret));
      await page.locator(".po-sent").scrollIntoViewIfNeeded();
      await screenshot(page, `graph-mail-${version}-passed`, ".red-ui-tray");
    });

    it("saved and deployed, the step that was there before sends through Graph", async () => {
      await saveDialog(page, "config");
      assert.equal(await nodeInEditor(page, "sales", "valid"), true);
      await deploy(page);
      await page.click("#inject1 .red-ui-flow-node-button-button");
      await graph.waitFor(() => graph.mails.some(({ subject }) => subject === "Order 4711"));
      const mail = graph.mails.find(({ subject }) => subject === "Order 4711");
      assert.equal(mail?.mailbox, mailbox);
      assert.deepEqual(mail?.to, ["ann@example.com"]);
      assert.match(mail?.text ?? "", /^Dear Ann,\s+thank you\./);
      await page.getByText(/^accepted \d\d:\d\d:\d\d$/).waitFor();
      await screenshot(page, `graph-mail-${version}-flow`);
    });

    it("the stored secret serves the next test, and is asked for again once the tenant changes", async () => {
      await openConfiguration(page, "sales");
      assert.equal(await page.inputValue("#node-config-input-clientSecret"), "__PWRD__");
      await page.fill("#post-office-test-to", "ann@example.com");
      await runTest(page, "check");
      assert.match(await verdict(page), /✔/);
      await page.fill("#node-config-input-tenantId", "other.example.com");
      await runTest(page, "check");
      assert.match(await verdict(page), /Nothing was sent[\s\S]*Client secret: Asked again/);
      await page.fill("#node-config-input-tenantId", tenantId);
    });

    it("with the certificate in place of the secret, Test passes as well", async () => {
      await chooseSegment(page, "graphAuth", "certificate");
      await page.fill("#node-config-input-certificate", own.certificate);
      await page.fill("#node-config-input-certificateKey", own.privateKey);
      await runTest(page, "send");
      assert.match(await verdict(page), /✔/);
      await page
        .locator("#post-office-certificate-line")
        .getByText(/CN=Node-RED mail/)
        .waitFor();
      await saveDialog(page, "config");
    });
  });
}
