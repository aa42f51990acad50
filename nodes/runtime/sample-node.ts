import type { Node, NodeAPI } from "node-red";

/** A store of which nothing can be read, as Node-RED asks one. */
const EMPTY_STORE = {
  get: (_key: unknown, _store: unknown, tell?: (error: null, value: undefined) => void) => tell?.(null, undefined),
  keys: () => [],
};

/**
 * What a step's fields are evaluated with: the step as it runs. One that is not deployed yet borrows the
 * contexts and the environment of a neighbour in its flow; in a flow that is not deployed either, the flow's
 * values are empty and only the global ones are there.
 */
export function evaluatingNode(RED: NodeAPI, id: string, flow: string, name: string): Node {
  const running = RED.nodes.getNode(id) as Node | null;
  if (running?.type === "send-email") return running;
  const neighbour = runningNode(RED, (z) => z === flow);
  if (neighbour) return standIn(neighbour, { id, name, context: () => neighbour.context() });
  const elsewhere = runningNode(RED, () => true);
  const global = elsewhere?.context().global ?? EMPTY_STORE;
  const context = () => ({ ...EMPTY_STORE, flow: EMPTY_STORE, global });
  // Without its `_flow`, whose environment is another one's.
  return standIn(elsewhere ?? {}, { id, name, context, _flow: undefined });
}

function runningNode(RED: NodeAPI, fits: (flow: string | undefined) => boolean): Node | undefined {
  let found: Node | undefined;
  RED.nodes.eachNode(({ id, z }) => {
    if (!found && fits(z)) found = (RED.nodes.getNode(id) as Node | null) ?? undefined;
  });
  return found;
}

/** The group is left out: it has an environment of its own. */
function standIn(of: object, own: Record<string, unknown>): Node {
  const properties = Object.entries({ ...own, g: undefined }).map(([name, value]) => [name, { value }]);
  return Object.create(of, Object.fromEntries(properties)) as Node;
}
