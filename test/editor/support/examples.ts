import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { checkout, type FlowNode } from "../../support/node-red";

export interface Example {
  /** As the import dialog lists it. */
  name: string;
  nodes: FlowNode[];
}

/** What the package ships, in the order of the import dialog. */
export function shippedExamples(): Example[] {
  const folder = join(checkout, "examples");
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      name: file.replace(/\.json$/, ""),
      nodes: JSON.parse(readFileSync(join(folder, file), "utf8")) as FlowNode[],
    }));
}

/** Takes an example of this package out of Node-RED's import dialog, as a person does. */
export async function importExample(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+i");
  await page.locator("#red-ui-clipboard-dialog-import-tabs").waitFor();
  await page.locator("#red-ui-clipboard-dialog-import-tabs a", { hasText: "Examples" }).click();
  const browser = page.locator("#red-ui-clipboard-dialog-import-tab-examples");
  await browser.getByText("@post-office/node-red-email", { exact: true }).click();
  await browser.getByText(name, { exact: true }).click();
  await page.locator("#red-ui-clipboard-dialog-ok:enabled").click();
  await page.locator("#red-ui-clipboard-dialog").waitFor({ state: "hidden" });
}
