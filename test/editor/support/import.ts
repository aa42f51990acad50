import type { Page } from "playwright-core";

/** Starts the import as the list of actions does. */
export async function startImport(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { RED } = globalThis as unknown as { RED: { actions: { invoke(name: string): void } } };
    RED.actions.invoke("post-office:import-e-mail-nodes");
  });
}

export async function openImport(page: Page): Promise<string> {
  await startImport(page);
  await page.waitForSelector(".post-office-import .po-import");
  return page.locator(".po-import").innerText();
}

export async function press(page: Page, label: string): Promise<void> {
  await page.locator(".post-office-import .ui-dialog-buttonset button", { hasText: label }).click();
}

export async function untilClosed(page: Page): Promise<void> {
  await page.locator(".post-office-import").waitFor({ state: "detached" });
}

/** All nodes in the order of the flow file, as a deploy would send them. */
export function exported(page: Page): Promise<Record<string, unknown>[]> {
  return page.evaluate(() => {
    const { RED } = globalThis as unknown as {
      RED: { nodes: { createCompleteNodeSet(options: object): Record<string, unknown>[] } };
    };
    return RED.nodes.createCompleteNodeSet({ credentials: false });
  });
}

export async function nodeIn(page: Page, id: string): Promise<Record<string, unknown>> {
  return (await exported(page)).find((node) => node.id === id) ?? {};
}

export async function undo(page: Page, which: "undo" | "redo" = "undo"): Promise<void> {
  await page.evaluate((name) => {
    const { RED } = globalThis as unknown as { RED: { actions: { invoke(name: string): void } } };
    RED.actions.invoke(`core:${name}`);
  }, which);
}

export function select(page: Page, ids: string[]): Promise<void> {
  return page.evaluate((chosen) => {
    const { RED } = globalThis as unknown as {
      RED: { nodes: { node(id: string): unknown }; view: { select(selection: object): void } };
    };
    RED.view.select({ nodes: chosen.map((id) => RED.nodes.node(id)) });
  }, ids);
}

/** Whether the drawing of the node in the flow is that of a step: it has a port on its right side. */
export function isDrawnAsStep(page: Page, id: string): Promise<boolean> {
  return page.evaluate((node) => {
    const drawn = document.getElementById(node);
    return (drawn?.querySelectorAll(".red-ui-flow-port-output").length ?? 0) > 0;
  }, id);
}

/** What axe finds in the open dialog. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: require.resolve("axe-core") });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(root: string): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run(".post-office-import");
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
