import type { NodeAPI } from "node-red";
import { isEnvReference } from "../../src/settings/rules";

/**
 * Replaces values that are exactly `${NAME}` the way the runtime does for deployed nodes.
 * An unset variable stays as it is written; the settings check names it then.
 */
export function resolveEnvironment<T extends object>(RED: NodeAPI, nodeId: string, properties: T): T {
  return resolveEnvironmentWith(RED, RED.nodes.getNode(nodeId) ?? {}, properties);
}

/** The same for a node that need not be deployed. */
export function resolveEnvironmentWith<T extends object>(RED: NodeAPI, node: object, properties: T): T {
  const resolved = Object.entries(properties).map(([name, value]) => {
    if (!isEnvReference(value)) return [name, value];
    const found = RED.util.evaluateNodeProperty(String(value), "env", node as never, {});
    return [name, found === undefined || found === "" ? value : found];
  });
  return Object.fromEntries(resolved) as T;
}
