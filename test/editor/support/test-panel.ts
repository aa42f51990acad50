import type { Page } from "playwright-core";

/** Presses a button of the Test and waits for its result. */
export async function runTest(page: Page, button: "send" | "check"): Promise<void> {
  const result = page.locator("#post-office-test-result");
  await page.click(`#post-office-test-${button}`);
  await page.locator("#post-office-test-running").waitFor({ state: "hidden" });
  await result.waitFor();
}

/** Opens Details; its Copy button comes a moment after the text. */
export async function openDialogue(page: Page): Promise<void> {
  await page.click(".po-details > summary");
  await page.locator(".po-copy").waitFor();
}

export function verdict(page: Page): Promise<string> {
  return page.locator(".po-verdict").innerText();
}

/** What the steps say: name -> outcome. */
export async function outcomes(page: Page): Promise<Record<string, string>> {
  return page.locator(".po-step").evaluateAll((steps) =>
    Object.fromEntries(
      steps.map((step) => {
        const outcome = /po-(passed|warned|failed|skipped)/.exec((step as HTMLElement).className)?.[1] ?? "";
        return [(step as HTMLElement).dataset.step ?? "", outcome];
      }),
    ),
  );
}

/** The message below a field, empty where it is fine. */
export async function messageAt(page: Page, field: string): Promise<string> {
  return (await page.locator(`[data-field="${field}"] > .po-message`).textContent()) ?? "";
}

/** Why no mail can be sent; otherwise who gets it. */
export async function reason(page: Page): Promise<string> {
  return (await page.locator("#post-office-test-why").textContent()) ?? "";
}
