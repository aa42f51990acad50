import { CONFIGURATION_DEFAULTS, CONFIGURATION_VERSION, type RawConfiguration, USUAL_CONNECTIONS } from "./raw";

type Properties = Record<string, unknown>;

/** `MIGRATIONS[n]` turns a configuration of version n into one of version n + 1. */
const MIGRATIONS: readonly ((raw: Properties) => Properties)[] = [
  // Version 0: written by hand or by a tool, without a version; only some properties are there.
  (raw) => ({ ...defaultsFor(raw), ...raw }),
];

/**
 * Brings a configuration from the flow file up to the version of this release.
 *
 * Properties that this release does not know are left out. A newer version than this
 * release's is returned as it is; `checkConfiguration` refuses it by name.
 */
export function migrateConfiguration(saved: Readonly<Properties>): RawConfiguration {
  let raw: Properties = { ...saved };
  const from = Number(asText(saved.version ?? 0));
  for (let version = Math.max(0, Math.trunc(from) || 0); version < CONFIGURATION_VERSION; version++) {
    raw = { ...(MIGRATIONS[version] as (raw: Properties) => Properties)(raw), version: version + 1 };
  }
  const defaults = defaultsFor(raw);
  const known = Object.keys(defaults) as (keyof RawConfiguration)[];
  const filled = known.map((name) => [name, sameKind(raw[name] ?? defaults[name], name)]);
  return Object.fromEntries(filled) as RawConfiguration;
}

function defaultsFor({ kind }: Properties): RawConfiguration {
  const maxConnections = USUAL_CONNECTIONS[kind === "graph" ? "graph" : "generic"];
  return { ...CONFIGURATION_DEFAULTS, maxConnections };
}

/** A flow file written by hand may have a number where a text belongs, or anything else. */
function sameKind(value: unknown, name: keyof RawConfiguration): unknown {
  const isPlain = typeof value === "number" || typeof value === "boolean";
  return isPlain && typeof CONFIGURATION_DEFAULTS[name] !== "string" ? value : asText(value);
}

/** Any value from a flow file as a text that rules can be held against. */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? "";
}
