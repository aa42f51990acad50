import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type MailServer, startMailServer } from "../support/mail-server";
import type { FlowNode, RunningNodeRed } from "../support/node-red";
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
import { fieldValues, shownFields } from "./support/form";
import { messageAt, outcomes, reason, runTest } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const account = { user: "orders@example.com", pass: "correct horse" };

/** One of each kind of control, with what stands there before and what the flow file then holds. */
const controls: readonly [field: string, what: string, before: unknown, note: RegExp][] = [
  ["host", "a text", "localhost", /^From the environment variable MAIL_A\.$/],
  ["signature", "a longer text", "", /MAIL_A\.$/],
  ["perMinute", "a number", "", /MAIL_A\.$/],
  ["security", "a list", "none", /One of: starttls, tls, starttls-if-offered, none\./],
  ["auth", "a row of choices", "password", /One of: password, oauth2, none\. All fields show/],
  ["overrideFrom", "a check box", true, /One of: true, false\.$/],
  ["isDefault", "the mark of the default", true, /does not count as the default\.$/],
  ["tls", "another configuration", "", /The ID of a TLS settings node\.$/],
];

/** A flow file that leaves every choice to its environment. */
const choices = {
  kind: "${MAIL_KIND}",
  isDefault: "${MAIL_DEFAULT}",
  overrideFrom: "${MAIL_OVERRIDE}",
  security: "${MAIL_SECURITY}",
  tls: "${MAIL_TLS}",
  auth: "${MAIL_AUTH}",
  oauthFlow: "${MAIL_FLOW}",
  graphAuth: "${MAIL_GRAPH}",
  cloud: "${MAIL_CLOUD}",
  saveToSentItems: "${MAIL_COPY}",
  strictAddresses: "${MAIL_STRICT}",
  outbox: "${MAIL_OUTBOX}",
  onUnconfirmed: "${MAIL_LOST}",
  port: "${MAIL_PORT}",
  maxConnections: "${MAIL_CONNECTIONS}",
};

for (const version of [4, 5] as const) {
  describe(`Environment variables in the dialog of Node-RED ${version}`, () => {
    let mail: MailServer;
    let page: Page;
    const editor = withEditor(async () => {
      mail = await startMailServer({ accounts: [account] });
      const credentials = { username: account.user, password: account.pass };
      const login = { auth: "password", credentials } as const;
      const server = { host: "${MAIL_HOST}", port: "${MAIL_PORT}", security: "${MAIL_SECURITY}" };
      const secrets = { host: "localhost", credentials: { username: account.user, password: account.pass } };
      const byEnvironment = { username: "${MAIL_USER}", password: "${MAIL_PASSWORD}" };
      return {
        version,
        window: { height: 1500 },
        env: {
          MAIL_HOST: "localhost",
          MAIL_PORT: String(mail.port),
          MAIL_SECURITY: "none",
          MAIL_AUTH: "password",
          MAIL_USER: account.user,
          MAIL_PASSWORD: account.pass,
        },
        flows: [
          tab,
          configuration("own", { name: "Own_SMTP", isDefault: true, overrideFrom: true, port: mail.port, ...login }),
          configuration("works", {
            name: "By_environment",
            ...server,
            auth: "${MAIL_AUTH}",
            credentials: byEnvironment,
          }),
          configuration("choices", { name: "All_choices", ...(choices as object), ...secrets }),
          step("send1"),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    afterEach(async () => {
      if (await page.locator(".po-configuration").isVisible()) await cancelDialog(page, "config");
    });

    it("are out of the way until they are asked for, and then in every field", async () => {
      await openConfiguration(page, "own");
      await page.locator("summary", { hasText: "Advanced" }).click();
      const buttons = page.locator(".po-env-button:visible");
      assert.equal(await buttons.count(), 0);
      await page.getByRole("button", { name: "Environment variables" }).click();
      assert.match(await page.locator("#post-office-env-hint").innerText(), /from an environment variable/);
      const missing = await page.locator("[data-field]:visible").evaluateAll((places) =>
        places
          .filter((place) => place.querySelector("[id^=node-config-input]"))
          .filter((place) => place.querySelector<HTMLElement>(".po-env-button")?.offsetParent == null)
          .map((place) => (place as HTMLElement).dataset.field),
      );
      assert.deepEqual(missing, []);
      const named = page.getByRole("button", { name: "Host: from an environment variable", pressed: false });
      assert.equal(await named.count(), 1);
    });

    for (const [field, what, before, note] of controls) {
      it(`give ${what} its value, and are taken back: ${field}`, async () => {
        await openConfiguration(page, "own");
        if (field === "tls") await page.selectOption("#node-config-input-security", "starttls");
        await take(page, field);
        await page.locator(`[data-field=${field}] input:focus, [data-field=${field}] textarea:focus`).waitFor();
        // The proposed name is selected, so that typing replaces it.
        await page.keyboard.type("MAIL_A");
        assert.match(await noteAt(page, field), note);
        assert.equal(await messageAt(page, field), "");
        await saveDialog(page, "config");
        await deploy(page);
        assert.equal(inFlowFile(editor.red, "own")[field], "${MAIL_A}");
        // Nothing that a step needs is missing: a variable may make it the default.
        assert.equal(await nodeInEditor(page, "send1", "valid"), true);
        if (field === "isDefault") {
          await openNode(page, "send1");
          const empty = page.locator("#node-input-smtpConfig option:checked");
          assert.match(await empty.innerText(), /as environment variables say/);
          await cancelDialog(page, "node");
        }

        await openConfiguration(page, "own");
        assert.equal(await typedValue(page, field), "${MAIL_A}");
        assert.match(await noteAt(page, field), note);
        assert.equal(await page.getAttribute("#post-office-env", "aria-pressed"), "true");
        await buttonOf(page, field).click();
        assert.equal(await noteAt(page, field), "");
        if (field === "host") await page.fill("#node-config-input-host", "localhost");
        if (field === "security" || field === "tls") await page.selectOption("#node-config-input-security", "none");
        if (field === "overrideFrom") await page.check("#node-config-input-overrideFrom");
        if (field === "isDefault") await page.check("#node-config-input-isDefault");
        await saveDialog(page, "config");
        await deploy(page);
        assert.deepEqual(inFlowFile(editor.red, "own")[field], before);
      });
    }

    it("give a secret, whose variable is named in clear; dots come back with what was stored", async () => {
      await openConfiguration(page, "own");
      await take(page, "password");
      assert.equal(await page.getAttribute("#node-config-input-password", "type"), "text");
      assert.match(await noteAt(page, "password"), /MAIL_PASSWORD/);
      await buttonOf(page, "password").click();
      assert.equal(await page.getAttribute("#node-config-input-password", "type"), "password");
      assert.equal(await page.inputValue("#node-config-input-password"), "__PWRD__");
      await page.locator("#node-config-input-password").pressSequentially("${MAIL_PASSWORD}");
      assert.equal(await page.inputValue("#node-config-input-password"), "${MAIL_PASSWORD}");
      assert.equal(await page.getAttribute("#node-config-input-password", "type"), "text");
      await runTest(page, "check");
      assert.match((await outcomes(page)).auth ?? "", /passed|warned/);
    });

    it("stay in every choice of a flow file that is opened and saved unchanged", async () => {
      await openConfiguration(page, "choices");
      for (const [field, reference] of Object.entries(choices)) {
        assert.equal(await typedValue(page, field), reference);
        assert.equal(await messageAt(page, field), "", field);
      }
      await saveDialog(page, "config");
      assert.notEqual(await nodeInEditor(page, "choices", "changed"), true);
      assert.notEqual(await nodeInEditor(page, "choices", "valid"), false);
      for (const [field, reference] of Object.entries(choices))
        assert.equal(await nodeInEditor(page, "choices", field), reference);
    });

    it("that make a choice leave every field in place that it may ask for, and require none", async () => {
      await openConfiguration(page, "choices");
      const shown = await shownFields(page);
      for (const field of ["host", "tls", "mailbox", "certificateKey", "serviceAccountKey", "refreshToken", "password"])
        assert.ok(shown.includes(field), field);
      assert.equal(await page.locator("#post-office-test-token").isVisible(), true);
      assert.equal(await messageAt(page, "mailbox"), "");
      assert.match(await page.locator("#post-office-clear-warning").innerText(), /If \$\{MAIL_SECURITY\} turns out/);
      assert.match(await reason(page), /Enter who gets/);
    });

    it("are tried by the test, and one that is not set is named at its field", async () => {
      await openConfiguration(page, "works");
      await page.fill("#post-office-test-to", "ann@example.com");
      await runTest(page, "send");
      assert.equal((await outcomes(page)).data, "passed");
      await page.locator("#post-office-env-security").fill("${MAIL_NOWHERE}");
      await runTest(page, "check");
      assert.match(await messageAt(page, "security"), /not set\. \$\{MAIL_NOWHERE\}/);
      const typed = page.getByRole("textbox", { name: "Security" });
      assert.equal(await typed.getAttribute("aria-invalid"), "true");
      await typed.fill("");
      assert.match(await messageAt(page, "security"), /Write the name of an environment variable/);
      await typed.fill("MAIL_SECURITY");
      await typed.blur();
      assert.equal(await typed.inputValue(), "${MAIL_SECURITY}");
    });

    it("ask for a stored secret again only where the server becomes another one", async () => {
      await openConfiguration(page, "own");
      await page.fill("#node-config-input-host", "${MAIL_HOST}");
      await runTest(page, "check");
      assert.match((await outcomes(page)).auth ?? "", /passed|warned/);
      await page.fill("#node-config-input-host", "${MAIL_USER}");
      await runTest(page, "check");
      assert.match(await messageAt(page, "password"), /Asked again/);
    });

    it("go with a provider, and come back with the own server", async () => {
      await openConfiguration(page, "works");
      const names = ["host", "security", "port"] as const;
      const before = await fieldValues(page, names);
      await page.selectOption("#post-office-provider", { label: "Gmail" });
      assert.deepEqual(await fieldValues(page, names), { host: "smtp.gmail.com", security: "starttls", port: "587" });
      assert.equal(await page.locator("#node-config-input-security").isVisible(), true);
      await page.selectOption("#post-office-provider", { label: "Own server" });
      assert.deepEqual(await fieldValues(page, names), before);
      assert.equal(await page.locator("#post-office-env-security").isVisible(), true);
    });

    it("are reached and named by the keyboard alone", async () => {
      await openConfiguration(page, "own");
      await page.locator("#post-office-env").focus();
      await page.keyboard.press("Enter");
      await page.locator("#node-config-input-security").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
      await page.keyboard.type("MY_SECURITY");
      assert.equal(await page.inputValue("#post-office-env-security"), "${MY_SECURITY}");
      await page.keyboard.press("Tab");
      const button = page.getByRole("button", { name: "Security: from an environment variable", pressed: true });
      assert.equal(await button.evaluate((one) => one === document.activeElement), true);
      await page.keyboard.press("Space");
      assert.equal(await page.locator("#node-config-input-security").inputValue(), "none");
      assert.equal(await page.locator("#node-config-input-security:focus").count(), 1);
    });

    it("in place of the default's mark take it from nobody", async () => {
      await openConfiguration(page, "choices");
      await page.fill("#node-config-input-description", "Changed");
      await saveDialog(page, "config");
      assert.equal(await nodeInEditor(page, "own", "isDefault"), true);
      await openConfiguration(page, "own");
      await page.fill("#node-config-input-description", "Changed too");
      await saveDialog(page, "config");
      assert.equal(await nodeInEditor(page, "choices", "isDefault"), "${MAIL_DEFAULT}");
    });

    for (const dark of version === 5 ? [false, true] : [false]) {
      it(`fit, ${dark ? "dark" : "light"}`, async () => {
        const window = await openEditor(editor.browser, editor.red.url, { dark, height: 1900 });
        const look = `environment-${version}-${dark ? "dark" : "light"}`;
        await openConfiguration(window.page, "own");
        await screenshot(window.page, `${look}-calm`, ".red-ui-tray");
        await window.page.click("#post-office-env");
        assert.deepEqual(await overflowing(window.page, ".po-configuration"), []);
        await screenshot(window.page, `${look}-asked`, ".red-ui-tray");
        await cancelDialog(window.page, "config");
        await openConfiguration(window.page, "works");
        assert.deepEqual(await overflowing(window.page, ".po-configuration"), []);
        await screenshot(window.page, `${look}-works`, ".red-ui-tray");
        await cancelDialog(window.page, "config");
        await openConfiguration(window.page, "choices");
        await window.page.locator("summary", { hasText: "Advanced" }).click();
        assert.deepEqual(await overflowing(window.page, ".po-configuration"), []);
        await screenshot(window.page, `${look}-choices`, ".red-ui-tray");
        await window.page.locator(".red-ui-tray-body").evaluate((body) => {
          (body as HTMLElement).style.width = "330px";
        });
        assert.deepEqual(await overflowing(window.page, ".po-configuration"), []);
        await screenshot(window.page, `${look}-narrow`, ".red-ui-tray");
        assert.deepEqual(window.errors, []);
        await window.close();
      });
    }
  });
}

function buttonOf(page: Page, field: string) {
  return page.locator(`[data-field=${field}] > .po-env-button`);
}

/** Turns a field into one that an environment variable fills. */
async function take(page: Page, field: string): Promise<void> {
  if ((await page.getAttribute("#post-office-env", "aria-pressed")) === "false") await page.click("#post-office-env");
  await buttonOf(page, field).click();
}

/** What stands where the person types the reference. */
async function typedValue(page: Page, field: string): Promise<string> {
  const own = page.locator(`#post-office-env-${field}`);
  return (await own.count()) === 1 ? own.inputValue() : page.inputValue(`#node-config-input-${field}`);
}

function noteAt(page: Page, field: string): Promise<string> {
  return page.locator(`#post-office-env-note-${field}`).evaluate((note) => note.textContent ?? "");
}

function inFlowFile(red: RunningNodeRed, id: string): FlowNode {
  const nodes = JSON.parse(readFileSync(join(red.userDir, "flows.json"), "utf8")) as FlowNode[];
  return nodes.find((node) => node.id === id)!;
}
