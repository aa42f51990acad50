import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { createTestCa, issueCertificate } from "../support/certificates";
import { type MailServer, startMailServer } from "../support/mail-server";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { cancelDialog, cutOff, openConfiguration, openNode, overflowing, screenshot } from "./support/editor";
import { configuration, inject, step, tab, trusting } from "./support/flows";
import { chooseSegment } from "./support/form";
import { line, press, row, showOutbox, untilCount } from "./support/outbox-tab";
import { messageAt, runTest, verdict } from "./support/test-panel";
import { withEditor } from "./support/with-editor";

const looks = [
  { version: 4, dark: false, language: "de" },
  { version: 5, dark: false, language: "de-DE" },
  { version: 5, dark: true, language: "de-AT" },
] as const;
const account = { user: "orders@example.com", pass: "correct horse" };
const hostile = "5.7.8 $t(common.label.ok) __host__ {user} <b>bold</b>";

for (const { version, dark, language } of looks) {
  const name = `german-${version}-${dark ? "dark" : "light"}`;

  describe(`The editor of Node-RED ${version} in German (${language}), ${dark ? "dark" : "light"}`, () => {
    let mail: MailServer;
    let moody: ScriptedSmtpServer;
    let page: Page;
    const editor = withEditor(async () => {
      const ca = await createTestCa("Example Root CA");
      const { cert, key } = await issueCertificate(ca, { hosts: ["localhost"] });
      mail = await startMailServer({
        tls: { cert, key },
        accounts: [account],
        onRcpt: (address) => (/gone/.test(address) ? "550 5.1.1 No such person here" : undefined),
      });
      moody = await startScriptedSmtpServer({ accounts: [account], auth: `535 ${hostile}` });
      const credentials = { username: account.user, password: account.pass };
      const sales = { name: "Vertrieb_SMTP", isDefault: true, fromName: "Example Orders", port: mail.port };
      return {
        version,
        window: { dark, height: 1250, language },
        settings: { lang: "de" },
        flows: [
          tab,
          trusting("tls1", ca.cert),
          configuration("sales", { ...sales, security: "starttls", tls: "tls1", auth: "password", credentials }),
          configuration("alerts", { name: "Alarm_SMTP", port: moody.port, auth: "password", credentials }),
          step("send1", { cc: "cc", ccType: "msg", bodyType: "both", html: "html", finishWhen: "queued" }),
          ...["ann", "gone", "bob"].map((who) => ({
            ...inject(who, { to: `${who}@example.com`, topic: `Ihre Bestellung, ${who}`, payload: "x" }),
            wires: [["send2"]],
          })),
          step("send2"),
          { ...inject("alarm", { to: "duty@example.com", topic: "Alarm", payload: "x" }), wires: [["warn"]] },
          { ...step("warn", { smtpConfig: "alerts" }), y: 200 },
          { id: "watch", type: "status", z: tab.id, scope: null, x: 130, y: 300, wires: [["log"]] },
          {
            id: "log",
            type: "debug",
            z: tab.id,
            active: true,
            console: true,
            tosidebar: false,
            complete: "status.text",
            targetType: "msg",
            x: 400,
            y: 300,
            wires: [],
          },
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(async () => {
      await mail?.close();
      await moody?.close();
    });

    const fits = async (root: string, picture: string, shown = ".red-ui-tray") => {
      await screenshot(page, `${name}-${picture}`, shown);
      assert.deepEqual(await overflowing(page, root), []);
      assert.deepEqual(await cutOff(page, root), []);
    };

    it("the configuration's dialog is German and fits", async () => {
      await openConfiguration(page, "sales");
      await page.fill("#post-office-test-to", "ann@example.com");
      assert.match(await page.innerText("#post-office-test-why"), /ann@example\.com bekommt eine echte Testmail/);
      await fits(".po-configuration", "configuration");
      await page.locator("summary", { hasText: "Erweitert" }).click();
      await page.locator("#post-office-test-to").scrollIntoViewIfNeeded();
      await fits(".po-configuration", "advanced");
    });

    it("a test that passes tells its steps in German", async () => {
      await runTest(page, "send");
      assert.match(await verdict(page), /Vollständig: Der Server hat die Testmail angenommen\./);
      const tls = await page.locator('[data-step="tls"] .po-detail').innerText();
      assert.match(tls, /^TLSv1\.3, \w+, Zertifikat von localhost, ausgestellt von Example Root CA, gültig bis \d{4}/);
      assert.equal(await page.locator('[data-step="quit"] .po-detail').innerText(), "beendet");
      await page.locator(".po-details").scrollIntoViewIfNeeded();
      await fits(".po-configuration", "passed");
    });

    it("a test that fails says headline, cause and remedy in German, and the server's words as they are", async () => {
      await page.fill("#node-config-input-password", "wrong");
      await runTest(page, "check");
      assert.match(await verdict(page), /Anmeldung fehlgeschlagen: Prüfen Sie Benutzername und Passwort\./);
      assert.match(
        await page.innerText(".po-cause"),
        /^Der Server hat Benutzername oder Passwort abgelehnt: 535 5\.7\.8 Authentication credentials invalid$/,
      );
      assert.match(await page.innerText(".po-remedy"), /^Prüfen Sie beide\. Viele Anbieter verlangen/);
      assert.equal(await page.innerText(".po-finding-foot button"), "Zum Feld „Benutzername“");
      await page.locator(".po-details").scrollIntoViewIfNeeded();
      await fits(".po-configuration", "failed");
    });

    it("what is wrong with a field is German", async () => {
      await page.fill("#node-config-input-name", "Mein Server");
      await page.fill("#node-config-input-port", "99999");
      await page.selectOption("#node-config-input-security", "none");
      assert.equal(await messageAt(page, "name"), "Darf nur Buchstaben, Ziffern und Unterstriche haben.");
      assert.equal(await messageAt(page, "port"), "Muss eine ganze Zahl im Bereich 1–65535 sein.");
      await page.locator("#post-office-clear-warning").scrollIntoViewIfNeeded();
      await fits(".po-configuration", "mistakes");
      await cancelDialog(page, "config");
    });

    it("a server's answer is never read as places, as texts to nest or as HTML", async () => {
      await openConfiguration(page, "alerts");
      await runTest(page, "check");
      assert.equal(
        await page.innerText(".po-cause"),
        `Der Server hat Benutzername oder Passwort abgelehnt: 535 ${hostile}`,
      );
      assert.equal(await page.locator(".po-cause b").count(), 0);
      await cancelDialog(page, "config");
    });

    it("each way to sign in fits", async () => {
      await openConfiguration(page, "alerts");
      await chooseSegment(page, "auth", "oauth2");
      for (const flow of [
        "azure-client-secret",
        "azure-certificate",
        "google-service-account",
        "google-refresh-token",
      ]) {
        await page.selectOption("#node-config-input-oauthFlow", flow);
        assert.deepEqual(
          [await overflowing(page, ".po-configuration"), await cutOff(page, ".po-configuration")],
          [[], []],
        );
      }
      await page.locator("#node-config-input-oauthFlow").scrollIntoViewIfNeeded();
      await fits(".po-configuration", "google");
      await chooseSegment(page, "kind", "graph");
      await chooseSegment(page, "graphAuth", "certificate");
      await fits(".po-configuration", "graph");
      await cancelDialog(page, "config");
    });

    it("the step's dialog is German and fits", async () => {
      await openNode(page, "send1");
      await page.getByText("Über localhost").waitFor();
      assert.equal(await page.innerText("#post-office-finish-label"), "Weiter, wenn");
      await fits(".post-office-step", "step");
      await cancelDialog(page, "node");
    });

    it("the outbox tab is German and fits, with its filter, its stories and its help", async () => {
      for (const who of ["ann", "gone", "bob", "alarm"]) await press(editor.red, who);
      await showOutbox(page);
      if (version === 5) await page.click('button[data-tab-id="debug"]');
      await untilCount(page, "Vertrieb_SMTP", "failed", "1");
      const held = line(page, "Alarm_SMTP").getByText(/Angehalten seit/);
      await held.waitFor();
      await page.getByText("angehalten: Anmeldung abgelehnt · 535").waitFor();
      await editor.red.waitForLog(/angehalten: Der Server hat Benutzername oder Passwort abgelehnt/);
      assert.match((await held.getAttribute("title")) ?? "", /^Der Server hat Benutzername .*Prüfen Sie beide\./);
      if (version === 4) {
        const label = page.locator("#red-ui-sidebar .red-ui-tab.active .red-ui-tab-label span");
        const { right } = await label.evaluate((words) => words.getBoundingClientRect());
        const place = (await page.locator("#red-ui-sidebar .red-ui-tab.active").boundingBox())!;
        assert.ok(right <= place.x + place.width, "the tab's name is cut off");
      }
      await row(page, "gone").click();
      await screenshot(page, `${name}-flow`);
      await fits(".po-outbox", "outbox", ".po-outbox");
      const filter = page.getByRole("group", { name: "Nur anzeigen" });
      await filter.getByRole("button", { name: "fehlgeschlagen" }).click();
      await row(page, "ann").waitFor({ state: "detached" });
      await row(page, "gone").click();
      await page.keyboard.press("Enter");
      await page.getByText("Empfänger abgelehnt", { exact: false }).first().waitFor();
      await fits(".po-outbox", "story", ".po-outbox");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Hilfe zum Postausgang" }).click();
      await page.getByText("Jede Mail wartet im Postausgang").waitFor();
      await screenshot(page, `${name}-outbox-help`);
    });

    it("the help of both nodes is German", async () => {
      for (const [type, words] of Object.entries({
        "smtp-config": "Ein Mailserver oder ein Microsoft-365-Postfach",
        "send-email": "Sendet eine Mail über die Konfiguration",
      })) {
        await page.evaluate((topic) => {
          const { RED } = globalThis as unknown as { RED: { sidebar: { help: { show(type: string): void } } } };
          RED.sidebar.help.show(topic);
        }, type);
        await page.getByText(words).first().waitFor();
      }
    });
  });
}
