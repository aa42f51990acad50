import type { NodeAPI } from "node-red";
import { variableIn } from "../../src/settings/raw";

/**
 * Replaces values that are exactly `${NAME}` the way the runtime does for deployed nodes.
 * An unset variable stays as it is written; the settings check names it then. One that is set to nothing gives nothing.
 */
export function resolveEnvironment<T extends object>(RED: NodeAPI, nodeId: string, properties: T): T {
  return resolveEnvironmentWith(RED, RED.nodes.getNode(nodeId) ?? {}, properties);
}

/** The same for a node that need not be deployed. */
export function resolveEnvironmentWith<T extends object>(RED: NodeAPI, node: object, properties: T): T {
  const resolved = Object.entries(properties).map(([name, value]) => {
    const variable = variableIn(value);
    const found = variable === undefined ? undefined : RED.util.getSetting(node as never, variable);
    return [name, found ?? value];
  });
  return Object.fromEntries(resolved) as T;
}
