import { isAddress, isDomain } from "../model/address-syntax";
import { isDomainPattern, isInDomains, readDomainPatterns } from "../model/domain-patterns";
import { ATTACHMENT_RULES } from "./attachment-rules";
import { DKIM_RULES } from "./dkim-rules";
import { type Field, type Fields, hasMeaning, isUsed, possibilities, signInOf } from "./field-use";
import { LINK_RULES } from "./link-rules";
import { OAUTH_RULES } from "./oauth-rules";
import {
  CONFIGURATION_VERSION,
  CREDENTIAL_TYPES,
  isEnvReference,
  KINDS,
  NAMELESS,
  OUTBOX_KINDS,
  type RawConfiguration,
  type RawCredentials,
  SAFE_MODES,
  SECURITY_MODES,
  SIGN_IN_MODES,
  UNCONFIRMED_CHOICES,
} from "./raw";
import { atMost, bad, oneLine, oneOf, type Problem, type Rule, required, text, wholeNumber } from "./rule-kit";

export type { Field, Fields } from "./field-use";
export { isEnvReference } from "./raw";
export type { Problem } from "./rule-kit";

export const LIMITS = Object.freeze({
  name: 50,
  fromName: 200,
  signature: 250,
  description: 1000,
  port: [1, 65535],
  connectTimeout: [1, 600],
  timeout: [1, 3600],
  maxConnections: [1, 100],
  /** Graph serves four requests at once for each mailbox. */
  graphConnections: [1, 4],
  perMinute: [1, 100_000],
  allowedDomains: 2000,
  giveUpAfter: [0, 720],
  maxSize: [1, 150],
  keepSent: [0, 365],
  keepFailed: [1, 365],
} as const);

const address: Rule = (value, all) =>
  value === "" || isAddress(value.trim(), String(all.strictAddresses) !== "false")
    ? undefined
    : bad("address", "must be one e-mail address, such as orders@example.com");

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV6 = /^\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?$/;

const host: Rule = (value, all) => {
  const name = value.trim();
  if (name === "") return bad("required", "is required");
  if (name.includes("://") || name.includes("/"))
    return bad("host-url", "must be the server's name only, without smtp:// and without a path");
  if (/^[^:]+:\d+$/.test(name)) return bad("host-port", "must not contain the port; it has a field of its own");
  // Microsoft's certificates, and the services that a token is good for, go by name.
  if (signInOf(all)?.startsWith("azure-") && (IPV4.test(name) || IPV6.test(name)))
    return bad("host-address", "must be the server's name for Microsoft 365, smtp.office365.com, not an IP address");
  return IPV6.test(name) || isDomain(name) ? undefined : bad("host", "must be a server's name or IP address");
};

/** A token is as good as a password, and every server that takes tokens offers TLS. */
const encryptedForTokens: Rule = (value, all) =>
  all.auth === "oauth2" && (value === "none" || value === "starttls-if-offered")
    ? bad("oauth-in-clear", "must be STARTTLS, required, or implicit TLS with OAuth: a token must not leave in clear")
    : undefined;

const domains: Rule = (value) => {
  const wrong = readDomainPatterns(value).find((pattern) => !isDomainPattern(pattern));
  return wrong === undefined
    ? undefined
    : bad("domains", "must be domains such as example.com or *.example.com, separated by commas");
};

/** What is redirected must not leave the domains that mails may go to either. */
const amongAllowed: Rule = (value, { allowedDomains = "" }) =>
  isEnvReference(allowedDomains) || isInDomains(value.trim(), readDomainPatterns(allowedDomains))
    ? undefined
    : bad("redirect-not-allowed", "must be in one of the allowed domains");

const connections: Rule = (value, all) =>
  wholeNumber(all.kind === "graph" ? LIMITS.graphConnections : LIMITS.maxConnections)(value, all);

const yesOrNo = oneOf(["true", "false"]);

const RULES: Readonly<Partial<Record<Field, readonly Rule[]>>> = {
  name: [
    required("is required"),
    oneLine,
    atMost(LIMITS.name),
    (value) =>
      /^[A-Za-z0-9_]+$/.test(value) ? undefined : bad("name-letters", "may have only letters, digits and underscore"),
  ],
  kind: [oneOf(KINDS)],
  isDefault: [yesOrNo],
  from: [oneLine, address],
  fromName: [oneLine, atMost(LIMITS.fromName)],
  overrideFrom: [
    yesOrNo,
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
  security: [oneOf(SECURITY_MODES), encryptedForTokens],
  auth: [oneOf(SIGN_IN_MODES)],
  // Whether they are there is looked up where they are taken.
  tls: [],
  strictAddresses: [yesOrNo],
  saveToSentItems: [yesOrNo],
  connectTimeout: [wholeNumber(LIMITS.connectTimeout)],
  timeout: [wholeNumber(LIMITS.timeout)],
  maxConnections: [connections],
  perMinute: [wholeNumber(LIMITS.perMinute, true)],
  safeMode: [oneOf(SAFE_MODES)],
  redirectTo: [oneLine, required("is required to redirect mails"), address, amongAllowed],
  allowedDomains: [oneLine, atMost(LIMITS.allowedDomains), domains],
  outbox: [oneOf(OUTBOX_KINDS)],
  giveUpAfter: [wholeNumber(LIMITS.giveUpAfter)],
  onUnconfirmed: [oneOf(UNCONFIRMED_CHOICES)],
  maxSize: [wholeNumber(LIMITS.maxSize)],
  keepSent: [wholeNumber(LIMITS.keepSent)],
  keepFailed: [wholeNumber(LIMITS.keepFailed)],
  username: [oneLine, required("is required to sign in")],
  password: [oneLine, required("is required to sign in with a password")],
  ...ATTACHMENT_RULES,
  ...OAUTH_RULES,
  ...DKIM_RULES,
  ...LINK_RULES,
};

const FIELDS = Object.keys(RULES) as Field[];

/**
 * What is wrong with one field, given the others; nothing while it has no meaning or refers to an environment variable.
 *
 * Where a variable makes one of the choices, nobody knows yet which: then a field may be empty if one of them
 * does without it, and what stands in it must suit one of them.
 */
export function checkField(field: Field, all: Fields): Problem | undefined {
  const value = String(all[field] ?? "");
  if (isEnvReference(value)) return undefined;
  const possible = possibilities(all);
  const using = possible.filter((one) => hasMeaning(field, one));
  if (value.trim() === "" && using.length < possible.length) return undefined;
  const problems = using.map((one) => problemWith(field, value, one));
  return problems.every((problem) => problem !== undefined) ? problems[0] : undefined;
}

/** With every choice known, and the field used. */
function problemWith(field: Field, value: string, all: Fields): Problem | undefined {
  if (value === NAMELESS) {
    const message = "must have the name of an environment variable between the braces, such as ${MAIL_HOST}";
    return { field, rule: "env-name", message };
  }
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
  return [...unsetVariables(all), ...FIELDS.flatMap((field) => checkField(field, all) ?? [])];
}

/** The fields whose environment variable is not set: their reference is still there where all others are resolved. */
export function unsetVariables(all: Fields): Problem[] {
  const unset = FIELDS.filter((field) => isEnvReference(all[field]) && isUsed(field, all));
  return unset.map((field) => unsetVariable(field, String(all[field])));
}

/** What stands in a secret's place is not shown, even if it looks like a reference. */
function unsetVariable(field: Field, reference: string): Problem {
  const hidden = CREDENTIAL_TYPES[field as keyof RawCredentials] === "password";
  return {
    field,
    rule: "env-unset",
    message: `refers to ${hidden ? "an environment variable" : reference} that is not set`,
    limit: hidden ? "" : reference,
  };
}
