import { byId } from "../shared/elements";
import type { Field } from "./open-form";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** The control of a field. */
export function control(field: Field): Control {
  return byId<HTMLInputElement>(`node-config-input-${field}`);
}

/** Native events, so that the form takes it for typing: checks run, a test's result grows old. */
export function enter(field: Field, value: string): void {
  const input = control(field);
  if (input.value === value) return;
  input.value = value;
  announce(input);
}

/** Says that the value is another one. */
export function announce(input: Control): void {
  for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
}
