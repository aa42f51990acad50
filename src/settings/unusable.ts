import { SendError } from "../model/send-error";
import type { Problem } from "./rules";

/** Why a configuration cannot be used: what is wrong with which of its fields. */
export function configurationUnusable(name: string, problems: readonly Problem[]): SendError {
  const text = problems.map(({ field, message }) => `${field} ${message}`).join("; ");
  const field = problems[0]?.field ?? "name";
  const names = { text: `${text}.`, wrong: problems };
  return new SendError("config-invalid", { phase: "input", facts: { value: name, names, field } });
}
