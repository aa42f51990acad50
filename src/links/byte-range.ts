/** The bytes from `start` to `end`, both of them too. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What of a content of `size` bytes a Range field asks for (RFC 9110 §14.2); undefined for all of it, also where
 * several ranges are asked for, or what cannot be read: a server may ignore the field.
 */
export function readRange(field: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(field ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") return lastBytes(Number(last), size);
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start < size ? { start, end } : "unsatisfiable";
}

function lastBytes(count: number, size: number): ByteRange | "unsatisfiable" {
  if (count === 0 || size === 0) return "unsatisfiable";
  return { start: Math.max(0, size - count), end: size - 1 };
}
