import type { Page } from "playwright-core";

/** The names of all configurations in the editor, with their ids, as they were added. */
export function idsByName(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const { RED } = globalThis as unknown as {
      RED: { nodes: { eachConfig(each: (node: { id: string; type: string; name: string }) => void): void } };
    };
    const found: Record<string, string> = {};
    RED.nodes.eachConfig(({ id, type, name }) => {
      if (type === "smtp-config") found[name] = id;
    });
    return found;
  });
}

export async function names(page: Page): Promise<string[]> {
  return Object.keys(await idsByName(page)).sort();
}

/** Waits until the editor has exactly the configurations of these names. */
export async function untilNames(page: Page, wanted: string[]): Promise<void> {
  await page.waitForFunction((expected) => {
    const { RED } = globalThis as unknown as {
      RED: { nodes: { eachConfig(each: (node: { type: string; name: string }) => void): void } };
    };
    const found: string[] = [];
    RED.nodes.eachConfig(({ type, name }) => {
      if (type === "smtp-config") found.push(name);
    });
    return found.sort().join() === expected;
  }, [...wanted].sort().join());
}

/** How many nodes the editor counts as users of this one. */
export function userCount(page: Page, id: string): Promise<number> {
  return page.evaluate((node) => {
    const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): { users: unknown[] } } } };
    return RED.nodes.node(node).users.length;
  }, id);
}

/** As Node-RED's menu does. The keys depend on where the focus is. */
export async function undo(page: Page): Promise<void> {
  await invoke(page, "core:undo");
}

export async function redo(page: Page): Promise<void> {
  await invoke(page, "core:redo");
}

export async function invoke(page: Page, action: string): Promise<void> {
  await page.evaluate((name) => {
    const { RED } = globalThis as unknown as { RED: { actions: { invoke(name: string): void } } };
    RED.actions.invoke(name);
  }, action);
}

/** Whether there is something to deploy. */
export function isDirty(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { RED } = globalThis as unknown as { RED: { nodes: { dirty(): boolean } } };
    return RED.nodes.dirty();
  });
}
