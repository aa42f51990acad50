import type { Mailbox } from "../model/email";
import { Secret } from "../model/secret";
import { asText, migrateConfiguration } from "./migrate";
import type { OnUnconfirmed, OutboxKind, RawConfiguration, RawCredentials, Security } from "./raw";
import { checkConfiguration, type Problem } from "./rules";

const HOUR_MS = 60 * 60 * 1000;

/** Certificates and verification, as Node-RED's `tls-config` node gives them. */
export interface TlsMaterial {
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** A Generic SMTP configuration, checked, complete and frozen. */
export interface GenericSettings {
  readonly kind: "generic";
  readonly name: string;
  readonly isDefault: boolean;
  /** Absent where the configuration has no From of its own. */
  readonly from?: Mailbox;
  readonly fromName: string;
  /** The configuration's From wins over whatever a node or message says (C5). */
  readonly overrideFrom: boolean;
  readonly replyTo?: Mailbox;
  readonly signature: string;
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  /** Absent where the server is used without signing in. */
  readonly login?: { readonly username: string; readonly password: Secret };
  readonly tls: TlsMaterial;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly strictAddresses: boolean;
  readonly maxConnections: number;
  readonly perMinute?: number;
  readonly outbox: OutboxKind;
  /** 0 for one attempt only. */
  readonly giveUpAfterMs: number;
  readonly onUnconfirmed: OnUnconfirmed;
}

export type ParsedSettings = { readonly settings: GenericSettings } | { readonly problems: readonly Problem[] };

/**
 * Reads a configuration from the flow file or the form, once, into checked and frozen settings.
 * Never throws: what is wrong comes back as problems, each with its field.
 */
export function parseSettings(
  saved: Readonly<Record<string, unknown>>,
  secrets: RawCredentials = {},
  tls: TlsMaterial = {},
): ParsedSettings {
  const raw = migrateConfiguration(saved);
  const credentials = { username: asText(secrets.username ?? ""), password: asText(secrets.password ?? "") };
  const problems = checkConfiguration(raw, credentials);
  if (problems.length > 0) return { problems };
  return { settings: Object.freeze(settingsOf(raw, credentials, tls)) };
}

function settingsOf(raw: RawConfiguration, credentials: Required<RawCredentials>, tls: TlsMaterial): GenericSettings {
  const from = raw.from.trim();
  const replyTo = raw.replyTo.trim();
  return {
    kind: "generic",
    name: raw.name,
    isDefault: isTrue(raw.isDefault),
    ...(from === "" ? {} : { from: Object.freeze({ name: raw.fromName.trim(), address: from }) }),
    fromName: raw.fromName.trim(),
    overrideFrom: isTrue(raw.overrideFrom),
    ...(replyTo === "" ? {} : { replyTo: Object.freeze({ name: "", address: replyTo }) }),
    signature: raw.signature,
    host: raw.host.trim().replace(/^\[(.*)\]$/, "$1"),
    port: Number(raw.port),
    security: raw.security as Security,
    ...(raw.auth === "password"
      ? { login: Object.freeze({ username: credentials.username, password: new Secret(credentials.password) }) }
      : {}),
    tls: Object.freeze({ ...tls }),
    connectTimeoutMs: Number(raw.connectTimeout) * 1000,
    timeoutMs: Number(raw.timeout) * 1000,
    strictAddresses: !isFalse(raw.strictAddresses),
    maxConnections: Number(raw.maxConnections),
    ...(raw.perMinute === "" ? {} : { perMinute: Number(raw.perMinute) }),
    outbox: raw.outbox as OutboxKind,
    giveUpAfterMs: Number(raw.giveUpAfter) * HOUR_MS,
    onUnconfirmed: raw.onUnconfirmed as OnUnconfirmed,
  };
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

function isFalse(value: unknown): boolean {
  return value === false || value === "false";
}
