import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type MailServer, startMailServer } from "../support/mail-server";
import { cancelDialog, nodeInEditor, openNode, overflowing, pasteInto, saveDialog, screenshot } from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { withEditor } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`A step's test with sample data in Node-RED ${version}`, () => {
    let mail: MailServer;
    let page: Page;
    const editor = withEditor(async () => {
      mail = await startMailServer({
        onRcpt: (address) => (address.startsWith("nobody") ? "550 5.1.1 No such user" : undefined),
      });
      return {
        version,
        window: { height: 1200, dark: version === 5 },
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, port: mail.port }),
          step("plain"),
          step("wrong", { cc: "Ben", ccType: "str" }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    it("needs a recipient, says who gets the mail, and tells what the server said", async () => {
      await openNode(page, "plain");
      assert.equal(await page.locator("#post-office-sample-send").isDisabled(), true);
      assert.match(await why(page), /enter who gets it/);
      await page.fill("#post-office-sample-to", "me@example.com, you@example.com");
      assert.match(await why(page), /one e-mail address/);
      await page.fill("#post-office-sample-to", "me@example.com");
      assert.match(await why(page), /^me@example\.com gets one real mail, marked \[Test\], through Sales_SMTP/);
      await send(page);
      assert.match(await verdict(page), /The server accepted the test mail/);
      const told = await page.locator("#post-office-sample-result").innerText();
      assert.match(told, /“\[Test\] Your order 4711” from orders@example\.com to me@example\.com/);
      assert.match(told, /250 2\.0\.0 Ok: queued/);
      assert.match(told, /Accepted is not delivered/);
      assert.match(told, /own recipients got nothing: To ann@example\.com\./);
      assert.deepEqual(
        mail.mails.map(({ envelope }) => envelope.to),
        [["me@example.com"]],
      );
      assert.deepEqual(await overflowing(page, ".post-office-step"), []);
      await screenshot(page, `step-test-${version}-passed`);
    });

    it("goes by the form as it stands, not by what was deployed", async () => {
      await chooseText(page, "subject", "Changed");
      await page.waitForSelector(".po-result.po-stale");
      await send(page);
      assert.equal(mail.mails.at(-1)?.parsed.subject, "[Test] Changed");
      await cancelDialog(page, "node");
    });

    it("goes by a sample of one's own, which is kept for the step; the recipient for all", async () => {
      await openNode(page, "plain");
      assert.equal(await page.inputValue("#post-office-sample-to"), "me@example.com");
      await page.click("#post-office-sample-data > summary");
      await pasteInto(page, "#post-office-sample-editor", '{"to":"x@example.com","topic":"Own","payload":"Mine"}');
      await send(page);
      assert.equal(mail.mails.at(-1)?.parsed.subject, "[Test] Own");
      await pasteInto(page, "#post-office-sample-editor", "[1");
      await page.locator("#post-office-sample-why", { hasText: "must be a JSON object" }).waitFor();
      assert.equal(await page.locator("#post-office-sample-preview").isDisabled(), true);
      await pasteInto(page, "#post-office-sample-editor", '{"topic":"Kept","payload":"Mine"}');
      await cancelDialog(page, "node");
      await openNode(page, "plain");
      assert.equal(await page.locator("#post-office-sample-names").innerText(), "msg.topic, msg.payload");
      await page.click("#post-office-sample-data > summary");
      await page.click("#post-office-sample-reset");
      assert.match(await page.locator("#post-office-sample-names").innerText(), /^msg\.to, msg\.topic/);
      await cancelDialog(page, "node");
      assert.equal(await nodeInEditor(page, "plain", "changed"), false);
    });

    it("tells what failed, why, what to change, and leads to the field", async () => {
      await openNode(page, "wrong");
      const before = mail.mails.length;
      await send(page);
      assert.match(await verdict(page), /did not succeed/);
      const told = await page.locator(".po-finding").innerText();
      assert.match(told, /“Ben” is not a valid e-mail address/);
      assert.match(told, /ERR_MAIL_ADDRESS/);
      await page.locator(".po-finding button").click();
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Cc");
      await page.fill("#post-office-sample-to", "nobody@example.com");
      await chooseText(page, "cc", "");
      await send(page);
      assert.match(await page.locator(".po-finding").innerText(), /550 5\.1\.1 No such user/);
      assert.equal(mail.mails.length, before);
      await screenshot(page, `step-test-${version}-failed`);
      await cancelDialog(page, "node");
    });

    it("opens the configuration that is the default, and its line is fresh afterwards", async () => {
      await openNode(page, "plain");
      await page.click("#post-office-open");
      await page.waitForSelector(".po-configuration");
      assert.equal(await page.inputValue("#node-config-input-name"), "Sales_SMTP");
      await page.fill("#node-config-input-from", "sales@example.com");
      await page.fill("#node-config-input-name", "Shop_SMTP");
      await saveDialog(page, "config");
      await page.getByText(/Through localhost:\d+ as sales@example\.com\./).waitFor();
      await page.getByText("Open Shop_SMTP").waitFor();
      assert.equal(await page.inputValue("#node-input-smtpConfig"), "_ADD_");
      assert.match(await page.locator("#node-input-smtpConfig").innerText(), /Default: Shop_SMTP/);
      await page.fill("#post-office-sample-to", "me@example.com");
      assert.match(await why(page), /changes that are not deployed yet/);
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "plain", "smtpConfig"), "");
    });
  });
}

async function send(page: Page): Promise<void> {
  await page.click("#post-office-sample-send");
  await page.locator("#post-office-sample-running").waitFor({ state: "hidden" });
  await page.waitForSelector("#post-office-sample-result:not(.po-stale) .po-verdict");
}

const why = (page: Page): Promise<string> => page.locator("#post-office-sample-why").innerText();
const verdict = (page: Page): Promise<string> => page.locator(".po-verdict").innerText();

async function chooseText(page: Page, field: string, text: string): Promise<void> {
  await page.locator(`#node-input-${field} + .red-ui-typedInput-container .red-ui-typedInput-type-select`).click();
  await page.locator(".red-ui-typedInput-options:visible [value=str]").click();
  await page.locator(`#node-input-${field} + .red-ui-typedInput-container .red-ui-typedInput-input`).fill(text);
}
