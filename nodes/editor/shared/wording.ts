import { textIn, type Values } from "../../../src/model/translation";

/** The catalogue's text, or the given one where the catalogue has none. */
export function textOr(translate: Translate, key: string, otherwise: string, values?: Values): string {
  return textIn(translate, key, values) ?? sentence(otherwise);
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
