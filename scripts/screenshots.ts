// npm run screenshots: makes the pictures of README and docs anew, from Node-RED 5 in its light theme.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { cancelDialog, openConfiguration, openEditor, openNode, startBrowser } from "../test/editor/support/editor";
import { configuration, inject, step, tab, trusting } from "../test/editor/support/flows";
import { line, press, row, showOutbox, untilCount } from "../test/editor/support/outbox-tab";
import { runTest } from "../test/editor/support/test-panel";
import { createTestCa, issueCertificate } from "../test/support/certificates";
import { startMailServer } from "../test/support/mail-server";
import { checkout, type FlowNode, type RunningNodeRed, startNodeRed } from "../test/support/node-red";
import { startScriptedSmtpServer } from "../test/support/scripted-smtp-server";

const folder = join(checkout, "docs", "images");
const MOST_BYTES = 150_000;
const account = { user: "orders@example.com", pass: "correct horse" };

/** What the outbox has to show: one of each fate. */
const mails = [
  ["ann@example.com", "Your order 4711 is on its way"],
  ["no-such-person@example.com", "Invoice 2026-0042"],
  ["grey@example.com", "Reminder: your appointment on Thursday"],
  ["bob@example.org", "Password reset"],
] as const;

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const servers = await startServers();
  const red = await startNodeRed({ version: 5, flows: flows(servers) });
  const browser = await startBrowser();
  try {
    const { page } = await openEditor(browser, red.url);
    await drawOutbox(page, red);
    await drawStep(page);
    await drawConfiguration(page);
    await drawTest(page);
  } finally {
    await browser.close();
    await red.stop();
    await Promise.all([servers.sales.close(), servers.shop.close(), servers.alerts.close()]);
  }
}

async function startServers() {
  const ca = await createTestCa("Example Root CA");
  const { cert, key } = await issueCertificate(ca, { hosts: ["localhost"] });
  const rcpt = (command: string) => {
    if (/grey/.test(command)) return "451 4.7.1 Greylisted, please come back in five minutes";
    return /no-such/.test(command) ? "550 5.1.1 No such person here" : undefined;
  };
  return {
    ca: ca.cert,
    sales: await startMailServer({ tls: { cert, key }, accounts: [account] }),
    shop: await startScriptedSmtpServer({ rcpt }),
    alerts: await startScriptedSmtpServer({ accounts: [{ user: "alerts", pass: "another" }] }),
  };
}

function flows({ ca, sales, shop, alerts }: Awaited<ReturnType<typeof startServers>>): FlowNode[] {
  const login = { username: account.user, password: account.pass };
  const secure = { port: sales.port, tls: "ca", security: "starttls", auth: "password", credentials: login } as const;
  const wrong = { auth: "password", credentials: { username: "alerts", password: "wrong" } } as const;
  const sends = (id: string, to: string, topic: string, send: string) => ({
    ...inject(id, { to, topic, payload: "x" }),
    wires: [[send]],
  });
  return [
    tab,
    trusting("ca", ca),
    configuration("sales", {
      ...{ name: "Sales_SMTP", isDefault: true, fromName: "Example Orders" },
      ...{ description: "Order confirmations and invoices", signature: "Example Ltd, 1 Sample Street" },
      ...secure,
    }),
    configuration("shop", { name: "Shop_SMTP", port: shop.port }),
    configuration("alerts", { name: "Alerts_365", port: alerts.port, ...wrong }),
    ...mails.map(([to, topic], at) => sends(`mail${at}`, to, topic, "through-shop")),
    sends("alarm", "duty@example.com", "Alarm: tank 3 is at 12 %", "through-alerts"),
    step("through-shop", { smtpConfig: "shop" }),
    step("through-alerts", { smtpConfig: "alerts" }),
    step("step", { subject: "Your order is on its way", subjectType: "str", bodyType: "both", html: "html" }),
  ];
}

async function drawOutbox(page: Page, red: RunningNodeRed): Promise<void> {
  await page.setViewportSize({ width: 1500, height: 860 });
  for (const at of mails.keys()) await press(red, `mail${at}`);
  await press(red, "alarm");
  await showOutbox(page);
  // Node-RED 5 shares the sidebar with the debug messages; a press on their button puts them away.
  await page.click('button[data-tab-id="debug"]');
  await widenSidebar(page, 460);
  await untilCount(page, "Shop_SMTP", "failed", "1");
  await untilCount(page, "Shop_SMTP", "retrying", "1");
  const held = line(page, "Alerts_365").getByText(/Held since/);
  await held.waitFor();
  await row(page, "Reminder").click();
  await draw(page, "outbox-tab", ".po-outbox");
}

/** As a person who drags its left edge. */
async function widenSidebar(page: Page, width: number): Promise<void> {
  await page.evaluate((px) => {
    const sidebar = document.querySelector(".po-outbox")?.closest<HTMLElement>(".red-ui-sidebar");
    if (!sidebar) throw new Error("the outbox is in no sidebar");
    sidebar.style.width = `${px}px`;
    dispatchEvent(new Event("resize"));
  }, width);
}

async function drawStep(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1400, height: 900 });
  await openNode(page, "step");
  await page.getByText("Through localhost").waitFor();
  await page.click('[data-adds="cc"]');
  await draw(page, "send-email", ".red-ui-tray");
  await cancelDialog(page, "node");
}

async function drawConfiguration(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1400, height: 1150 });
  await openConfiguration(page, "sales");
  await draw(page, "configuration", ".red-ui-tray");
}

/** In the dialog that is open. */
async function drawTest(page: Page): Promise<void> {
  await page.fill("#post-office-test-to", "ann@example.com");
  await runTest(page, "send");
  await page.locator(".po-details").scrollIntoViewIfNeeded();
  await draw(page, "test-passed", ".red-ui-tray");
}

async function draw(page: Page, name: string, selector: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.locator(selector).screenshot({ path });
  const { size } = statSync(path);
  console.log(`docs/images/${name}.png  ${Math.ceil(size / 1000)} KB`);
  if (size >= MOST_BYTES) throw new Error(`${name}.png has ${size} bytes, and may have ${MOST_BYTES}`);
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
