import { hasControlCharacter } from "../model/address-syntax";
import { SendError } from "../model/send-error";

export function refuse(reason: SendError["reason"], field: string, value = ""): SendError {
  return new SendError(reason, { phase: "input", facts: { field, value: shorten(value) } });
}

/** Reading what a message brought runs its getters, and may never end: what comes of that is a refusal of the field, too. */
export function readable<Value>(field: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof SendError) throw error;
    throw refuse("field-type", field, "has a value that cannot be read");
  }
}

/** A value as it is quoted in an error: on one line, and not longer than a person reads. */
export function shorten(value: string): string {
  const oneLine = value.slice(0, 200).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
  return oneLine.length > 80 ? `${oneLine.slice(0, 79)}…` : oneLine;
}

/** A value that ends up in one header line: text without line breaks; empty where there is none. */
export function readLine(value: unknown, field: string): string {
  const text = readText(value, field) ?? "";
  if (hasControlCharacter(text)) throw refuse("line-break", field);
  return requireWellFormed(text, field);
}

/** A line may have 998 bytes (RFC 5322 §2.1.1); some go to the header's name and what else stands in it. */
const MOST_UNFOLDED = 899;

/** A value that becomes a whole header or a name in one: it folds only at spaces, or where it must be encoded anyway. */
export function readHeaderValue(value: unknown, field: string): string {
  const text = readLine(value, field);
  // In a name, quotes and backslashes get one before them.
  const lengths = (text.match(/[!-~]+/g) ?? []).map((run) => run.length + (run.match(/["\\]/g)?.length ?? 0));
  if (lengths.some((length) => length > MOST_UNFOLDED)) throw tooLong(field);
  return text;
}

/** A value that can neither be folded nor encoded, such as a content id. */
export function readToken(value: unknown, field: string): string {
  const text = readLine(value, field);
  if (Buffer.byteLength(text) > MOST_UNFOLDED) throw tooLong(field);
  return text;
}

function tooLong(field: string): SendError {
  return refuse("field-type", field, `has ${MOST_UNFOLDED + 1} characters without a space, too long for a header`);
}

/** A text of any length, or nothing where the value is missing. */
export function readText(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return requireWellFormed(value, field);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  throw refuse("field-type", field, `must be a text, not ${typeNameOf(value)}`);
}

export function typeNameOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (Buffer.isBuffer(value)) return "a Buffer";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Half a surrogate pair has no UTF-8 form: it would arrive as another text than was meant. */
function requireWellFormed(text: string, field: string): string {
  if (!text.isWellFormed()) throw refuse("field-type", field, "contains half a character (an unpaired surrogate)");
  return text;
}
