import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { deploy, screenshot } from "./support/editor";
import { importExample, shippedExamples } from "./support/examples";
import { configuration, tab } from "./support/flows";
import { withEditor } from "./support/with-editor";

for (const version of [4, 5] as const) {
  describe(`The examples in the import dialog of Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor({
      version,
      flows: [tab, configuration("ours", { name: "Our_SMTP", isDefault: true, port: 1 })],
    });
    before(() => {
      ({ page } = editor);
    });

    for (const { name, nodes } of shippedExamples()) {
      it(`${name} comes in beside the others, without a question and without unknown nodes`, async () => {
        await importExample(page, name);
        const id = nodes.find(({ type }) => type === "tab")?.id;
        await page.waitForFunction((flow) => {
          const { RED } = globalThis as unknown as {
            RED: { nodes: { workspace(id?: string): unknown }; workspaces: { show(id?: string): void } };
          };
          if (RED.nodes.workspace(flow)) RED.workspaces.show(flow);
          return RED.nodes.workspace(flow);
        }, id);
        const invalid = await page.evaluate((flow) => {
          interface Found {
            type: string;
            valid: boolean;
            validationErrors?: string[];
          }
          const { RED } = globalThis as unknown as { RED: { nodes: { filterNodes(by: object): Found[] } } };
          return RED.nodes
            .filterNodes({ z: flow })
            .filter((node) => node.type === "unknown" || node.valid === false)
            .map((node) => `${node.type}: ${node.validationErrors?.join()}`);
        }, id);
        assert.deepEqual(invalid, []);
        await screenshot(page, `examples-${version}-${name}`);
      });
    }

    it("together, no name of a configuration is there twice, and only the default of before is one", async () => {
      const found = await page.evaluate(() => {
        interface Found {
          name: string;
          isDefault: boolean;
          validationErrors?: string[];
        }
        const all: Found[] = [];
        const { RED } = globalThis as unknown as {
          RED: { nodes: { eachConfig(each: (node: Found & { type: string }) => void): void } };
        };
        RED.nodes.eachConfig((node) => {
          const { type, name, isDefault, validationErrors } = node;
          if (type === "smtp-config") all.push({ name, isDefault, ...(validationErrors ? { validationErrors } : {}) });
        });
        return all;
      });
      assert.deepEqual(found.map(({ name }) => name).sort(), ["Office_365", "Our_SMTP", "Sales_mail", "Support_mail"]);
      assert.deepEqual(
        found.filter(({ isDefault }) => isDefault).map(({ name }) => name),
        ["Our_SMTP"],
      );
    });

    it("can be deployed together", async () => {
      await deploy(page);
      assert.doesNotMatch(editor.red.log(), /missing types/);
    });
  });
}
