import type { SmtpConfigNode } from "../shared/configurations";

/**
 * Makes Redo of a deletion as complete as the deletion was.
 *
 * Node-RED's own redo takes the configuration away again but leaves it in the steps, which then
 * refer to nothing. To be called while it deletes: its history event comes only afterwards.
 */
export function completeRedo(node: SmtpConfigNode): void {
  queueMicrotask(() => {
    const event = RED.history.peek();
    if (event?.t !== "delete" || !(event.nodes as EditorNode[]).includes(node) || event.callback) return;
    const users = Object.entries((event.changes ?? {}) as Record<string, Partial<EditorNode>>);
    event.callback = (undone) => {
      for (const [id, before] of users) {
        const user = RED.nodes.node(id);
        if (!user) continue;
        if (undone.t === "delete") Object.assign(user, before);
        else release(user, before);
        RED.editor.validateNode(user);
        RED.events.emit("nodes:change", user);
      }
      RED.view.redraw();
    };
  });
}

/** As Node-RED's Delete leaves a node that used what is gone. */
function release(user: EditorNode, before: object): void {
  for (const property of Object.keys(before)) {
    if (property !== "changed" && property !== "valid") Object.assign(user, { [property]: "" });
  }
  user.changed = true;
  user.dirty = true;
}
