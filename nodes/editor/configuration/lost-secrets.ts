import { CREDENTIAL_NAMES } from "../../../src/settings/raw";
import { isConfiguration, type SmtpConfigNode } from "../shared/configurations";
import { notify } from "../shared/elements";
import { secretsOf } from "./duplicate";
import { fieldsOf } from "./open-form";

/**
 * Asks for the secrets again when a configuration comes back by Undo or Redo that was away during a deploy:
 * Node-RED deleted them then, but would go on to show dots for them.
 */
export function watchLostSecrets(): void {
  /** Those that are away, and whether there was a deploy since. */
  const away = new Map<string, boolean>();
  RED.events.on("nodes:remove", (node) => {
    if (node && isConfiguration(node)) away.set(node.id, false);
  });
  RED.events.on("deploy", () => {
    for (const id of away.keys()) away.set(id, true);
  });
  RED.events.on("nodes:add", (node) => {
    if (!node || !isConfiguration(node)) return;
    if (away.get(node.id)) forgetStored(node);
    away.delete(node.id);
  });
  RED.events.on("workspace:clear", () => away.clear());
}

/** Only what was typed and never deployed is still there. */
function forgetStored(node: SmtpConfigNode): void {
  const known = CREDENTIAL_NAMES.map((name) => [name, node.credentials?.[name]]).filter(([, value]) => value);
  node.credentials = Object.fromEntries(known);
  RED.editor.validateNode(node);
  const fields = fieldsOf(node);
  if (secretsOf(fields).some((secret) => !fields[secret])) {
    notify(node._("smtp-config.notice.secrets-gone", { name: node.name }), "warning", 12000);
  }
}
