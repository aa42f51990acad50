type Fact = string | number | { readonly text: string };

const PLACE = /\{(\w+)\}/g;

/** The template with its `{places}` filled; one without a fact is left empty. */
export function fill(template: string, facts: Readonly<Record<string, Fact | undefined>>): string {
  // One pass, so that a server's answer containing "{user}" is never expanded in turn.
  return template.replace(PLACE, (_, place: string) => {
    const fact = facts[place] ?? "";
    return (typeof fact === "object" ? fact.text : String(fact)).trimEnd();
  });
}

export function placesOf(template: string): string[] {
  return [...template.matchAll(PLACE)].map(([, place = ""]) => place);
}
