import type { Page } from "playwright-core";

/** Presses a button of a row of choices. */
export async function chooseSegment(page: Page, group: "kind" | "auth" | "graphAuth", value: string): Promise<void> {
  await page.click(`.po-segments label:has([name=post-office-${group}][value=${value}])`);
}

/** The fields that show in the sections Server and Sign-in, in the order of the dialog. */
export async function shownFields(page: Page): Promise<string[]> {
  return page.locator(".po-configuration details [data-field]").evaluateAll((places) => {
    const sections = ["fa-server", "fa-key"];
    return places
      .filter((place) => sections.some((icon) => place.closest("details")?.querySelector(`summary .${icon}`)))
      .filter((place) => !place.closest("[hidden]"))
      .map((place) => (place as HTMLElement).dataset.field ?? "");
  });
}

/** The value of every named field of the dialog. */
export async function fieldValues(page: Page, names: readonly string[]): Promise<Record<string, string>> {
  const values = await Promise.all(names.map((name) => page.inputValue(`#node-config-input-${name}`)));
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""]));
}

/** The text below a field that says how to fill it. */
export async function hintAt(page: Page, field: string): Promise<string> {
  return (await page.locator(`#post-office-${field}-hint`).textContent()) ?? "";
}
