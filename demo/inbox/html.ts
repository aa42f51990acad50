/** Markup that is safe to send: made by `html` only. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | number | undefined | Markup | readonly Markup[];

/** A template in which every value is escaped, except markup that the same template made. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  const text = strings.reduce((before, piece, at) => before + render(parts[at - 1]) + piece);
  return new Markup(text);
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
