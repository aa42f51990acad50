import type { FailureFacts, Phrase } from "./catalogue";
import type { WrongFields } from "./catalogue/phrases";

/** Looks a text up by its key; where there is none, answers with the key, as i18next does. */
export type LookUp = (key: string, options: { skipInterpolation: true }) => string;

/** What fills a place: words of a server as they are, words of ours in the reader's language. */
type Value = string | number | Phrase | WrongFields;
export type Values = Readonly<Record<string, Value | undefined>>;

/** A failure as the server tells it: in English, with what a sentence in another language is made of. */
export interface ToldFailure {
  readonly reason: string;
  readonly cause: string;
  readonly remedy: string;
  readonly facts: FailureFacts;
}

/** What happened, in the reader's language where the catalogue knows it. */
export function causeOf(lookUp: LookUp, { reason, cause, facts }: Omit<ToldFailure, "remedy">): string {
  return textIn(lookUp, `smtp-config.failure.${reason}.cause`, facts) ?? cause;
}

/** What to change, likewise. */
export function remedyOf(lookUp: LookUp, { reason, remedy, facts }: ToldFailure): string {
  return textIn(lookUp, `smtp-config.failure.${reason}.remedy`, facts) ?? remedy;
}

/** Words of ours in the reader's language; whatever else it is, as it is. */
export function wordsOf(lookUp: LookUp, value: Value): string {
  if (typeof value !== "object") return String(value);
  if ("wrong" in value) return value.wrong.map((one) => wrongField(lookUp, one)).join(" ");
  return textIn(lookUp, `smtp-config.phrase.${value.phrase}`, value.values) ?? value.text;
}

function wrongField(lookUp: LookUp, { field, rule, message, limit }: WrongFields["wrong"][number]): string {
  const label = textIn(lookUp, `smtp-config.label.${field}`) ?? field;
  return `${label}: ${textIn(lookUp, `smtp-config.rule.${rule}`, { limit }) ?? message}`;
}

/**
 * The catalogue's text, undefined where it has none. Its places are filled here and in one pass: i18next
 * would look for places and for texts to nest in the values as well, and those may be a server's.
 */
export function textIn(lookUp: LookUp, key: string, values: Values = {}): string | undefined {
  const text = lookUp(key, { skipInterpolation: true });
  if (text === key || text.endsWith(`:${key}`)) return undefined;
  return text.replace(/__(\w+?)__/g, (_, place: string) => wordsOf(lookUp, values[place] ?? ""));
}
