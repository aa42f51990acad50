import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { cancelDialog, nodeInEditor, openConfiguration, overflowing, saveDialog, screenshot } from "./support/editor";
import { configuration, tab } from "./support/flows";
import { chooseSegment, hintAt, shownFields } from "./support/form";
import { messageAt, reason } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const SERVER = ["kind", "host", "security", "port"];
const APPLICATION = ["tenantId", "clientId"];
const guid = "72f988bf-86f1-41af-91ab-2d7cd011db47";

const flows: [flow: string, fields: string[]][] = [
  ["azure-client-secret", [...APPLICATION, "clientSecret", "username", "cloud"]],
  ["azure-certificate", [...APPLICATION, "certificate", "certificateKey", "username", "cloud"]],
  ["azure-password", [...APPLICATION, "username", "password", "cloud"]],
  ["google-service-account", ["serviceAccountKey", "username"]],
  ["google-refresh-token", ["clientId", "clientSecret", "refreshToken", "username"]],
  ["message", ["username"]],
];
const graphSignIns: [way: string, fields: string[], hint: RegExp][] = [
  ["client-secret", [...APPLICATION, "clientSecret"], /Recommended/],
  ["certificate", [...APPLICATION, "certificate", "certificateKey"], /multi-factor/],
  ["password", [...APPLICATION, "clientSecret", "username", "password"], /Cannot work with multi-factor/],
];

for (const version of [4, 5] as const) {
  describe(`The ways to sign in, in the dialog of Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor(async () => {
      const login = { username: "alerts@example.com", password: "correct horse" };
      const microsoft = { host: "smtp.office365.com", security: "starttls", auth: "password", credentials: login };
      return {
        version,
        window: { dark: version === 5, height: 1500 },
        flows: [
          tab,
          configuration("own", { name: "Own_SMTP", isDefault: true, security: "starttls" }),
          configuration("basic", { name: "Basic_365", ...microsoft, maxConnections: 3, perMinute: 30 }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });

    beforeEach(() => openConfiguration(page, "own"));
    afterEach(async () => {
      if (await page.locator(".po-configuration").isVisible()) await cancelDialog(page, "config");
    });

    it("an SMTP server shows its own fields only", async () => {
      assert.equal(await page.getByText(", DKIM").isVisible(), true);
      assert.deepEqual(await shownFields(page), [...SERVER, "tls", "auth"]);
      await chooseSegment(page, "auth", "password");
      assert.deepEqual(await shownFields(page), [...SERVER, "tls", "auth", "username", "password"]);
    });

    it("each OAuth flow shows what it needs, and says what to have ready", async () => {
      await chooseSegment(page, "auth", "oauth2");
      for (const [flow, fields] of flows) {
        await page.selectOption("#node-config-input-oauthFlow", flow);
        assert.deepEqual(await shownFields(page), [...SERVER, "tls", "auth", "oauthFlow", ...fields], flow);
        assert.match(await hintAt(page, "oauthFlow"), flow === "message" ? /Access token/ : /ready|app registration/);
        assert.match(await page.locator('label[for="node-config-input-username"]').innerText(), /Mailbox address/);
        assert.equal(await page.locator("#post-office-test-token").isVisible(), flow === "message");
        assert.deepEqual(await overflowing(page, ".po-configuration"), [], flow);
        await screenshot(page, `sign-in-${version}-${flow}`, ".red-ui-tray");
      }
    });

    it("Graph shows no server, and each way to sign in what it needs", async () => {
      await chooseSegment(page, "kind", "graph");
      for (const [way, fields, hint] of graphSignIns) {
        await chooseSegment(page, "graphAuth", way);
        const shown = ["kind", "graphAuth", ...fields, "cloud", "mailbox", "saveToSentItems"];
        assert.deepEqual(await shownFields(page), shown, way);
        assert.match(await hintAt(page, "graphAuth"), hint);
        assert.deepEqual(await overflowing(page, ".po-configuration"), [], way);
        await screenshot(page, `graph-${version}-${way}`, ".red-ui-tray");
      }
      assert.equal(await page.isChecked("#node-config-input-saveToSentItems"), true);
      assert.equal(await page.getByText(", DKIM").isVisible(), false);
      assert.match(await page.innerText("#post-office-provider-note"), /Mail\.Send[\s\S]*admin consent[\s\S]*limit it/);
    });

    it("the choices are reached and made by keyboard, and every field has a name", async () => {
      await page.locator('[name="post-office-kind"]:checked').focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.inputValue("#node-config-input-kind"), "graph");
      await page.locator('[name="post-office-graphAuth"]:checked').focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.inputValue("#node-config-input-graphAuth"), "certificate");
      const unnamed = await page
        .locator(".po-configuration :is(input, select, textarea, button):visible")
        .evaluateAll((controls) =>
          controls
            .filter((control) => {
              const { labels } = control as HTMLInputElement;
              return !labels?.length && !control.getAttribute("aria-label") && !control.textContent?.trim();
            })
            .map((control) => control.outerHTML.slice(0, 90)),
        );
      assert.deepEqual(
        unnamed.filter((html) => !/input-lookup|tls/.test(html)),
        [],
      );
    });

    const mistakes: [field: string, value: string, message: RegExp][] = [
      ["tenantId", "", /Is required/],
      ["tenantId", "common", /not “common”/],
      ["tenantId", "my tenant", /tenant's ID/],
      ["clientId", "my-app", /Application \(client\) ID/],
      ["clientSecret", guid, /secret's ID/],
      ["mailbox", "", /Is required/],
      ["mailbox", "alerts", /address or the object ID/],
    ];
    it("Graph: says at the field what is wrong, and on the button", async () => {
      await page.fill("#post-office-test-to", "ann@example.com");
      await chooseSegment(page, "kind", "graph");
      const good = { tenantId: "example.com", clientId: guid, clientSecret: "s3~cret", mailbox: "alerts@example.com" };
      for (const [field, value] of Object.entries(good)) await page.fill(`#node-config-input-${field}`, value);
      assert.match(await reason(page), /from the mailbox alerts@example\.com through Microsoft Graph/);
      for (const [field, value, message] of mistakes) {
        await page.fill(`#node-config-input-${field}`, value);
        assert.match(await messageAt(page, field), message, `${field} ${value}`);
        assert.match(await reason(page), message);
        await page.fill(`#node-config-input-${field}`, good[field as keyof typeof good]);
        assert.equal(await messageAt(page, field), "");
      }
      assert.equal(await page.locator("#post-office-test-send").isDisabled(), false);
    });

    it("OAuth at Microsoft refuses an IP address as host, and any OAuth a connection in clear", async () => {
      await chooseSegment(page, "auth", "oauth2");
      await page.fill("#node-config-input-host", "192.0.2.7");
      assert.match(await messageAt(page, "host"), /IP address is refused/);
      await page.selectOption("#node-config-input-oauthFlow", "google-service-account");
      assert.equal(await messageAt(page, "host"), "");
      for (const security of ["none", "starttls-if-offered"]) {
        await page.selectOption("#node-config-input-security", security);
        assert.match(await messageAt(page, "security"), /must not leave in clear/);
      }
      await page.selectOption("#node-config-input-security", "tls");
      assert.equal(await messageAt(page, "security"), "");
    });

    it("keys that are none, or need a passphrase, are refused at the field", async () => {
      await chooseSegment(page, "kind", "graph");
      await chooseSegment(page, "graphAuth", "certificate");
      await page.fill("#node-config-input-certificate", "MIIC");
      assert.match(await messageAt(page, "certificate"), /PEM form/);
      await page.fill("#node-config-input-certificateKey", "secret");
      assert.match(await messageAt(page, "certificateKey"), /private key in PEM form/);
      const encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIC\n-----END ENCRYPTED PRIVATE KEY-----";
      await page.fill("#node-config-input-certificateKey", encrypted);
      assert.match(await messageAt(page, "certificateKey"), /passphrase[\s\S]*without one/);
      await chooseSegment(page, "kind", "generic");
      await chooseSegment(page, "auth", "oauth2");
      await page.selectOption("#node-config-input-oauthFlow", "google-service-account");
      await page.fill("#node-config-input-serviceAccountKey", "{}");
      assert.match(await messageAt(page, "serviceAccountKey"), /client_email and private_key/);
    });

    it("Gmail proposes Google's flows, Microsoft 365 its own", async () => {
      await page.fill("#node-config-input-host", "smtp.gmail.com");
      await chooseSegment(page, "auth", "oauth2");
      assert.equal(await page.inputValue("#node-config-input-oauthFlow"), "google-service-account");
      await chooseSegment(page, "auth", "none");
      await page.fill("#node-config-input-host", "smtp.office365.com");
      await chooseSegment(page, "auth", "oauth2");
      assert.equal(await page.inputValue("#node-config-input-oauthFlow"), "azure-client-secret");
    });

    it("a password at Microsoft 365 shows that it is being retired, and the way to OAuth", async () => {
      const note = page.locator("#post-office-retirement");
      assert.equal(await note.isVisible(), false);
      await cancelDialog(page, "config");
      await openConfiguration(page, "basic");
      assert.match(await note.innerText(), /retiring[\s\S]*December 2026/);
      await screenshot(page, `retirement-${version}`, ".red-ui-tray");
      await page.click("#post-office-use-oauth");
      assert.equal(await note.isVisible(), false);
      assert.equal(await page.isChecked('[name="post-office-auth"][value=oauth2]'), true);
      assert.equal(await page.inputValue("#node-config-input-oauthFlow"), "azure-client-secret");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "node-config-input-tenantId");
      assert.match(await reason(page), /Tenant: Is required/);
    });

    it("… and the way to Microsoft Graph, with the mailbox and Graph's limits", async () => {
      await cancelDialog(page, "config");
      await openConfiguration(page, "basic");
      await page.click("#post-office-use-graph");
      assert.equal(await page.inputValue("#node-config-input-kind"), "graph");
      assert.equal(await page.inputValue("#node-config-input-mailbox"), "alerts@example.com");
      assert.equal(await page.inputValue("#node-config-input-maxConnections"), "4");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "node-config-input-tenantId");
    });

    it("with a token from the message, the test wants one", async () => {
      await page.fill("#post-office-test-to", "ann@example.com");
      await chooseSegment(page, "auth", "oauth2");
      await page.selectOption("#node-config-input-oauthFlow", "message");
      await page.fill("#node-config-input-username", "alerts@example.com");
      assert.match(await reason(page), /Enter an access token/);
      assert.equal(await page.locator("#post-office-test-check").isDisabled(), true);
      await page.fill("#post-office-test-token", "eyJ0.e30.x");
      assert.equal(await page.locator("#post-office-test-check").isDisabled(), false);
      const asked = page.waitForRequest((request) => request.url().endsWith("smtp-config/test"));
      await page.click("#post-office-test-check");
      assert.equal((await asked).postDataJSON().accessToken, "eyJ0.e30.x");
      await page.locator("#post-office-test-running").waitFor({ state: "hidden" });
      await page.selectOption("#node-config-input-oauthFlow", "google-service-account");
      assert.equal(await page.locator("#post-office-test-token").isVisible(), false);
    });

    it("a Graph configuration that lacks something is flagged once it is saved", async () => {
      await chooseSegment(page, "kind", "graph");
      await page.fill("#node-config-input-tenantId", "example.com");
      await page.fill("#node-config-input-clientId", guid);
      await page.fill("#node-config-input-mailbox", "alerts@example.com");
      await saveDialog(page, "config");
      assert.deepEqual(await nodeInEditor(page, "own", "validationErrors"), ["Client secret: Is required."]);
    });
  });
}
