import { isUsed } from "../../../src/settings/field-use";
import { CREDENTIAL_NAMES, CREDENTIAL_TYPES, type RawCredentials } from "../../../src/settings/raw";
import { checkField } from "../../../src/settings/rules";
import { configurations, type SmtpConfigNode } from "../shared/configurations";
import { copyName } from "./copy-name";
import { type Fields, fieldsOf } from "./open-form";

export type Secret = Exclude<keyof RawCredentials, "username">;

const SECRETS = CREDENTIAL_NAMES.filter((name): name is Secret => CREDENTIAL_TYPES[name] === "password");

/** The secrets that a configuration signs in with: those that it needs, and an optional one that it has. */
export function secretsOf(fields: Partial<Fields>): Secret[] {
  const isNeeded = (name: Secret) => fields[name] || checkField(name, { ...fields, [name]: "" });
  return SECRETS.filter((name) => isUsed(name, fields) && isNeeded(name));
}

/**
 * Adds a copy that signs in with these secrets, in one undo step.
 *
 * The secrets of the original stay where they are: a stored one is never sent to the editor.
 */
export function duplicate(node: SmtpConfigNode, secrets: Partial<Record<Secret, string>>): SmtpConfigNode {
  const { username } = fieldsOf(node);
  const copy = {
    ...RED.nodes.convertNode(node, false),
    id: RED.nodes.id(),
    name: nameOfCopy(node),
    isDefault: false,
    credentials: { ...(username ? { username } : {}), ...secrets },
    users: [],
    changed: true,
    _def: node._def,
  } as unknown as SmtpConfigNode;
  const dirty = RED.nodes.dirty();
  const added = RED.nodes.add(copy) as SmtpConfigNode;
  RED.editor.validateNode(added);
  RED.history.push({ t: "add", nodes: [copy.id], dirty });
  RED.nodes.dirty(true);
  RED.view.redraw(true);
  return added;
}

export function nameOfCopy(node: SmtpConfigNode): string {
  return copyName(
    node.name,
    configurations().map(({ name }) => name),
  );
}
