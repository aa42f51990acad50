import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { rsaKey } from "../support/dkim-keys";
import { type DnsServer, startDnsServer } from "../support/dns-server";
import { type MailServer, startMailServer } from "../support/mail-server";
import { verifyDkim } from "../support/verify-dkim";
import { violations } from "./support/accessibility";
import { idsByName, untilNames } from "./support/configurations";
import {
  cancelDialog,
  cutOff,
  deploy,
  nodeInEditor,
  openConfiguration,
  openEditor,
  overflowing,
  saveDialog,
  screenshot,
} from "./support/editor";
import { configuration, tab } from "./support/flows";
import { chooseSegment, fieldValues, hintAt } from "./support/form";
import { messageAt, outcomes, runTest, verdict } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const KEY = rsaKey();
const NAME = "mail2026._domainkey.example.com";
const UNTOUCHED = "__PWRD__";

for (const version of [4, 5] as const) {
  describe(`DKIM in the dialog of Node-RED ${version}`, () => {
    let mail: MailServer;
    let dns: DnsServer;
    let page: Page;
    let value: string;
    const editor = withEditor(async () => {
      mail = await startMailServer();
      dns = await startDnsServer();
      const own = { from: "orders@example.com", port: mail.port, isDefault: true };
      return {
        version,
        window: { height: 1500 },
        services: { dns: dns.address },
        flows: [tab, configuration("signed", { name: "Signed", ...own })],
      };
    });
    before(async () => {
      ({ page } = editor);
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    });
    after(async () => {
      await mail?.close();
      await dns?.close();
    });

    const open = async (dialog = page, id = "signed"): Promise<void> => {
      await openConfiguration(dialog, id);
      await dialog.locator("summary", { hasText: /Advanced|Erweitert/ }).click();
    };
    const step = (dialog = page) => dialog.locator(".po-step[data-step=dkim]");

    it("selector and key show once there is a domain, and are needed then", async () => {
      await open();
      for (const field of ["dkimSelector", "dkimKey"])
        assert.equal(await page.isVisible(`#node-config-input-${field}`), false, field);
      await page.fill("#node-config-input-dkimDomain", "example.com");
      // Tab leads on to what has just appeared.
      await page.locator("#node-config-input-dkimDomain").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.type("mail2026._domainkey");
      await page.keyboard.press("Tab");
      await page.keyboard.type("no key");
      assert.match(await messageAt(page, "dkimSelector"), /what stands before \._domainkey/);
      assert.match(await messageAt(page, "dkimKey"), /private key in PEM form/);
      await page.fill("#node-config-input-dkimSelector", "mail2026");
      assert.equal(await messageAt(page, "dkimSelector"), "");
    });

    it("with Graph nothing of it shows: Microsoft signs", async () => {
      await chooseSegment(page, "kind", "graph");
      for (const field of ["dkimDomain", "dkimSelector", "dkimKey"])
        assert.equal(await page.isVisible(`#node-config-input-${field}`), false, field);
      await chooseSegment(page, "kind", "generic");
    });

    it("the key is read from a file", async () => {
      const chooser = page.waitForEvent("filechooser");
      await page.click("[data-uploads=dkimKey]");
      const file = { name: "dkim.pem", mimeType: "text/plain", buffer: Buffer.from(`${KEY}\n`) };
      await (await chooser).setFiles(file);
      await page.getByText("Read from dkim.pem.").waitFor();
      assert.equal(await page.inputValue("#node-config-input-dkimKey"), KEY.trim());
      assert.equal(await messageAt(page, "dkimKey"), "");
      assert.match(await hintAt(page, "dkimKey"), /dkim\.pem/);
    });

    it("the test warns that nothing is published, and shows what to publish", async () => {
      await page.fill("#post-office-test-to", "me@example.org");
      await runTest(page, "send");
      assert.match(await verdict(page), /Complete, with a warning/);
      assert.equal((await outcomes(page))["dkim"], "warned");
      const [name, text] = await step().locator(".po-record code").allInnerTexts();
      assert.equal(name, NAME);
      assert.match(text ?? "", /^v=DKIM1; k=rsa; p=MII/);
      value = text ?? "";
      assert.match(await step().innerText(), /DNS has no key at mail2026\._domainkey\.example\.com/);
      assert.match(await step().innerText(), /Publish the TXT record/);
      assert.deepEqual(await violations(page, ".po-step[data-step=dkim]"), []);
      await screenshot(page, `dkim-missing-${version}`, ".po-step[data-step=dkim]");
    });

    it("name and value are copied with a button each", async () => {
      for (const [at, copied] of [NAME, value].entries()) {
        const button = step().locator(".po-record button").nth(at);
        assert.match((await button.getAttribute("aria-label")) ?? "", at === 0 ? /^Copy: Name/ : /^Copy: Value/);
        await button.click();
        await step().locator(".po-record button", { hasText: "Copied" }).nth(at).waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), copied);
      }
    });

    it("the test passes once DNS gives out the key, and its mail verifies", async () => {
      dns.answer(NAME, [value]);
      await runTest(page, "send");
      assert.match(await verdict(page), /Complete: the server accepted/);
      assert.match(await step().innerText(), /published in DNS/);
      assert.equal(await step().locator(".po-record code").first().isVisible(), false);
      await step().locator("summary").click();
      assert.equal(await step().locator(".po-record code").first().innerText(), NAME);
      const verified = mail.mails.flatMap(({ raw }) => verifyDkim(raw, () => value));
      assert.deepEqual(
        verified.map(({ problem }) => problem),
        ["", ""],
      );
    });

    it("what the test finds wrong with a key stands at its field", async () => {
      await page.fill("#node-config-input-dkimKey", rsaKey(1016));
      await page.click("#post-office-test-check");
      await page.getByText("Has 1016 bits, which no receiver accepts.").first().waitFor();
      assert.match(await messageAt(page, "dkimKey"), /Make one with 2048/);
      await page.fill("#node-config-input-dkimKey", KEY);
    });

    it("saved, deployed and loaded again, dots stand for the key, and the test uses the stored one", async () => {
      await saveDialog(page, "config");
      assert.deepEqual(await nodeInEditor(page, "signed", "validationErrors"), []);
      await deploy(page);
      const again = await openEditor(editor.browser, editor.red.url, { height: 1500, dark: version === 5 });
      await open(again.page);
      assert.deepEqual(await fieldValues(again.page, ["dkimDomain", "dkimSelector", "dkimKey"]), {
        dkimDomain: "example.com",
        dkimSelector: "mail2026",
        dkimKey: UNTOUCHED,
      });
      // Another server: the key goes to none, so it is not asked for again.
      await again.page.fill("#node-config-input-host", "127.0.0.1");
      await runTest(again.page, "check");
      assert.equal((await outcomes(again.page))["dkim"], "passed");
      await again.page.fill("#post-office-test-from", "orders@example.net");
      await again.page.fill("#post-office-test-to", "me@example.org");
      await runTest(again.page, "send");
      assert.match(await step(again.page).innerText(), /for DMARC it may not count/);
      assert.deepEqual(await overflowing(again.page, ".po-configuration"), []);
      assert.deepEqual(await cutOff(again.page, ".po-configuration"), []);
      await screenshot(again.page, `dkim-stored-${version}`, ".po-step[data-step=dkim]");
      const shown = await again.page.content();
      for (const line of KEY.trim().split("\n").slice(1)) assert.ok(!shown.includes(line), "a line of the key");
      assert.deepEqual(again.errors, []);
      await again.close();
    });

    it("a copy asks for the key", async () => {
      await open();
      await page.click("#post-office-duplicate-open");
      await page.fill("textarea#post-office-duplicate-dkimKey", KEY);
      await page.click("#post-office-duplicate-confirm");
      await untilNames(page, ["Signed", "Signed_copied"]);
      await cancelDialog(page, "config");
      const copy = (await idsByName(page))["Signed_copied"] as string;
      assert.deepEqual(await nodeInEditor(page, copy, "validationErrors"), []);
      await deploy(page);
      await open(page, copy);
      await runTest(page, "check");
      assert.equal((await outcomes(page))["dkim"], "passed");
      await cancelDialog(page, "config");
    });

    it("in German the step and its finding are German", async () => {
      dns.answer(NAME, "no-name");
      const german = await openEditor(editor.browser, editor.red.url, { height: 1500, width: 900, language: "de" });
      await open(german.page);
      await runTest(german.page, "check");
      assert.match(await step(german.page).innerText(), /Im DNS steht unter mail2026.*kein Schlüssel/);
      assert.deepEqual(await overflowing(german.page, ".po-configuration"), []);
      await screenshot(german.page, `dkim-german-${version}`);
      await german.close();
    });
  });
}
