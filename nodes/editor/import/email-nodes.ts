import type { OldNode } from "./old-node";

/** An e-mail node in the editor. Where its package is not installed, Node-RED keeps it in `_orig`. */
export interface EmailNode extends EditorNode {
  z: string;
  l?: boolean;
  info?: string;
  x: number;
  y: number;
  inputLabels?: string[];
  credentials?: { userid?: string; password?: string; has_password?: boolean };
  _orig?: { type: string };
}

export interface EmailNodes {
  free: EmailNode[];
  /** In a locked flow, where nothing may be changed. */
  locked: EmailNode[];
}

/** All e-mail nodes of the editor, in flows and subflows. */
export function emailNodes(): EmailNodes {
  const found: EmailNodes = { free: [], locked: [] };
  RED.nodes.eachNode((node) => {
    if (isEmailNode(node)) found[flowOf(node)?.locked ? "locked" : "free"].push(node);
    return undefined;
  });
  return found;
}

/** Those of them that are selected: one by one, with their group, or with their whole flow. */
export function selectedOf(nodes: readonly EmailNode[]): EmailNode[] {
  const single = RED.view.selection().nodes ?? [];
  const inGroups = single.flatMap((node) =>
    node.type === "group" ? RED.group.getNodes(node as FlowGroup, true) : [node],
  );
  const ids = new Set(inGroups.map(({ id }) => id));
  const flows = new Set(RED.workspaces.selection().map(({ id }) => id));
  return nodes.filter(({ id, z }) => ids.has(id) || flows.has(z));
}

export function isInstalled(node: EmailNode): boolean {
  return node.type !== "unknown";
}

export function flowOf({ z }: EmailNode): FlowOrSubflow | undefined {
  return RED.nodes.workspace(z) ?? RED.nodes.subflow(z);
}

/** The node's properties as they would be deployed. */
export function oldNodeOf(node: EmailNode): OldNode {
  const hasFlowEnvironment = (flowOf(node)?.env ?? []).length > 0;
  return { ...RED.nodes.convertNode(node, false), id: node.id, z: node.z, hasFlowEnvironment };
}

function isEmailNode(node: EditorNode): node is EmailNode {
  return (node.type === "unknown" ? (node as EmailNode)._orig?.type : node.type) === "e-mail";
}
