import { allowedIds } from "../../../src/settings/send-email-raw";
import { configurations } from "../shared/configurations";
import type { SendEmailNode } from "./step-node";

/**
 * Counts the steps as users of the configurations that their messages may name.
 *
 * Node-RED exports, imports and renames lists of references, but counts users of single ones only; and where it
 * changes a list, it takes for granted that they were counted. So they are, whenever a node comes, goes or changes.
 */
export function countUsersOfAllowed(): void {
  let isDue = false;
  const countSoon = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      count();
    });
  };
  for (const event of ["nodes:add", "nodes:change", "nodes:remove"]) RED.events.on(event, countSoon);
}

function count(): void {
  const steps: SendEmailNode[] = [];
  RED.nodes.eachNode((node) => {
    if (node.type === "send-email") steps.push(node as SendEmailNode);
    return undefined;
  });
  for (const configuration of configurations()) {
    const users = configuration.users ?? [];
    const counted = [
      ...new Set(users.filter(({ type }) => type !== "send-email")),
      ...steps.filter((step) => refersTo(step, configuration.id)),
    ];
    if (counted.length === users.length && counted.every((user) => users.includes(user))) continue;
    configuration.users = counted;
    RED.events.emit("nodes:change", configuration);
  }
}

function refersTo(step: SendEmailNode, id: string): boolean {
  return step.smtpConfig === id || allowedIds(step.allowedConfigurations).includes(id);
}
