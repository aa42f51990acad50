/**
 * The attachments with a name of its own for each: `report.pdf`, `report (2).pdf`. Programs that save them all
 * into one folder, and Graph's list of a draft's attachments, would lose one of two that share a name.
 */
export function withDistinctNames<T extends { readonly filename: string }>(attachments: readonly T[]): T[] {
  // Not those of earlier ones only: the second “a” must not take the name of an “a (2)” that comes later.
  const asked = new Set(attachments.map(({ filename }) => keyOf(filename)));
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  return attachments.map((attachment) => {
    const { filename } = attachment;
    const key = keyOf(filename);
    if (!taken.has(key)) {
      taken.add(key);
      return attachment;
    }
    let number = numbers.get(key) ?? 1;
    let name: string;
    do {
      number++;
      name = numbered(filename, number);
    } while (asked.has(keyOf(name)) || taken.has(keyOf(name)));
    numbers.set(key, number);
    taken.add(keyOf(name));
    return { ...attachment, filename: name };
  });
}

/** Most file systems take letters of either case, and of either form of Unicode, for the same. */
function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function numbered(name: string, number: number): string {
  const dot = /.(?=(?:\.tar)?\.[^.\s]{1,16}$)/su.exec(name);
  const end = dot ? dot.index + dot[0].length : name.length;
  return `${name.slice(0, end)} (${number})${name.slice(end)}`;
}
