import { hasControlCharacter } from "../model/address-syntax";
import type { Fields } from "./field-use";

/** What is wrong with a field; `rule` is the stable name that translations hang on. */
export interface Problem {
  readonly field: string;
  readonly rule: string;
  /** English sentence. */
  readonly message: string;
  /** What translations fill in, such as the limit that was passed. */
  readonly limit?: string | number;
}

export type Verdict = Omit<Problem, "field"> | undefined;
export type Rule = (value: string, all: Fields) => Verdict;

export const bad = (rule: string, message: string, limit?: string | number): Verdict =>
  limit === undefined ? { rule, message } : { rule, message, limit };

export const oneLine: Rule = (value) =>
  hasControlCharacter(value)
    ? bad("line-break", "must not contain a line break or another control character")
    : undefined;

export const atMost =
  (limit: number): Rule =>
  (value) =>
    [...value].length > limit ? bad("too-long", `must have at most ${limit} characters`, limit) : undefined;

export const wholeNumber =
  ([min, max]: readonly [number, number], mayBeEmpty = false): Rule =>
  (value) => {
    if (value === "" && mayBeEmpty) return undefined;
    const fits = /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
    return fits ? undefined : bad("number-range", `must be a whole number from ${min} to ${max}`, `${min}–${max}`);
  };

export const oneOf =
  (choices: readonly string[]): Rule =>
  (value) =>
    choices.includes(value)
      ? undefined
      : bad("unknown-choice", `must be one of ${choices.join(", ")}`, choices.join(", "));

export const text =
  (limit: number): Rule =>
  (value) =>
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value)
      ? bad("line-break", "must not contain control characters")
      : atMost(limit)(value, {});

export const required =
  (message: string): Rule =>
  (value) =>
    value.trim() === "" ? bad("required", message) : undefined;
