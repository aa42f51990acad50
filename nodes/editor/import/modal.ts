/** A dialog in the look of Node-RED's own Import; Escape closes it, and the first button does nothing else. */
export function openModal(title: string, content: HTMLElement, buttons: DialogButton[]): () => void {
  content.tabIndex = 0;
  const dialog = $(content).dialog({
    title,
    modal: true,
    width: Math.min(780, window.innerWidth - 20),
    resizable: false,
    classes: {
      "ui-dialog": "red-ui-editor-dialog post-office-import",
      "ui-dialog-titlebar-close": "hide",
      "ui-widget-overlay": "red-ui-editor-dialog",
    },
    buttons,
    close: () => {
      // Not yet: the key that closed it is still on its way up through the dialog, to Node-RED's shortcuts.
      setTimeout(() => {
        dialog.dialog("destroy");
        content.remove();
      });
      RED.view.focus();
    },
  });
  content.parentElement?.querySelector<HTMLElement>(".primary")?.focus();
  return () => void dialog.dialog("close");
}
