import { LIMITS } from "../../../src/settings/rules";

/** A free name by the rule for names, made of the server's and, where that is taken, of the user's. */
export function configurationName(host: string, username: string, taken: ReadonlySet<string>): string {
  const server = words(host) || "Mail_server";
  const user = words(username.split("@")[0] ?? "");
  const names = [server, ...(user ? [`${server}_${user}`] : [])].map((name) => name.slice(0, LIMITS.name));
  const free = names.find((name) => !taken.has(name));
  return free ?? numbered(names.at(-1) as string, taken);
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const end = `_${number}`;
    const candidate = name.slice(0, LIMITS.name - end.length) + end;
    if (!taken.has(candidate)) return candidate;
  }
}

function words(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
}
