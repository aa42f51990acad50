import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { generate } from "selfsigned";
import { applicationCertificate } from "../support/sign-in/application-certificate";
import { cancelDialog, deploy, nodeInEditor, openConfiguration, openEditor, saveDialog } from "./support/editor";
import { configuration, tab } from "./support/flows";
import { chooseSegment, fieldValues, hintAt } from "./support/form";
import { messageAt } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const guid = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const UNTOUCHED = "__PWRD__";
const DAY_MS = 24 * 60 * 60 * 1000;
const SERVICE_KEY = JSON.stringify({
  client_email: "mail@project.iam.gserviceaccount.com",
  private_key: "-----BEGIN PRIVATE KEY-----\nc2VydmljZS1hY2NvdW50\n-----END PRIVATE KEY-----\n",
});

for (const version of [4, 5] as const) {
  describe(`Secrets and certificates in the dialog of Node-RED ${version}`, () => {
    let page: Page;
    let certificate: string;
    let privateKey: string;
    const editor = withEditor(async () => {
      ({ certificate, privateKey } = await applicationCertificate("Node-RED mail"));
      const application = { tenantId: "example.com", clientId: guid, mailbox: "alerts@example.com", maxConnections: 4 };
      const looked = { kind: "graph", graphAuth: "certificate", ...application, certificate };
      return {
        version,
        window: { height: 1500 },
        flows: [
          tab,
          configuration("secret", { name: "With_secret" }),
          configuration("cert", { name: "With_certificate" }),
          configuration("google", { name: "With_service_account", security: "starttls" }),
          configuration("refresh", { name: "With_refresh_token", security: "starttls" }),
          configuration("look", { name: "Looked_at", ...looked, credentials: { certificateKey: privateKey } }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });

    it("all fields of all ways to sign in are saved", async () => {
      const application = { tenantId: "example.com", clientId: guid, mailbox: "alerts@example.com" };
      await openConfiguration(page, "secret");
      await chooseSegment(page, "kind", "graph");
      await fill(page, { ...application, clientSecret: "first~secret" });
      await page.selectOption("#node-config-input-cloud", "us-gcc-high");
      await page.uncheck("#node-config-input-saveToSentItems");
      await page.locator("summary", { hasText: "Advanced" }).click();
      await fill(page, { maxSize: "20", keepSent: "0", keepFailed: "90" });
      await saveDialog(page, "config");

      await openConfiguration(page, "cert");
      await chooseSegment(page, "kind", "graph");
      await chooseSegment(page, "graphAuth", "certificate");
      await fill(page, { ...application, certificate, certificateKey: privateKey });
      await saveDialog(page, "config");

      await openConfiguration(page, "google");
      await chooseSegment(page, "auth", "oauth2");
      await page.selectOption("#node-config-input-oauthFlow", "google-service-account");
      await fill(page, { serviceAccountKey: SERVICE_KEY, username: "alerts@example.com" });
      await saveDialog(page, "config");

      await openConfiguration(page, "refresh");
      await chooseSegment(page, "auth", "oauth2");
      await page.selectOption("#node-config-input-oauthFlow", "google-refresh-token");
      const client = { clientId: "1.apps.googleusercontent.com", clientSecret: "second~secret" };
      await fill(page, { ...client, refreshToken: "1//refresh", username: "alerts@example.com" });
      await saveDialog(page, "config");

      for (const id of ["secret", "cert", "google", "refresh"])
        assert.deepEqual(await nodeInEditor(page, id, "validationErrors"), [], id);
      await deploy(page);
    });

    it("deployed and loaded again, they stand there, and dots for the secrets", async () => {
      const again = await openEditor(editor.browser, editor.red.url);
      await openConfiguration(again.page, "secret");
      const shown = ["kind", "graphAuth", "tenantId", "clientId", "clientSecret", "cloud", "mailbox", "maxConnections"];
      assert.deepEqual(await fieldValues(again.page, [...shown, "perMinute", "maxSize", "keepSent", "keepFailed"]), {
        kind: "graph",
        graphAuth: "client-secret",
        tenantId: "example.com",
        clientId: guid,
        clientSecret: UNTOUCHED,
        cloud: "us-gcc-high",
        mailbox: "alerts@example.com",
        maxConnections: "4",
        perMinute: "30",
        maxSize: "20",
        keepSent: "0",
        keepFailed: "90",
      });
      assert.equal(await again.page.isChecked("#node-config-input-saveToSentItems"), false);
      assert.equal(await messageAt(again.page, "clientSecret"), "");
      await cancelDialog(again.page, "config");
      await openConfiguration(again.page, "cert");
      assert.equal(await again.page.inputValue("#node-config-input-certificateKey"), UNTOUCHED);
      assert.match(await again.page.inputValue("#node-config-input-certificate"), /BEGIN CERTIFICATE/);
      await cancelDialog(again.page, "config");
      await openConfiguration(again.page, "google");
      const oauth = ["auth", "oauthFlow", "serviceAccountKey", "username"];
      assert.deepEqual(await fieldValues(again.page, oauth), {
        auth: "oauth2",
        oauthFlow: "google-service-account",
        serviceAccountKey: UNTOUCHED,
        username: "alerts@example.com",
      });
      await again.close();
    });

    it("no secret is in the flow file, nor in what the admin API answers", async () => {
      const places = {
        "flow file": readFileSync(join(editor.red.userDir, "flows.json"), "utf8"),
        log: editor.red.log(),
      };
      const answers = [
        "flows",
        ...["secret", "cert", "google", "refresh"].map((id) => `credentials/smtp-config/${id}`),
      ];
      for (const path of answers) Object.assign(places, { [path]: await (await editor.red.fetch(path)).text() });
      const keyLine = privateKey.split("\n")[1] as string;
      for (const secret of ["first~secret", "second~secret", "1//refresh", "c2VydmljZS1hY2NvdW50", keyLine])
        for (const [place, text] of Object.entries(places)) assert.ok(!text.includes(secret), `${secret} in ${place}`);
      assert.match(places["flow file"], /BEGIN CERTIFICATE/);
    });

    it("a secret that was stored is replaced whole, also by a mouse", async () => {
      await openConfiguration(page, "cert");
      const key = page.locator("#node-config-input-certificateKey");
      assert.equal(await key.inputValue(), UNTOUCHED);
      assert.equal(
        await key.evaluate((field) => getComputedStyle(field).getPropertyValue("-webkit-text-security")),
        "disc",
      );
      await key.click();
      await page.keyboard.type("x");
      assert.equal(await key.inputValue(), "x");
      await cancelDialog(page, "config");
      await openConfiguration(page, "secret");
      await page.locator("#node-config-input-clientSecret").focus();
      await page.keyboard.type("y");
      assert.equal(await page.inputValue("#node-config-input-clientSecret"), "y");
      await cancelDialog(page, "config");
    });

    it("a certificate tells its subject, thumbprint and end", async () => {
      await openConfiguration(page, "cert");
      const line = page.locator("#post-office-certificate-line");
      await line.getByText(/CN=Node-RED mail/).waitFor();
      assert.match(await line.innerText(), /SHA-1 thumbprint\s[0-9A-F]{40}\s[\s\S]*Valid to \d{4}-\d\d-\d\d/);
      await cancelDialog(page, "config");
    });

    const ages: [what: string, from: number, to: number, text: RegExp][] = [
      ["has expired", -400, -3, /✖ Expired on \d{4}-\d\d-\d\d: Microsoft refuses it/],
      ["ends within 30 days", -300, 12.5, /⚠ Expires in 12 days/],
      ["is not valid yet", 5, 100, /⚠ Not valid before/],
    ];
    for (const [what, from, to, text] of ages) {
      it(`a certificate that ${what} is marked`, async () => {
        const notBeforeDate = new Date(Date.now() + from * DAY_MS);
        const notAfterDate = new Date(Date.now() + to * DAY_MS);
        const { cert } = await generate([{ name: "commonName", value: what }], { notBeforeDate, notAfterDate });
        await openConfiguration(page, "look");
        await page.fill("#node-config-input-certificate", cert);
        await page.locator("#post-office-certificate-line.po-old").getByText(text).waitFor();
        await cancelDialog(page, "config");
      });
    }

    it("what only looks like a certificate is said to be unreadable", async () => {
      await openConfiguration(page, "look");
      await page.fill("#node-config-input-certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
      await page.getByText("not a certificate that can be read").waitFor();
      await cancelDialog(page, "config");
    });

    it("files are read into their fields, and a key never stays in the certificate's", async () => {
      await openConfiguration(page, "look");
      await page.fill("#node-config-input-certificate", "");
      await upload(page, "certificate", "mail.pem", `${privateKey}\n${certificate}`);
      await page
        .locator("#post-office-certificate-line")
        .getByText(/CN=Node-RED mail/)
        .waitFor();
      assert.equal(await page.inputValue("#node-config-input-certificate"), certificate.trim().replaceAll("\r", ""));
      assert.equal(await page.inputValue("#node-config-input-certificateKey"), privateKey.trim().replaceAll("\r", ""));
      assert.match(await hintAt(page, "certificateKey"), /Taken out/);

      await upload(page, "certificateKey", "big.pem", "x".repeat(70_000));
      assert.match(await hintAt(page, "certificateKey"), /big\.pem is too large/);
      assert.match(await page.inputValue("#node-config-input-certificateKey"), /BEGIN PRIVATE KEY/);

      await chooseSegment(page, "kind", "generic");
      await chooseSegment(page, "auth", "oauth2");
      await page.selectOption("#node-config-input-oauthFlow", "google-service-account");
      await upload(page, "serviceAccountKey", "key.json", SERVICE_KEY);
      assert.equal(await page.inputValue("#node-config-input-serviceAccountKey"), SERVICE_KEY);
      assert.equal(await messageAt(page, "serviceAccountKey"), "");
      await cancelDialog(page, "config");
    });

    it("the endpoint answers 400 to what is no certificate, whatever it is", async () => {
      const bodies = ["", "null", '"x"', "{}", '{"certificate":1}', `{"certificate":"${"A".repeat(70_000)}"}`];
      for (const body of bodies) {
        const headers = { "content-type": "application/json" };
        const answer = await editor.red.fetch("smtp-config/certificate", { method: "POST", headers, body });
        assert.equal(answer.status, 400, body.slice(0, 30));
      }
    });
  });
}

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [field, value] of Object.entries(values)) await page.fill(`#node-config-input-${field}`, value);
}

/** Presses the button below a field and chooses a file. */
async function upload(page: Page, field: string, name: string, text: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.click(`[data-uploads=${field}]`);
  const file = { name, mimeType: "text/plain", buffer: Buffer.from(text) };
  const before = await hintAt(page, field);
  await (await chooser).setFiles(file);
  await page.waitForFunction(
    ([id, old]) => document.getElementById(id as string)?.textContent !== old,
    [`post-office-${field}-hint`, before],
  );
}
