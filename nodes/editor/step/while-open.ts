const endings: (() => void)[] = [];

/** Has `end` called when the dialog goes away, however it does. */
export function whileOpen(end: () => void): void {
  endings.push(end);
}

/** Node-RED tells of Done and Cancel; a step that is deleted from its dialog is noticed when the next one opens. */
export function leaveDialog(): void {
  for (const end of endings.splice(0)) end();
}
