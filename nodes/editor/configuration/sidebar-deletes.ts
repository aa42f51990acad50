const SIDEBAR_DELETES = "core:delete-config-selection";

/**
 * Lets the sidebar of configuration nodes ask before it deletes. Node-RED has no hook there, so its action gets one
 * around it: `instead` is given the action.
 */
export function askBeforeSidebarDeletes(instead: (deleteSelected: () => void) => void): void {
  const deleteSelected = actionOf(SIDEBAR_DELETES);
  if (!deleteSelected) return;
  RED.actions.remove(SIDEBAR_DELETES);
  RED.actions.add(SIDEBAR_DELETES, () => instead(deleteSelected));
}

function actionOf(name: string): (() => void) | undefined {
  try {
    return RED.actions.get(name);
  } catch {
    return undefined;
  }
}
