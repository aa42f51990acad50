import { configurations, isConfiguration, isDefault, type SmtpConfigNode } from "../shared/configurations";
import { ask } from "../shared/question";

/** Lets the Delete button of the open dialog ask first where something hangs on the configuration. */
export function askBeforeDelete(node: SmtpConfigNode, form: HTMLElement): void {
  const toolbar = form.closest(".red-ui-tray")?.querySelector(".red-ui-tray-toolbar");
  const button = toolbar?.querySelector<HTMLElement>(".leftButton");
  if (!toolbar || !button) return;
  let agreed = false;
  const intercept = (event: Event) => {
    if (agreed || !button.contains(event.target as Node) || !isMissed(node)) return;
    event.preventDefault();
    event.stopPropagation();
    button.focus();
    askFor([node], () => {
      agreed = true;
      button.click();
    });
  };
  // Node-RED deletes in a listener of the button itself, so this one has to come before.
  toolbar.addEventListener("click", intercept, { capture: true });
}

/** Deletes what is selected in the sidebar of configuration nodes, and asks first as a dialog does. */
export function deleteSelected(withoutAsking: () => void): void {
  const missed = selectedConfigurations().filter(isMissed);
  if (missed.length > 0) askFor(missed, withoutAsking);
  else withoutAsking();
}

function selectedConfigurations(): SmtpConfigNode[] {
  return $("#red-ui-sidebar-node-config .red-ui-palette-node.selected")
    .parent()
    .get()
    .map((entry) => RED.nodes.node($(entry).data("data-node-id")))
    .filter((node): node is SmtpConfigNode => Boolean(node && isConfiguration(node)));
}

function isMissed(node: SmtpConfigNode): boolean {
  return isDefault(node) || usersOf(node) > 0;
}

function usersOf(node: SmtpConfigNode): number {
  return node.users?.length ?? 0;
}

function askFor(nodes: SmtpConfigNode[], onYes: () => void): void {
  const translate: Translate = (key, values) => (nodes[0] as SmtpConfigNode)._(`smtp-config.delete.${key}`, values);
  const heir = configurations().find((other) => isDefault(other) && !nodes.includes(other));
  const named = (node: SmtpConfigNode, line: string) => (nodes.length > 1 ? `${node.name}: ${line}` : line);
  const lines = nodes.flatMap((node) => consequences(translate, node, heir).map((line) => named(node, line)));
  const names = nodes.map(({ name }) => name).join(", ");
  ask(
    translate("title", { name: names }),
    [...lines, translate("waiting"), translate("undo")],
    RED._("common.label.delete"),
    onYes,
  );
}

/** What is no longer as it was without it. Node-RED takes it out of the steps, which then use the default. */
function consequences(translate: Translate, node: SmtpConfigNode, heir: SmtpConfigNode | undefined): string[] {
  const n = usersOf(node);
  const lines: string[] = [];
  if (n > 0) {
    const then = heir ? translate("then-default", { name: heir.name }) : translate("then-none");
    lines.push(`${translate(n === 1 ? "used-one" : "used-many", { n })} ${then}`);
  }
  if (isDefault(node)) lines.push(translate("is-default"));
  return lines;
}
