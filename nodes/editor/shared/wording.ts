import type { FailureFacts, Phrase } from "../../../src/model/catalogue";

/** What fills a place: words of a server as they are, words of ours in the editor's language. */
type Value = string | number | Phrase;
type Values = Readonly<Record<string, Value | undefined>>;

/** A failure as the server tells it: in English, with what a sentence in another language is made of. */
interface ToldFailure {
  readonly reason: string;
  readonly cause: string;
  readonly remedy: string;
  readonly facts: FailureFacts;
}

/** The catalogue's text, or the given one where the catalogue has none. */
export function textOr(translate: Translate, key: string, otherwise: string, values?: Values): string {
  return textIn(translate, key, values) ?? sentence(otherwise);
}

/** What happened, in the editor's language where the catalogue knows it. */
export function causeOf(translate: Translate, { reason, cause, facts }: Omit<ToldFailure, "remedy">): string {
  return textIn(translate, `smtp-config.failure.${reason}.cause`, facts) ?? cause;
}

/** What to change, likewise. */
export function remedyOf(translate: Translate, { reason, remedy, facts }: ToldFailure): string {
  return textIn(translate, `smtp-config.failure.${reason}.remedy`, facts) ?? remedy;
}

/** Words of ours in the editor's language; whatever else it is, as it is. */
export function wordsOf(translate: Translate, value: Value): string {
  if (typeof value !== "object") return String(value);
  return textIn(translate, `smtp-config.phrase.${value.phrase}`, value.values) ?? value.text;
}

/**
 * The catalogue's text, undefined where it has none. Its places are filled here and in one pass: i18next
 * would look for places and for texts to nest in the values as well, and those may be a server's.
 */
export function textIn(translate: Translate, key: string, values: Values = {}): string | undefined {
  const text = translate(key, { skipInterpolation: true });
  if (text === key || text.endsWith(`:${key}`)) return undefined;
  return text.replace(/__(\w+?)__/g, (_, place: string) => wordsOf(translate, values[place] ?? ""));
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
