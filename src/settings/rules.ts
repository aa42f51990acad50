import { hasControlCharacter, isAddress, isDomain } from "../model/address-syntax";
import {
  CONFIGURATION_VERSION,
  OUTBOX_KINDS,
  type RawConfiguration,
  type RawCredentials,
  SECURITY_MODES,
  SIGN_IN_MODES,
  UNCONFIRMED_CHOICES,
} from "./raw";

/** What is wrong with a field; `rule` is the stable name that translations hang on. */
export interface Problem {
  readonly field: string;
  readonly rule: string;
  /** English sentence. */
  readonly message: string;
  /** What translations fill in, such as the limit that was passed. */
  readonly limit?: string | number;
}

export const LIMITS = Object.freeze({
  name: 50,
  fromName: 200,
  signature: 250,
  description: 1000,
  port: [1, 65535],
  connectTimeout: [1, 600],
  timeout: [1, 3600],
  maxConnections: [1, 100],
  perMinute: [1, 100_000],
  giveUpAfter: [0, 720],
} as const);

type Field = keyof RawConfiguration | keyof RawCredentials;
type Fields = Partial<RawConfiguration> & RawCredentials;
type Verdict = Omit<Problem, "field"> | undefined;
type Rule = (value: string, all: Fields) => Verdict;

const ENV = /^\$\{[^}]+\}$/;

/** Whether the whole value is a reference to an environment variable, which only the runtime can resolve. */
export function isEnvReference(value: unknown): boolean {
  return typeof value === "string" && ENV.test(value);
}

const bad = (rule: string, message: string, limit?: string | number): Verdict =>
  limit === undefined ? { rule, message } : { rule, message, limit };

const oneLine: Rule = (value) =>
  hasControlCharacter(value)
    ? bad("line-break", "must not contain a line break or another control character")
    : undefined;

const atMost =
  (limit: number): Rule =>
  (value) =>
    [...value].length > limit ? bad("too-long", `must have at most ${limit} characters`, limit) : undefined;

const wholeNumber =
  ([min, max]: readonly [number, number], mayBeEmpty = false): Rule =>
  (value) => {
    if (value === "" && mayBeEmpty) return undefined;
    const fits = /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
    return fits ? undefined : bad("number-range", `must be a whole number from ${min} to ${max}`, `${min}–${max}`);
  };

const oneOf =
  (choices: readonly string[]): Rule =>
  (value) =>
    choices.includes(value)
      ? undefined
      : bad("unknown-choice", `must be one of ${choices.join(", ")}`, choices.join(", "));

const address: Rule = (value, all) =>
  value === "" || isAddress(value.trim(), String(all.strictAddresses) !== "false")
    ? undefined
    : bad("address", "must be one e-mail address, such as orders@example.com");

const text =
  (limit: number): Rule =>
  (value) =>
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value)
      ? bad("line-break", "must not contain control characters")
      : atMost(limit)(value, {});

const host: Rule = (value) => {
  const name = value.trim();
  if (name === "") return bad("required", "is required");
  if (name.includes("://") || name.includes("/"))
    return bad("host-url", "must be the server's name only, without smtp:// and without a path");
  if (/^[^:]+:\d+$/.test(name)) return bad("host-port", "must not contain the port; it has a field of its own");
  const ipv6 = /^\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?$/.test(name);
  return ipv6 || isDomain(name) ? undefined : bad("host", "must be a server's name or IP address");
};

const neededForPassword: Rule = (value, all) =>
  all.auth === "password" && value === "" ? bad("required", "is required to sign in with a password") : undefined;

const RULES: Readonly<Partial<Record<Field, readonly Rule[]>>> = {
  name: [
    (value) => (value === "" ? bad("required", "is required") : undefined),
    oneLine,
    atMost(LIMITS.name),
    (value) =>
      /^[A-Za-z0-9_]+$/.test(value) ? undefined : bad("name-letters", "may have only letters, digits and underscore"),
  ],
  kind: [
    (value) =>
      value === "generic" ? undefined : bad("kind-unavailable", "is not available in this release: only “generic” is"),
  ],
  from: [oneLine, address],
  fromName: [oneLine, atMost(LIMITS.fromName)],
  overrideFrom: [
    (value, all) =>
      value === "true" && !all.from
        ? bad("override-without-from", "needs a From address in this configuration")
        : undefined,
  ],
  replyTo: [oneLine, address],
  signature: [text(LIMITS.signature)],
  description: [text(LIMITS.description)],
  host: [oneLine, host],
  port: [wholeNumber(LIMITS.port)],
  security: [oneOf(SECURITY_MODES)],
  auth: [
    (value) => (value === "oauth2" ? bad("auth-unavailable", "“oauth2” is not available in this release") : undefined),
    oneOf(SIGN_IN_MODES),
  ],
  connectTimeout: [wholeNumber(LIMITS.connectTimeout)],
  timeout: [wholeNumber(LIMITS.timeout)],
  maxConnections: [wholeNumber(LIMITS.maxConnections)],
  perMinute: [wholeNumber(LIMITS.perMinute, true)],
  outbox: [oneOf(OUTBOX_KINDS)],
  giveUpAfter: [wholeNumber(LIMITS.giveUpAfter)],
  onUnconfirmed: [oneOf(UNCONFIRMED_CHOICES)],
  username: [oneLine, neededForPassword],
  password: [oneLine, neededForPassword],
};

/** What is wrong with one field, given the others; nothing while it refers to an environment variable. */
export function checkField(field: Field, all: Fields): Problem | undefined {
  const value = String(all[field] ?? "");
  if (isEnvReference(value)) return undefined;
  for (const rule of RULES[field] ?? []) {
    const verdict = rule(value, all);
    if (verdict) return { field, ...verdict };
  }
  return undefined;
}

/**
 * Everything that is wrong with a configuration whose environment variables are resolved.
 * A reference that is still there means that the variable is not set.
 */
export function checkConfiguration(raw: RawConfiguration, credentials: RawCredentials): Problem[] {
  if (Number(raw.version) > CONFIGURATION_VERSION) {
    return [
      {
        field: "version",
        rule: "newer-version",
        message: "was written by a newer version of this package; update the package",
      },
    ];
  }
  const all: Fields = { ...raw, ...credentials };
  return (Object.keys(RULES) as Field[]).flatMap((field) => {
    const value = all[field];
    if (isEnvReference(value) && !ignoredField(field, all)) {
      return [
        {
          field,
          rule: "env-unset",
          message: `refers to ${field === "password" ? "an environment variable" : value} that is not set`,
          limit: field === "password" ? "" : String(value),
        },
      ];
    }
    return checkField(field, all) ?? [];
  });
}

function ignoredField(field: Field, all: Fields): boolean {
  return all.auth !== "password" && (field === "username" || field === "password");
}
