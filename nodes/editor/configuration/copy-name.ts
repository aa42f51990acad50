import { LIMITS } from "../../../src/settings/rules";

/** A name for the copy that the rule for names allows and that nobody has: `Sales_SMTP_copied`, then `…_copied2`. */
export function copyName(name: string, taken: readonly string[]): string {
  // A name that was imported, or stands for an environment variable, may have other characters.
  const letters = name.match(/\w+/g)?.join("_") ?? "smtp_config";
  for (let n = 1; ; n++) {
    const ending = n === 1 ? "_copied" : `_copied${n}`;
    const free = letters.slice(0, LIMITS.name - ending.length) + ending;
    if (!taken.includes(free)) return free;
  }
}
