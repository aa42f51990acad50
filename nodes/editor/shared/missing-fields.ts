/**
 * Shows what holds for fields that a node of an earlier release does not have.
 * To be called before anything reads the form.
 */
export function showDefaultsOfMissing(prefix: string, node: object, defaults: object): void {
  for (const [field, value] of Object.entries(defaults)) {
    if ((node as Record<string, unknown>)[field] !== undefined) continue;
    const input = $(`#${prefix}-${field}`);
    if (typeof value === "boolean") input.prop("checked", value);
    else input.val(String(value));
  }
}
