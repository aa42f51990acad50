import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { EntryView } from "../../src/model/outbox-view";
import { screenshot } from "./support/editor";
import { configuration, tab } from "./support/flows";
import { showOutbox, untilNote } from "./support/outbox-tab";
import { withEditor } from "./support/with-editor";

const ALL = 100_000;
const NOW = Date.UTC(2026, 0, 2);

/** The n-th newest of very many mails. */
function entry(n: number): EntryView {
  const address = `customer${n}@example.com`;
  const states = ["sent", "sent", "sent", "deferred", "dead"] as const;
  return {
    id: `id-${n}`,
    queue: "sales",
    state: states[n % states.length] ?? "sent",
    messageId: `<${n}@example.com>`,
    from: "orders@example.com",
    recipients: [{ address, state: "accepted" }],
    subject: `Order ${n}`,
    sizeBytes: 2048,
    queuedAt: NOW - n * 1000,
    nextAttemptAt: NOW,
    updatedAt: NOW,
    attempts: [{ at: NOW, ms: 12, outcome: "accepted", response: "250 2.0.0 Ok" }],
  };
}

describe("A hundred thousand mails in the outbox tab", () => {
  let page: Page;
  let atOnce = 0;
  let most = 0;
  let asked = 0;
  const editor = withEditor({ version: 5, flows: [tab, configuration("sales", { name: "Sales_SMTP" })] });
  before(async () => {
    ({ page } = editor);
    await page.route(/smtp-config\/outbox\/entries\?/, async (route) => {
      most = Math.max(most, ++atOnce);
      asked++;
      const query = new URL(route.request().url()).searchParams;
      const before = query.get("beforeId");
      const from = before === null ? 0 : Number(before.slice(3)) + 1;
      const count = Math.max(0, Math.min(Number(query.get("limit")), ALL - from));
      const entries = Array.from({ length: count }, (_, at) => entry(from + at));
      await route.fulfill({ json: { entries } });
      atOnce--;
    });
    await showOutbox(page);
    await page.getByRole("option").first().waitFor();
  });

  it("fetches one page to begin with", () => assert.equal(asked, 1));

  it("are chosen all at once, and what is done to them is asked with their number and left to the server", async () => {
    const counts = { sent: 99_000, deferred: 400, dead: 600 };
    await page.route(/smtp-config\/outbox\/matching/, (route) => route.fulfill({ json: { counts } }));
    const sent: unknown[] = [];
    await page.route(/smtp-config\/outbox\/retry/, async (route) => {
      sent.push(route.request().postDataJSON());
      await route.fulfill({ json: { count: 1000 } });
    });
    await page.getByRole("listbox").focus();
    await page.keyboard.press("Control+a");
    await page.getByText("200 selected").waitFor();
    await page.getByRole("button", { name: "Select all, also those not loaded" }).click();
    await page.getByText("100,000 selected").waitFor();
    await screenshot(page, "outbox-tab-5-all", ".po-outbox");
    await page.getByRole("button", { name: "Send now" }).click();
    await page.getByRole("alertdialog", { name: "Try to send 1,000 mails now?" }).waitFor();
    assert.deepEqual(sent, []);
    await page.getByRole("button", { name: "Send 1,000 mails" }).click();
    await untilNote(page, "1,000 mails are tried now.");
    assert.deepEqual(sent, [{ matching: {} }]);
    await page.getByText("100,000 selected").waitFor({ state: "detached" });
    asked = 1;
  });

  it("are scrolled to the end, one request at a time, with few rows in the page", async () => {
    await page.evaluate(`new Promise((resolve) => {
      const list = document.querySelector(".po-list");
      (function down() {
        list.scrollTop = list.scrollHeight;
        if (list.scrollHeight >= ${ALL} * 46) resolve();
        else requestAnimationFrame(down);
      })();
    })`);
    await page.getByText(`Order ${ALL - 1}`).waitFor();
    assert.equal(most, 1);
    assert.ok(asked <= ALL / 200 + 3, `${asked} requests`);
    assert.ok((await page.getByRole("option").count()) < 60);
    await page.getByText("100,000 mails").waitFor();
  });

  it("scroll without long frames when all of them are there", async () => {
    const frames = (await page.evaluate(`new Promise((resolve) => {
      const list = document.querySelector(".po-list");
      const times = [];
      let last = performance.now();
      requestAnimationFrame(function step(now) {
        times.push(now - last);
        last = now;
        list.scrollTop = Math.random() * list.scrollHeight;
        if (times.length < 60) requestAnimationFrame(step);
        else resolve(times.sort((a, b) => a - b));
      });
    })`)) as number[];
    assert.ok((frames[30] ?? 0) < 50, `half of the frames took longer than ${frames[30]} ms`);
    await screenshot(page, "outbox-tab-5-many", ".po-outbox");
  });

  it("are gone through by keyboard from the end to the beginning", async () => {
    await page.getByRole("listbox").focus();
    await page.keyboard.press("Home");
    await page.getByText("Order 0", { exact: true }).waitFor();
    await page.keyboard.press("End");
    await page.getByText(`Order ${ALL - 1}`).waitFor();
  });
});
