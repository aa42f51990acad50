/**
 * Shows what holds for fields that a node of an earlier release does not have.
 * To be called before anything reads the form.
 */
export function showDefaultsOfMissing(prefix: string, node: object, defaults: object): void {
  for (const [field, value] of Object.entries(defaults)) {
    const isMissing = (node as Record<string, unknown>)[field] === undefined;
    if (isMissing && typeof value !== "boolean") $(`#${prefix}-${field}`).val(String(value));
  }
}
