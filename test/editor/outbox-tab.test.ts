import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { FlowNode } from "../support/node-red";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { screenshot } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import {
  chip,
  leaveOutbox,
  line,
  press,
  row,
  showOutbox,
  untilCount,
  untilNote,
  watchRequests,
} from "./support/outbox-tab";
import { withEditor } from "./support/with-editor";

/** A button that has a step of this configuration send one mail. */
function sender(id: string, config: string, to: string, topic: string): FlowNode[] {
  const button = { ...inject(`press-${id}`, { to, topic, payload: "secret-body" }), wires: [[`step-${id}`]] };
  return [button, step(`step-${id}`, { smtpConfig: config })];
}

for (const version of [4, 5] as const) {
  describe(`The outbox tab in Node-RED ${version}`, () => {
    let server: ScriptedSmtpServer;
    let strict: ScriptedSmtpServer;
    let page: Page;
    let requests: string[];
    let greylisting = true;
    const editor = withEditor(async () => {
      server = await startScriptedSmtpServer({
        rcpt: (line) => (greylisting && /grey/.test(line) ? "451 4.7.1 greylisted, come back" : undefined),
      });
      strict = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
      const credentials = { username: "u", password: "wrong-pass" };
      return {
        version,
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, port: server.port }),
          configuration("alerts", { name: "Alerts", port: strict.port, auth: "password", credentials }),
          ...sender("good", "sales", "ann@example.com", "Order 1 confirmed"),
          ...sender("grey1", "sales", "grey1@example.com", "Order 2 waits"),
          ...sender("grey2", "sales", "grey2@example.com", "Order 3 waits"),
          ...sender("held", "alerts", "bob@example.com", "Alarm"),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
      requests = watchRequests(page);
    });
    after(async () => {
      await server?.close();
      await strict?.close();
    });

    it("fetches nothing before it is shown", () => assert.deepEqual(requests, []));

    it("gets its texts from the package's own catalogue of plugins", async () => {
      const answer = await editor.red.fetch("plugins/messages?lng=en-US");
      const catalogues = (await answer.json()) as Record<string, { "outbox-tab"?: { name: string } }>;
      assert.equal(catalogues["@post-office/node-red-email/outbox-tab"]?.["outbox-tab"]?.name, "Outbox");
      await showOutbox(page);
      await page.getByPlaceholder("Search", { exact: true }).last().waitFor();
    });

    it("says that an empty outbox is empty, and which configurations there are", async () => {
      await page.getByText("No mails yet.").waitFor();
      assert.match(await line(page, "Sales_SMTP").innerText(), /★ default[\s\S]*Ready/);
      await untilCount(page, "Alerts", "waiting", "0");
      await screenshot(page, `outbox-tab-${version}-empty`, ".po-outbox");
    });

    it("moves counts and chart when a mail goes out, without being asked", async () => {
      await press(editor.red, "press-good");
      await row(page, "Order 1 confirmed").waitFor();
      await untilCount(page, "Sales_SMTP", "sent-today", "1");
      await line(page, "Sales_SMTP").getByRole("img", { name: "Last hour: 1 accepted, 0 failed" }).waitFor();
      assert.match(await row(page, "Order 1").innerText(), /ann@example\.com[\s\S]*sent/);
    });

    it("shows a greylisted mail's next attempt, and its story without its body", async () => {
      await press(editor.red, "press-grey1");
      await press(editor.red, "press-grey2");
      await untilCount(page, "Sales_SMTP", "retrying", "2");
      await row(page, "Order 2")
        .filter({ hasText: /retry \d/ })
        .waitFor();
      await row(page, "Order 2").dblclick();
      const story = page.locator(".po-story");
      await screenshot(page, `outbox-tab-${version}-story`);
      await story.locator(".po-attempts", { hasText: "Put off" }).waitFor();
      const words = await story.innerText();
      assert.match(words, /Order 2 waits/);
      assert.match(words, /451 4\.7\.1 greylisted, come back/);
      assert.match(words, /grey1@example\.com[\s\S]*put off/);
      assert.match(words, /Message-ID[\s\S]*<.+@.+>/);
      assert.match(words, /Sales_SMTP/);
      assert.doesNotMatch(words, /secret-body/);
      await screenshot(page, `outbox-tab-${version}-story`, ".po-outbox");
      await page.keyboard.press("Escape");
      await row(page, "Order 2").waitFor();
    });

    it("finds by subject, and filters by what mails are doing", async () => {
      const search = page.getByLabel("Search in subjects");
      await search.fill("order 3");
      await row(page, "Order 1").waitFor({ state: "detached" });
      assert.equal(await page.getByRole("option").count(), 1);
      await search.fill("");
      await row(page, "Order 1").waitFor();
      await chip(page, "sent").click();
      await row(page, "Order 2").waitFor({ state: "detached" });
      await chip(page, "retrying").click();
      await row(page, "Order 2").waitFor();
      await chip(page, "sent").click();
      await row(page, "Order 1").waitFor({ state: "detached" });
      await chip(page, "retrying").click();
    });

    it("holds one mail, and releases it", async () => {
      await row(page, "Order 2").click();
      await page.getByRole("button", { name: "Hold", exact: true }).click();
      await untilNote(page, "1 mail is held.");
      await untilCount(page, "Sales_SMTP", "held", "1");
      await row(page, "Order 2").filter({ hasText: "held" }).waitFor();
      await row(page, "Order 2").click();
      await page.locator(".po-mails").getByRole("button", { name: "Release" }).click();
      await untilNote(page, "1 mail is released.");
      await untilCount(page, "Sales_SMTP", "held", "0");
    });

    it("sends several mails now, chosen by keyboard alone", async () => {
      await untilCount(page, "Sales_SMTP", "retrying", "2");
      // The rows come with an answer of their own, after that of the counts.
      for (const order of ["Order 2", "Order 3"]) {
        await row(page, order)
          .filter({ hasText: /retry \d/ })
          .waitFor();
      }
      greylisting = false;
      await page.getByRole("listbox").focus();
      await page.keyboard.press("Home");
      await page.keyboard.press("Shift+ArrowDown");
      assert.equal(await page.locator('[role=option][aria-selected="true"]').count(), 2);
      await screenshot(page, `outbox-tab-${version}-selected`, ".po-outbox");
      const send = page.getByRole("button", { name: "Send now" });
      await send.focus();
      await page.keyboard.press("Enter");
      await untilNote(page, "2 mails are tried now.");
      await untilCount(page, "Sales_SMTP", "sent-today", "3");
      greylisting = true;
    });

    it("asks before it discards, names how many, and can be told to keep them", async () => {
      await press(editor.red, "press-grey1");
      await press(editor.red, "press-grey2");
      await untilCount(page, "Sales_SMTP", "retrying", "2");
      await chip(page, "retrying").click();
      await row(page, "Order 1").waitFor({ state: "detached" });
      await row(page, "Order 2").click();
      await row(page, "Order 3").click({ modifiers: ["Control"] });
      const discard = page.locator(".po-mails").getByRole("button", { name: "Discard", exact: true });
      await discard.click();
      await page.getByText("Discard 2 mails? They will not be sent").waitFor();
      await screenshot(page, `outbox-tab-${version}-question`, ".po-outbox");
      await page.getByRole("button", { name: "Leave them as they are" }).click();
      assert.equal(await page.locator('[role=option][aria-selected="true"]').count(), 2);
      await discard.click();
      await page.getByRole("button", { name: "Discard 2 mails" }).click();
      await untilNote(page, "2 mails are discarded.");
      await page.getByText("No mail fits.").waitFor();
      await untilCount(page, "Sales_SMTP", "retrying", "0");
      await chip(page, "retrying").click();
    });

    it("shows why a configuration is held, opens it, and lets it go on", async () => {
      await press(editor.red, "press-held");
      const alerts = line(page, "Alerts");
      await alerts.getByText(/Held since .*: login refused/).waitFor();
      await screenshot(page, `outbox-tab-${version}-held`, ".po-outbox");
      await alerts.getByRole("button", { name: "Open configuration" }).last().click();
      await page.locator(".po-configuration").waitFor();
      await page.locator("#node-config-dialog-cancel").click();
      await page.locator(".po-configuration").waitFor({ state: "hidden" });
      const before = strict.sessions.length;
      await alerts.getByRole("button", { name: "Release" }).click();
      await untilNote(page, "Alerts goes on.");
      await strict.waitFor(() => strict.sessions.length > before);
    });

    it("fetches nothing while it is hidden, and is up to date when it is shown again", async () => {
      await leaveOutbox(page);
      await page.evaluate(() => {
        const { RED } = globalThis as unknown as {
          RED: { comms: { subscribe(topic: string, hear: () => void): void } };
        };
        const seen = globalThis as unknown as { changes: number };
        seen.changes = 0;
        RED.comms.subscribe("post-office/outbox", () => seen.changes++);
      });
      const before = requests.length;
      await press(editor.red, "press-good");
      await server.waitFor(() => server.mails.length === 4);
      await page.waitForFunction(() => (globalThis as unknown as { changes: number }).changes > 0);
      assert.deepEqual(requests.slice(before), []);
      await showOutbox(page);
      await untilCount(page, "Sales_SMTP", "sent-today", "4");
    });

    it("explains itself in Node-RED's help tab", async () => {
      await page.getByRole("button", { name: "Help on the outbox" }).click();
      await page.getByText("Every mail waits in the outbox until the server has accepted it.").waitFor();
    });
  });
}
