import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { PROVIDERS } from "../../src/settings/providers";
import {
  cancelDialog,
  nodeInEditor,
  openConfiguration,
  openEditor,
  overflowing,
  saveDialog,
  screenshot,
} from "./support/editor";
import { configuration, tab } from "./support/flows";
import { messageAt, reason, runTest } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const graph365 = "Microsoft 365 (Graph)";
const smtp365 = PROVIDERS.find(({ id }) => id === "microsoft-365")?.name ?? "";
const own = { host: "localhost", security: "tls", port: "1", maxConnections: "5", perMinute: "" };
const microsoft = {
  host: "smtp.office365.com",
  security: "starttls",
  port: "587",
  maxConnections: "3",
  perMinute: "30",
};
const gmail = { host: "smtp.gmail.com", security: "starttls", port: "587", maxConnections: "5", perMinute: "" };

for (const version of [4, 5] as const) {
  describe(`The provider picker in Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor({
      version,
      flows: [
        tab,
        configuration("own", { name: "Own_SMTP", isDefault: true, security: "tls", port: 1 }),
        configuration("other", { name: "Other_SMTP", host: "smtp.office365.com", auth: "none" }),
      ],
    });
    before(() => {
      ({ page } = editor);
    });

    beforeEach(() => openConfiguration(page, "own"));
    afterEach(async () => {
      if (await page.locator(".po-configuration").isVisible()) await cancelDialog(page, "config");
    });

    it("offers every provider, own server first", async () => {
      const names = await page.locator("#post-office-provider option").allInnerTexts();
      const providers = PROVIDERS.flatMap(({ name }) => (name === smtp365 ? [graph365, name] : [name]));
      assert.deepEqual(names, ["Own server", ...providers]);
      assert.equal(await chosen(page), "Own server");
      assert.equal(await note(page), undefined);
      assert.equal(await page.getByLabel("Provider").inputValue(), "");
    });

    it("Gmail fills host, port and security, and explains the app password", async () => {
      await choose(page, "Gmail");
      assert.deepEqual(await values(page), gmail);
      assert.match((await note(page)) ?? "", /app password/);
    });

    it("an icon shows whom the chosen one serves", async () => {
      const icon = page.locator("#post-office-provider-icon");
      const icons: string[] = [];
      for (const name of ["Own server", "Gmail", graph365, "Postmark", "IONOS"]) {
        await choose(page, name);
        icons.push((await icon.getAttribute("class")) ?? "");
      }
      const names = ["server", "envelope-o", "building-o", "paper-plane-o", "globe"];
      assert.deepEqual(
        icons,
        names.map((name) => `fa fa-${name}`),
      );
      assert.equal(await icon.getAttribute("aria-hidden"), "true");
    });

    it("Microsoft 365 sets its limits too, and the next provider takes them back", async () => {
      await choose(page, smtp365);
      assert.deepEqual(await values(page), microsoft);
      assert.match((await note(page)) ?? "", /Authenticated SMTP must be on/);
      await choose(page, "Gmail");
      assert.deepEqual(await values(page), gmail);
    });

    it("leaves limits alone that somebody chose", async () => {
      await page.fill("#node-config-input-maxConnections", "2");
      await choose(page, smtp365);
      assert.deepEqual(await values(page), { ...microsoft, maxConnections: "2" });
    });

    it("typing another host switches to what fits, and fills nothing", async () => {
      await choose(page, smtp365);
      await page.fill("#node-config-input-host", "smtp.example.com");
      assert.equal(await chosen(page), "Own server");
      assert.equal(await note(page), undefined);
      assert.deepEqual(await values(page), { ...microsoft, host: "smtp.example.com" });
      await page.fill("#node-config-input-host", "email-smtp.ap-south-1.amazonaws.com");
      assert.equal(await chosen(page), "Amazon SES");
      assert.match((await note(page)) ?? "", /SMTP credentials/);
    });

    it("Own server brings back what stood there", async () => {
      await choose(page, smtp365);
      await choose(page, "Fastmail");
      assert.deepEqual(await values(page), { ...own, host: "smtp.fastmail.com", port: "465" });
      await choose(page, "Own server");
      assert.deepEqual(await values(page), own);
      assert.equal(await page.evaluate(() => document.activeElement?.id), "node-config-input-host");
    });

    it("knows the provider of a saved configuration, and asks for a host when it is given up", async () => {
      await cancelDialog(page, "config");
      await openConfiguration(page, "other");
      assert.equal(await chosen(page), smtp365);
      await choose(page, "Own server");
      assert.equal(await page.inputValue("#node-config-input-host"), "");
      assert.match(await messageAt(page, "host"), /Is required/);
    });

    it("acts as typing does: messages, reasons and an old result follow", async () => {
      await runTest(page, "check");
      await page.fill("#node-config-input-host", "smtp://localhost");
      assert.match(await messageAt(page, "host"), /name only/);
      assert.equal(await page.locator(".po-result.po-stale").count(), 1);
      await page.fill("#post-office-test-to", "ann@example.com");
      await choose(page, "SendGrid");
      assert.equal(await messageAt(page, "host"), "");
      assert.match(await reason(page), /smtp\.sendgrid\.net:587/);
    });

    it("Microsoft 365 (Graph) goes to Graph with its limits, and Own server comes back from it", async () => {
      await choose(page, graph365);
      assert.equal(await page.inputValue("#node-config-input-kind"), "graph");
      assert.equal(await page.isChecked('[name="post-office-kind"][value=graph]'), true);
      assert.equal(await page.isVisible("#node-config-input-host"), false);
      assert.match((await note(page)) ?? "", /Mail\.Send/);
      assert.deepEqual(await values(page), { ...own, maxConnections: "4", perMinute: "30" });
      await choose(page, "Own server");
      assert.equal(await page.isChecked('[name="post-office-kind"][value=generic]'), true);
      assert.deepEqual(await values(page), own);
      assert.equal(await note(page), undefined);
    });

    it("from Graph to a server's provider and from there to Graph, limits go along", async () => {
      await choose(page, graph365);
      await choose(page, smtp365);
      assert.deepEqual(await values(page), microsoft);
      await choose(page, graph365);
      assert.deepEqual(await values(page), { ...microsoft, maxConnections: "4" });
      await choose(page, "Gmail");
      assert.deepEqual(await values(page), gmail);
    });

    it("the type and the provider agree, whichever is chosen", async () => {
      await choose(page, smtp365);
      await page.click(".po-segments label:has([name=post-office-kind][value=graph])");
      assert.equal(await chosen(page), graph365);
      await page.click(".po-segments label:has([name=post-office-kind][value=generic])");
      assert.equal(await chosen(page), smtp365);
      assert.deepEqual(await values(page), microsoft);
    });

    it("Graph leaves limits alone that somebody chose, and says what it does not take", async () => {
      await page.fill("#node-config-input-maxConnections", "10");
      await page.fill("#node-config-input-perMinute", "20");
      await choose(page, graph365);
      assert.deepEqual(await values(page), { ...own, maxConnections: "10", perMinute: "20" });
      assert.match(await messageAt(page, "maxConnections"), /1–4/);
      await choose(page, "Own server");
      assert.deepEqual(await values(page), { ...own, maxConnections: "10", perMinute: "20" });
      assert.equal(await messageAt(page, "maxConnections"), "");
    });

    it("what was chosen is saved, the choice itself is not", async () => {
      await choose(page, smtp365);
      await saveDialog(page, "config");
      for (const [name, value] of Object.entries(microsoft)) {
        assert.equal(String(await nodeInEditor(page, "own", name)), value);
      }
      assert.equal(await nodeInEditor(page, "own", "provider"), undefined);
    });

    for (const dark of version === 5 ? [false, true] : [false]) {
      it(`every paragraph fits, ${dark ? "dark" : "light"}`, async () => {
        const window = await openEditor(editor.browser, editor.red.url, { dark, height: 1150 });
        await openConfiguration(window.page, "own");
        for (const name of [graph365, ...PROVIDERS.map(({ name }) => name)]) {
          await choose(window.page, name);
          assert.deepEqual(await overflowing(window.page, ".po-configuration"), [], name);
        }
        await choose(window.page, smtp365);
        const look = `provider-${version}-${dark ? "dark" : "light"}`;
        await screenshot(window.page, look, ".red-ui-tray");
        assert.deepEqual(window.errors, []);
        await window.close();
      });
    }
  });
}

async function choose(page: Page, name: string): Promise<void> {
  await page.selectOption("#post-office-provider", { label: name });
}

function chosen(page: Page): Promise<string> {
  return page.locator("#post-office-provider option:checked").innerText();
}

/** The provider's paragraph, where one shows. */
async function note(page: Page): Promise<string | undefined> {
  const box = page.locator("#post-office-provider-note");
  return (await box.isVisible()) ? box.innerText() : undefined;
}

async function values(page: Page): Promise<typeof own> {
  const read = (name: string) => page.inputValue(`#node-config-input-${name}`);
  const [host, security, port, maxConnections, perMinute] = await Promise.all(Object.keys(own).map(read));
  return { host, security, port, maxConnections, perMinute } as typeof own;
}
