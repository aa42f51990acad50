import { readDomainPatterns } from "../model/domain-patterns";
import { readHostPatterns } from "../model/host-patterns";
import { Secret } from "../model/secret";
import { readFolders } from "./attachment-rules";
import type { CommonSettings, LinkSettings } from "./common";
import { isUsed } from "./field-use";
import type { GenericSettings, TlsMaterial } from "./generic";
import type { GraphSettings } from "./graph";
import { asText, migrateConfiguration } from "./migrate";
import { dkimKeyProblem, readDkim } from "./parse-dkim";
import { readAzureSignIn, readOAuthSignIn } from "./parse-oauth";
import {
  type AttachmentLinks,
  CREDENTIAL_NAMES,
  type OnUnconfirmed,
  type OutboxKind,
  type RawConfiguration,
  type RawCredentials,
  type SafeMode,
  type Security,
} from "./raw";
import { checkConfiguration, type Problem } from "./rules";

const HOUR_MS = 60 * 60 * 1000;
const MEGABYTE = 1_000_000;

/** A configuration, whatever it sends through. */
export type MailSettings = GenericSettings | GraphSettings;
export type ParsedSettings = { readonly settings: MailSettings } | { readonly problems: readonly Problem[] };

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
  const credentials = withoutGaps(secrets);
  const problems = checkConfiguration(raw, credentials);
  if (problems.length > 0) return { problems };
  const unusable = dkimKeyProblem(raw, credentials);
  if (unusable) return { problems: [unusable] };
  const settings = raw.kind === "graph" ? graphOf(raw, credentials) : genericOf(raw, credentials, tls);
  return { settings: Object.freeze(settings) };
}

function withoutGaps(secrets: RawCredentials): Required<RawCredentials> {
  return Object.fromEntries(
    CREDENTIAL_NAMES.map((name) => [name, asText(secrets[name] ?? "")]),
  ) as Required<RawCredentials>;
}

function graphOf(raw: RawConfiguration, credentials: Required<RawCredentials>): GraphSettings {
  const mailbox = raw.mailbox.trim() || credentials.username.trim();
  return {
    kind: "graph",
    ...commonOf(raw, mailbox),
    signIn: Object.freeze(readAzureSignIn(raw, credentials)),
    mailbox,
    saveToSentItems: !isFalse(raw.saveToSentItems),
  };
}

function genericOf(raw: RawConfiguration, credentials: Required<RawCredentials>, tls: TlsMaterial): GenericSettings {
  const { username, password } = credentials;
  const dkim = readDkim(raw, credentials);
  return {
    kind: "generic",
    ...commonOf(raw, raw.auth === "none" ? "" : username),
    host: raw.host.trim().replace(/^\[(.*)\]$/, "$1"),
    port: Number(raw.port),
    security: raw.security as Security,
    ...(raw.auth === "password" ? { login: Object.freeze({ username, password: new Secret(password) }) } : {}),
    ...(raw.auth === "oauth2"
      ? { oauth: Object.freeze({ username, signIn: Object.freeze(readOAuthSignIn(raw, credentials)) }) }
      : {}),
    tls: Object.freeze({ ...tls }),
    ...(dkim ? { dkim } : {}),
  };
}

function commonOf(raw: RawConfiguration, account: string): CommonSettings {
  const from = raw.from.trim();
  const replyTo = raw.replyTo.trim();
  return {
    name: raw.name,
    isDefault: isTrue(raw.isDefault),
    ...(from === "" ? {} : { from: Object.freeze({ name: raw.fromName.trim(), address: from }) }),
    fromName: raw.fromName.trim(),
    overrideFrom: isTrue(raw.overrideFrom),
    ...(replyTo === "" ? {} : { replyTo: Object.freeze({ name: "", address: replyTo }) }),
    signature: raw.signature,
    account,
    connectTimeoutMs: Number(raw.connectTimeout) * 1000,
    timeoutMs: Number(raw.timeout) * 1000,
    strictAddresses: !isFalse(raw.strictAddresses),
    maxConnections: Number(raw.maxConnections),
    ...(raw.perMinute === "" ? {} : { perMinute: Number(raw.perMinute) }),
    safeMode: raw.safeMode as SafeMode,
    ...(raw.safeMode === "redirect" ? { redirectTo: Object.freeze({ name: "", address: raw.redirectTo.trim() }) } : {}),
    allowedDomains: Object.freeze(readDomainPatterns(raw.allowedDomains)),
    attachmentFolders: Object.freeze(readFolders(raw.attachmentFolders)),
    attachmentHosts: Object.freeze(readHostPatterns(raw.attachmentHosts)),
    outbox: raw.outbox as OutboxKind,
    giveUpAfterMs: Number(raw.giveUpAfter) * HOUR_MS,
    onUnconfirmed: raw.onUnconfirmed as OnUnconfirmed,
    maxBytes: Number(raw.maxSize) * MEGABYTE,
    attachmentLinks: raw.attachmentLinks as AttachmentLinks,
    ...limitOf(raw),
    ...(isUsed("linkBaseUrl", raw) ? { links: linksOf(raw) } : {}),
    keepSentDays: Number(raw.keepSent),
    keepFailedDays: Number(raw.keepFailed),
  };
}

function limitOf(raw: RawConfiguration): Pick<CommonSettings, "maxAttachmentBytes"> {
  if (raw.maxAttachmentSize === "" || !isUsed("maxAttachmentSize", raw)) return {};
  return { maxAttachmentBytes: Number(raw.maxAttachmentSize) * MEGABYTE };
}

function linksOf({ linkBaseUrl, linkDays }: RawConfiguration): LinkSettings {
  return Object.freeze({ baseUrl: new URL(linkBaseUrl.trim()).href.replace(/\/+$/, ""), days: Number(linkDays) });
}

/** The flow file's boolean, or what an environment variable gave for it. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

function isFalse(value: unknown): boolean {
  return value === false || value === "false";
}
