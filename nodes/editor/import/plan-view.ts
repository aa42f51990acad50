import { element } from "../shared/elements";
import { type EmailNode, flowOf } from "./email-nodes";
import type { ImportPlan, PlannedConfiguration } from "./plan";
import { planNotes } from "./plan-notes";
import type { Words } from "./wording";

/** What will happen, in words. */
export function planView(plan: ImportPlan, nodes: readonly EmailNode[], words: Words): HTMLElement {
  const rows = plan.configurations.map((one) => rowOf(one, words));
  const heads = ["name", "server", "security", "sign-in", "steps"].map((column) => {
    const head = element("th", "", words(`column.${column}`));
    head.scope = "col";
    return head;
  });
  const table = element(
    "table",
    "",
    element("caption", "", words("configurations")),
    element("thead", "", element("tr", "", ...heads)),
    element("tbody", "", ...rows),
  );
  return element(
    "div",
    "",
    element("p", "", words.counted("lead", nodes.length, { flows: flowList(nodes) })),
    table,
    element("h5", "", words("notes")),
    element("ul", "", ...planNotes(plan, words).map((note) => element("li", "", note))),
    element("p", "po-import-end", words("end")),
  );
}

/** The flows with their numbers of nodes: Orders (2), Alerts (1). */
export function flowList(nodes: readonly EmailNode[]): string {
  const counts = new Map<string, { name: string; n: number }>();
  for (const node of nodes) {
    const flow = flowOf(node);
    const { name, n } = counts.get(node.z) ?? { name: flow?.label || flow?.name || node.z, n: 0 };
    counts.set(node.z, { name, n: n + 1 });
  }
  return [...counts.values()].map(({ name, n }) => `${name} (${n})`).join(", ");
}

function rowOf({ name, wanted, make, accountUnknown, steps }: PlannedConfiguration, words: Words): HTMLElement {
  const head = element("th", "", name);
  head.scope = "row";
  if (!make) head.append(" ", element("span", "po-import-badge", words("existing")));
  const user = accountUnknown ? words("sign-in.unknown") : wanted.username;
  const signIn = wanted.auth === "none" ? words("sign-in.none") : user;
  return element(
    "tr",
    "",
    head,
    element("td", "", `${wanted.host}:${wanted.port}`),
    element("td", "", words.security(wanted.security)),
    element("td", "", signIn),
    element("td", "", String(steps)),
  );
}
