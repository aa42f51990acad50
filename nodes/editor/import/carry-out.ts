import type { EmailNode } from "./email-nodes";
import type { ImportPlan } from "./plan";
import { uncheckedTlsNamed } from "./surroundings";

/**
 * Puts the planned steps in the places of the e-mail nodes, as one step of the history.
 *
 * Each step keeps its node's id, so that what refers to it still does: the scope of Catch,
 * Status and Complete nodes, the wires, and links from outside.
 */
export function carryOut(plan: ImportPlan, nodes: readonly EmailNode[], tlsName: string): void {
  const dirty = RED.nodes.dirty();
  const flows = [...new Set(nodes.map(({ z }) => z))];
  const orders = flows.map((z): HistoryEvent => {
    const order = RED.nodes.getNodeOrder(z);
    return { t: "reorder", nodes: { z, from: order, to: order }, dirty };
  });
  const redraw = redrawing(nodes);
  const configurations = addConfigurations(plan, tlsName);
  const links = nodes.flatMap(({ id }) => RED.nodes.remove(id).links);
  redraw();
  const steps = addSteps(plan, nodes);
  const newLinks = links.map((link) => ({
    source: steps.get(link.source.id) ?? link.source,
    sourcePort: link.sourcePort,
    target: steps.get(link.target.id) ?? link.target,
  }));
  for (const link of newLinks) RED.nodes.addLink(link);
  for (const { nodes: order } of orders as { nodes: { z: string; to: string[] } }[]) {
    RED.nodes.setNodeOrder(order.z, order.to);
  }
  // Undone from the last to the first and redone from the first to the last. A configuration must be there
  // before its steps, and the order can be set only when all nodes are there: first in one direction, last in the other.
  const events: HistoryEvent[] = [
    ...orders,
    { t: "delete", nodes: [...nodes], links, dirty, callback: redraw },
    { t: "add", nodes: configurations, dirty },
    { t: "add", nodes: [...steps.keys()], links: newLinks, dirty, callback: redraw },
    ...orders,
  ];
  RED.history.push({ t: "multi", events, dirty });
  RED.nodes.dirty(true);
  RED.view.select(null);
  RED.view.redraw(true);
}

/** Ids of what was made. */
function addConfigurations({ configurations, newTls }: ImportPlan, tlsName: string): string[] {
  const made = configurations.flatMap(({ id, make, wanted }) => {
    if (!make) return [];
    const scope = wanted.scope ? { z: wanted.scope } : {};
    return [{ ...make.fields, id, type: "smtp-config", ...scope, credentials: make.credentials }];
  });
  const all = [...(newTls ? [uncheckedTlsNamed(newTls, tlsName)] : []), ...made];
  return RED.nodes.import(all, { markChanged: true, reimport: true }).nodes.map(({ id }) => id);
}

function addSteps(plan: ImportPlan, nodes: readonly EmailNode[]): Map<string, EditorNode> {
  const old = new Map(nodes.map((node) => [node.id, node]));
  const flowNodes = plan.steps.map(({ node: { id }, fields }) => {
    const { z, x, y, d, l, info, inputLabels } = old.get(id) as EmailNode;
    const kept = Object.entries({ d, l, info, inputLabels }).filter(([, value]) => value !== undefined);
    return { ...fields, id, type: "send-email", z, x, y, wires: [[]], ...Object.fromEntries(kept) };
  });
  const { nodes: steps } = RED.nodes.import(flowNodes, { markChanged: true, reimport: true });
  for (const step of steps) takePlaceInGroup(step, old.get(step.id) as EmailNode);
  return new Map(steps.map((step) => [step.id, step]));
}

/** Node-RED forgets the group of what is imported without it. */
function takePlaceInGroup(step: EditorNode, { id, g }: EmailNode): void {
  const group = g === undefined ? undefined : RED.nodes.group(g);
  if (!group) return;
  step.g = group.id;
  const at = group.nodes.findIndex((member) => member.id === id);
  if (at < 0) group.nodes.push(step);
  else group.nodes[at] = step;
  RED.group.markDirty(group);
}

/**
 * What must follow when nodes went or came. The flow draws a node by its id: without drawing in between, a step
 * would go on looking like the node whose id it has. And undo puts what comes back at the end of its group.
 */
function redrawing(nodes: readonly EmailNode[]): () => void {
  const groups = [...new Set(nodes.map(({ g }) => g))].map((g) => (g === undefined ? undefined : RED.nodes.group(g)));
  const orders = groups.flatMap((group) => (group ? [{ group, order: group.nodes.map(({ id }) => id) }] : []));
  return () => {
    for (const { group, order } of orders) {
      const place = new Map(order.map((id, index) => [id, index]));
      group.nodes.sort((a, b) => (place.get(a.id) ?? order.length) - (place.get(b.id) ?? order.length));
    }
    RED.view.redraw(true, true);
  };
}
