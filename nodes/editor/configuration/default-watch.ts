import { configurations, currentDefault, isConfiguration } from "../shared/configurations";
import { notify } from "../shared/elements";

let known: { readonly id: string; readonly name: string } | undefined;
let loss: Notice | undefined;
let due = false;

/**
 * Follows the configurations of the editor: what depends on the others is validated again
 * (a name that is taken, a second default, a step without any), and when the default is gone
 * the person is told that another must be chosen.
 */
export function watchDefault(): void {
  for (const event of ["nodes:add", "nodes:change", "nodes:remove"]) {
    RED.events.on(event, (node) => {
      if (node && isConfiguration(node)) schedule();
    });
  }
  RED.events.on("workspace:clear", () => {
    known = undefined;
  });
}

/** Once for all events of one action, when it is complete. */
function schedule(): void {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    validateAgain();
    announceLoss();
  });
}

function validateAgain(): void {
  for (const node of configurations()) RED.editor.validateNode(node);
  RED.nodes.eachNode((node) => {
    if (node.type === "send-email") {
      RED.editor.validateNode(node);
      node.dirty = true;
    }
    return undefined;
  });
  RED.view.redraw();
}

function announceLoss(): void {
  const now = currentDefault();
  // Undo, or another choice, has settled it.
  if (now) loss?.close();
  if (known && !now) {
    const translate = RED.nodes.getType("smtp-config")?._;
    if (translate) {
      loss = notify(translate("smtp-config.notice.default-gone", { name: known.name }), "warning", 12000);
    }
  }
  known = now && { id: now.id, name: now.name };
}
