import type { SmtpConfigNode } from "../shared/configurations";
import { button, element } from "../shared/elements";
import { openModal } from "./modal";
import type { ImportPlan, PlannedConfiguration } from "./plan";
import type { Words } from "./wording";

/** Tells what was made and what is left to do; comes back after each configuration that is opened from it. */
export function showReport(plan: ImportPlan, words: Words): void {
  const used = plan.configurations.filter(({ id }) => RED.nodes.node(id));
  const next = used.find((one) => problemOf(one) !== undefined);
  const content = element(
    "div",
    "po-import",
    element("p", "", words.counted("done.steps", plan.steps.length)),
    element("ul", "po-import-made", ...used.map(lineOf)),
    element("p", "", words(next ? "done.left" : "done.deploy")),
    used.some(({ make }) => make) ? element("p", "", words("done.no-default")) : undefined,
    element("p", "po-import-end", words("done.undo")),
  );
  const done: DialogButton = { text: words("done.close"), click: () => close() };
  const close = openModal(words("done.title"), content, [next ? done : { ...done, class: "primary" }]);

  function lineOf(one: PlannedConfiguration): HTMLElement {
    const problem = problemOf(one);
    const mark = element("span", "po-import-mark", problem ? "✎" : "✔");
    mark.setAttribute("aria-hidden", "true");
    const open = button(words("done.open"), () => {
      close();
      openAndComeBack(one.id);
    });
    open.setAttribute("aria-label", `${words("done.open")}: ${one.name}`);
    open.classList.toggle("primary", one === next);
    const state = element("span", "po-import-state", words(problem ?? "done.ready"));
    const line = element("li", "", mark, element("b", "", one.name), state, open);
    line.dataset.ready = String(!problem);
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

/** What a configuration lacks, as the key of a text; nothing where it can be used. */
function problemOf({ id, wanted }: PlannedConfiguration): string | undefined {
  const node = RED.nodes.node(id) as SmtpConfigNode | null | undefined;
  if (node?.valid !== false) return undefined;
  const { username, password, has_password } = node.credentials ?? {};
  if (wanted.auth === "none" || !node.credentials || password || has_password) return "done.invalid";
  if (wanted.auth === "oauth2") return username ? "done.invalid" : "done.user";
  return username ? "done.password" : "done.account";
}
