import type { Node, NodeAPI } from "node-red";
import { SendError } from "../../src/model/send-error";
import { allowedIds, type RawSendEmail } from "../../src/settings/send-email-raw";
import { runningConfigurations } from "./default-configuration";
import type { SmtpConfigNode } from "./nodes";

const MOST_CHARACTERS = 200;

/**
 * The configuration that a step sends this message with: the one that the message names, where the step lets it
 * choose, or else the step's own or the default. Throws SendError where that one cannot be had.
 */
export function configurationFor(RED: NodeAPI, step: Node, definition: RawSendEmail, asked: unknown): SmtpConfigNode {
  const isAsked = asked !== undefined && asked !== null && asked !== "";
  if (definition.chooseByMessage !== true || !isAsked) return own(definition.smtpConfig);
  if (typeof asked === "string") return byName(RED, step, allowedIds(definition.allowedConfigurations), asked);
  throw new SendError("field-type", {
    phase: "input",
    facts: { field: "configurationName", value: "must be the name of a mail configuration, as a text" },
  });
}

/** Every configuration that mails of a step may go out through, as far as they run. */
export function configurationsOf(step: Node, definition: RawSendEmail): SmtpConfigNode[] {
  const own = running(definition.smtpConfig);
  const allowed =
    definition.chooseByMessage === true ? allowedFor(step, allowedIds(definition.allowedConfigurations)) : [];
  return own ? [own, ...allowed] : allowed;
}

function running(id: string): SmtpConfigNode | undefined {
  return id ? runningConfigurations.get(id) : runningConfigurations.default();
}

function own(id: string): SmtpConfigNode {
  const node = running(id);
  if (node) return node;
  throw new SendError(id ? "config-missing" : "no-default", { phase: "input", facts: { field: "smtpConfig" } });
}

function byName(RED: NodeAPI, step: Node, ids: readonly string[], asked: string): SmtpConfigNode {
  const allowed = allowedFor(step, ids);
  const [found, another] = allowed.filter(({ name }) => name === asked);
  if (found && !another) return found;
  const names = allowed.map(({ name }) => name ?? "").sort();
  const facts = { value: shown(asked), names: names.length > 0 ? `only ${shown(names.join(", "))}` : "none" };
  if (found) throw new SendError("config-name-twice", { phase: "input", facts });
  throw new SendError(isOff(RED, ids, asked) ? "config-not-running" : "config-not-allowed", { phase: "input", facts });
}

function allowedFor(step: Node, ids: readonly string[]): SmtpConfigNode[] {
  return runningConfigurations.all().filter((node) => ids.includes(node.id) || isAlias(node, step, ids));
}

/** Each instance of a subflow has configurations of its own, and Node-RED renames single references only. */
function isAlias({ _alias, z }: Node & { _alias?: string }, step: Node, ids: readonly string[]): boolean {
  return _alias !== undefined && z === step.z && ids.includes(_alias);
}

function isOff(RED: NodeAPI, ids: readonly string[], asked: string): boolean {
  let found = false;
  RED.nodes.eachNode(({ id, type, name }) => {
    if (type === "smtp-config" && name === asked && ids.includes(id)) found = true;
  });
  return found;
}

function shown(text: string): string {
  return text.slice(0, MOST_CHARACTERS).replaceAll(/\p{Cc}/gu, " ");
}
