import { button, element } from "../shared/elements";
import { openModal } from "./modal";
import type { ImportPlan, PlannedConfiguration } from "./plan";
import type { Words } from "./wording";

/** Tells what was made and what is left to do; comes back after each configuration that is opened from it. */
export function showReport(plan: ImportPlan, words: Words): void {
  const close = openModal(words("done.title"), contentOf(), [
    { text: words("done.close"), class: "primary", click: () => close() },
  ]);

  function contentOf(): HTMLElement {
    const used = plan.configurations.filter(({ id }) => RED.nodes.node(id));
    const unready = used.filter((one) => !isReady(one));
    return element(
      "div",
      "po-import",
      element("p", "", words.counted("done.steps", plan.steps.length)),
      element("ul", "po-import-made", ...used.map(lineOf)),
      element("p", "", words(unready.length === 0 ? "done.deploy" : "done.left")),
      element("p", "", words("done.undo")),
    );
  }

  function lineOf(one: PlannedConfiguration): HTMLElement {
    const ready = isReady(one);
    const mark = element("span", "po-import-mark", ready ? "✔" : "✎");
    mark.setAttribute("aria-hidden", "true");
    const state = ready ? words("done.ready") : words(one.accountUnknown ? "done.account" : "done.check");
    const open = button(words("done.open"), () => {
      close();
      openAndComeBack(one.id);
    });
    open.setAttribute("aria-label", `${words("done.open")}: ${one.name}`);
    const line = element("li", "", mark, element("b", "", one.name), element("span", "po-import-state", state), open);
    line.dataset.ready = String(ready);
    return line;
  }

  function openAndComeBack(id: string): void {
    const back = () => {
      RED.events.off("editor:close", back);
      // Nothing to report any more where the import was taken back.
      if (plan.steps.some(({ node }) => RED.nodes.node(node.id)?.type === "send-email")) showReport(plan, words);
    };
    RED.events.on("editor:close", back);
    RED.editor.editConfig("", "smtp-config", id);
  }
}

function isReady({ id }: PlannedConfiguration): boolean {
  return RED.nodes.node(id)?.valid !== false;
}
