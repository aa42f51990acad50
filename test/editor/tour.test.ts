import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { type Demo, startDemo } from "../support/demo";
import { type Editor, openEditor, screenshot, startBrowser } from "./support/editor";
import { outcomes, verdict } from "./support/test-panel";
import { tourWords } from "./support/tour";

/** Every word to click on comes from the README: what it names must be there under that name. */
const tour = tourWords();

describe("The README's tour, word by word", () => {
  let folder: string;
  let demo: Demo;
  let browser: Browser;
  let editor: Editor;
  let page: Page;
  let inbox: Page;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tour-"));
    demo = await startDemo(folder);
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await demo?.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  /** The words of a step; fails where the README has other ones than are walked here. */
  function words(step: number, count: number): string[] {
    const found = tour[step - 1] ?? [];
    assert.equal(found.length, count, `step ${step} of the README: ${found.join(" | ")}`);
    return found;
  }
  const node = (name: string): Locator => {
    const label = page.locator(".red-ui-flow-node-label", { hasText: new RegExp(`^${name}$`) });
    return page.locator("#red-ui-workspace-chart .red-ui-flow-node", { has: label }).first();
  };
  const press = (name: string) => node(name).locator(".red-ui-flow-node-button-button").click();
  // Before the words there may be an icon, which counts as a letter.
  const button = (name: string) =>
    page
      .getByRole("button", { name: new RegExp(`${name}$`) })
      .locator("visible=true")
      .first();
  const arrives = (subject: string) => inbox.getByText(subject).first().waitFor();
  async function debugged(...parts: (string | RegExp)[]): Promise<Locator> {
    let message = page.locator(".red-ui-debug-msg");
    for (const part of parts) message = message.filter({ hasText: part });
    await message.first().waitFor();
    return message.first();
  }
  async function testRuns(name: string): Promise<void> {
    await button(name).click();
    await page.locator("#post-office-test-running").waitFor({ state: "hidden" });
    await page.locator("#post-office-test-result").waitFor();
  }

  it("1: the demo prints both addresses", async () => {
    const lines = words(1, 2).map((name) => new RegExp(`${name} +(http\\S+)`).exec(demo.output())?.[1]);
    assert.deepEqual(lines, [demo.nodeRed, demo.inbox]);
    editor = await openEditor(browser, demo.nodeRed);
    page = editor.page;
    inbox = await browser.newPage();
    await inbox.goto(demo.inbox);
  });

  it("2: a mail is sent, and the debug messages tell the answer", async () => {
    const [inject = ""] = words(2, 1);
    await page.locator('#red-ui-sidebar .red-ui-tab-link-button[href="#debug"]').click();
    await press(inject);
    await arrives("Hello from Node-RED");
    await debugged("What became of it", /recipients/);
    await screenshot(page, "tour-2-sent");
  });

  it("3: the step follows the default, and leads to its configuration", async () => {
    const [step = "", standard = "", chosen = ""] = words(3, 3);
    await node(step).dblclick();
    const list = page.locator("#node-input-smtpConfig");
    assert.equal(await list.locator("option:checked").innerText(), standard);
    await list.selectOption({ label: chosen });
    await page.click("#node-input-btn-smtpConfig-edit");
    await page.locator(".po-configuration").waitFor();
  });

  it("4: the test passes step by step, and its mail arrives", async () => {
    const [title = "", send = ""] = words(4, 2);
    await page.getByRole("heading", { name: title }).scrollIntoViewIfNeeded();
    await page.fill("#post-office-test-to", "me@example.com");
    await testRuns(send);
    assert.match(await verdict(page), /✔/);
    assert.deepEqual([...new Set(Object.values(await outcomes(page)))], ["passed"]);
    await inbox.getByText("me@example.com").first().waitFor();
    await screenshot(page, "tour-4-passed");
  });

  it("5: a wrong password and broken encryption are told apart, with what to do", async () => {
    const [check = "", tls = "", again = ""] = words(5, 3);
    await page.fill("#node-config-input-password", "wrong");
    await testRuns(check);
    assert.match(await verdict(page), /✖[\s\S]*login failed/i);
    assert.match(await page.locator(".po-finding").innerText(), /535 5\.7\.8/);
    await screenshot(page, "tour-5-login");
    await page.fill("#node-config-input-password", "demo");
    await page.locator("#node-config-input-security").selectOption({ label: tls });
    await testRuns(again);
    assert.match(await verdict(page), /✖/);
    assert.match(await page.locator(".po-finding").innerText(), /plain text[\s\S]*STARTTLS/);
    await screenshot(page, "tour-5-encryption");
  });

  it("6: everything stays as it was, and Catch gets what the server refuses", async () => {
    const [cancel = "", inject = "", why = ""] = words(6, 3);
    for (const dialog of [".po-configuration", ".post-office-step"]) {
      await button(cancel).click();
      await page.locator(dialog).waitFor({ state: "hidden" });
    }
    await press(inject);
    const message = await debugged(why, /ERR_MAIL_RECIPIENTS_REJECTED/);
    await message.locator(".red-ui-debug-msg-object-handle").first().click();
    await message
      .getByText(/refused@example\.com: 550 5\.1\.1 No mailbox here/)
      .first()
      .waitFor();
  });

  it("7: the outbox lists both mails, and tells the story of the one that failed", async () => {
    const [outbox = ""] = words(7, 1);
    await page.locator("#red-ui-sidebar .red-ui-tab-link-button-menu").click();
    await page
      .locator(".red-ui-menu-dropdown:visible, .red-ui-menu:visible")
      .getByText(outbox, { exact: true })
      .click();
    const rows = page.getByRole("option");
    await rows.filter({ hasText: "Hello from Node-RED" }).filter({ hasText: "sent" }).first().waitFor();
    await rows.filter({ hasText: "Nobody reads this" }).filter({ hasText: "failed" }).dblclick();
    await page.locator(".po-attempts").getByText("No mailbox here").first().waitFor();
    await screenshot(page, "tour-7-outbox");
  });

  it("8: an example is imported, deployed, and brings its mail", async () => {
    const [menu = "", tab = "", library = "", example = "", ok = "", deploy = "", flow = "", inject = ""] = words(8, 8);
    await page.click("#red-ui-header-button-sidemenu");
    await page.locator("#red-ui-header-button-sidemenu-submenu").getByText(menu, { exact: true }).click();
    await page.locator("#red-ui-clipboard-dialog-import-tabs").getByText(tab, { exact: true }).click();
    const listed = page.locator("#red-ui-clipboard-dialog-import-tab-examples");
    await listed.getByText(library, { exact: true }).click();
    await listed.getByText(example, { exact: true }).click();
    await page.locator("#red-ui-clipboard-dialog-ok:enabled").filter({ hasText: ok }).click();
    await page.locator("#red-ui-header-button-deploy").filter({ hasText: deploy }).click();
    await page.getByText("Successfully deployed").waitFor();
    await page.locator("#red-ui-workspace-tabs").getByText(flow, { exact: true }).click();
    await press(inject);
    const subject = "Purchase 4711: please approve";
    await arrives(subject);
    await inbox.getByText(subject).first().click();
    const html = inbox.frameLocator("iframe");
    for (const answer of ["Approve", "Reject"]) await html.getByText(answer, { exact: true }).waitFor();
    await screenshot(page, "tour-8-example");
    await screenshot(inbox, "tour-8-inbox");
  });

  it("9: the examples with servers of their own work at one press", async () => {
    const [chosen = "", graph = ""] = words(9, 2);
    await page.locator("#red-ui-workspace-tabs").getByText(chosen, { exact: true }).click();
    await press("As support");
    await arrives("Your question");
    // Two clicks on tabs in no time are a double click to Node-RED, and open a flow's properties.
    await page.getByText("Successfully injected: As support").waitFor({ state: "hidden" });
    await page.locator("#red-ui-workspace-tabs").getByText(graph, { exact: true }).click();
    await press("Confirm an order");
    await arrives("Order 4711 through Graph");
  });

  it("has no further step, and no script of the page failed", () => {
    assert.equal(tour.length, 9);
    assert.deepEqual(editor.errors, []);
  });
});
