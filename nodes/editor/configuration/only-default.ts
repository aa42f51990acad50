import { configurations, isDefault, type SmtpConfigNode } from "../shared/configurations";
import { notify } from "../shared/elements";

/**
 * Takes the mark "default" from all other configurations, in the undo step of the save that is going on.
 *
 * To be called while the dialog saves. Node-RED pushes its own history event only afterwards
 * and ignores one that the dialog returns, so the work waits for that event and joins it.
 */
export function keepOnlyDefault(node: SmtpConfigNode): void {
  const before = RED.history.peek();
  const wasDirty = RED.nodes.dirty();
  queueMicrotask(() => {
    if (!isDefault(node)) return;
    const cleared = configurations().filter((other) => other.id !== node.id && other.isDefault === true);
    if (cleared.length === 0) return;
    const saved = RED.history.peek() === before ? undefined : RED.history.peek();
    const events = cleared.map(clearDefault);
    // Undone from the last to the first: the new default goes before the old one comes back.
    const together: HistoryEvent = { t: "multi", events: saved ? [...events, saved] : events, dirty: wasDirty };
    if (saved) RED.history.replace(together);
    else RED.history.push(together);
    RED.nodes.dirty(true);
    RED.view.redraw(true);
    tell(node, cleared);
  });
}

function clearDefault(other: SmtpConfigNode): HistoryEvent {
  const event: HistoryEvent = {
    t: "edit",
    node: other,
    changes: { isDefault: true },
    changed: other.changed,
    dirty: RED.nodes.dirty(),
  };
  other.isDefault = false;
  other.changed = true;
  other.dirty = true;
  RED.editor.validateNode(other);
  RED.events.emit("nodes:change", other);
  return event;
}

function tell(node: SmtpConfigNode, cleared: SmtpConfigNode[]): void {
  const old = cleared.map((other) => other.name).join(", ");
  notify(node._("smtp-config.notice.default-moved", { name: node.name, old }), "success", 5000);
}
