import type { Locator, Page } from "playwright-core";
import type { RunningNodeRed } from "../../support/node-red";

/** Brings the tab Outbox to the front of the sidebar. */
export async function showOutbox(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { RED } = globalThis as unknown as { RED: { sidebar: { show(id: string): void } } };
    RED.sidebar.show("post-office-outbox");
  });
  await page.locator(".po-outbox").waitFor();
}

export async function leaveOutbox(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { RED } = globalThis as unknown as { RED: { sidebar: { show(id: string): void } } };
    RED.sidebar.show("info");
  });
  await page.locator(".po-outbox").waitFor({ state: "hidden" });
}

export function line(page: Page, name: string): Locator {
  return page.locator(".po-line", { has: page.getByRole("button", { name, exact: true }) });
}

export function row(page: Page, subject: string): Locator {
  return page.getByRole("option").filter({ hasText: subject });
}

export function chip(page: Page, name: string): Locator {
  return page.getByRole("group", { name: "Show only" }).getByRole("button", { name, exact: true });
}

/** Waits until the counter of a configuration shows that number. */
export async function untilCount(page: Page, name: string, what: string, n: string): Promise<void> {
  await line(page, name)
    .locator(`[data-count="${what}"] b`, { hasText: new RegExp(`^${n}$`) })
    .waitFor();
}

/** Says what the tab answered to the last action. */
export async function untilNote(page: Page, words: string): Promise<void> {
  await page.locator(".po-note", { hasText: words }).waitFor();
}

/** Has a flow send a mail, by its inject node. */
export async function press(red: RunningNodeRed, inject: string, token?: string): Promise<void> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await red.fetch(`inject/${inject}`, { method: "POST", headers });
  if (!answer.ok) throw new Error(`inject: ${answer.status}`);
}

/** The requests to the outbox's endpoints from now on. */
export function watchRequests(page: Page): string[] {
  const paths: string[] = [];
  page.on("request", (request) => {
    const [, path] = /smtp-config\/outbox\/(.*)$/.exec(request.url()) ?? [];
    if (path !== undefined) paths.push(path);
  });
  return paths;
}
