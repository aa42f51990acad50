/** The catalogue's text, or the given one where the catalogue has none. */
export function textOr(
  translate: Translate,
  key: string,
  otherwise: string,
  values?: Record<string, string | number>,
): string {
  const text = translate(key, values);
  return text === key || text.endsWith(`:${key}`) ? sentence(otherwise) : text;
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
