export const SECURITY_MODES = ["none", "starttls-if-offered", "starttls", "tls"] as const;
export type Security = (typeof SECURITY_MODES)[number];

/** The port that a provider usually serves a mode on; changing Security proposes it. */
export const USUAL_PORT: Readonly<Record<Security, number>> = {
  none: 25,
  "starttls-if-offered": 25,
  starttls: 587,
  tls: 465,
};

/** `generic`: any SMTP server. `graph`: a Microsoft 365 mailbox through Microsoft Graph. */
export const KINDS = ["generic", "graph"] as const;
export type Kind = (typeof KINDS)[number];

export const SIGN_IN_MODES = ["none", "password", "oauth2"] as const;

/** How a token for SMTP is come by (C14). `message`: the flow brings it with each message. */
export const OAUTH_FLOWS = [
  "azure-client-secret",
  "azure-certificate",
  "azure-password",
  "google-service-account",
  "google-refresh-token",
  "message",
] as const;
export type OAuthFlow = (typeof OAUTH_FLOWS)[number];

/** How an application signs in for Graph (C15). */
export const GRAPH_SIGN_INS = ["client-secret", "certificate", "password"] as const;
export type GraphSignIn = (typeof GRAPH_SIGN_INS)[number];

/** Microsoft's national clouds; GCC is part of the global one. */
export const CLOUD_NAMES = ["global", "us-gcc-high", "us-dod", "china"] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];

/** Where mails wait: `disk` survives a restart, `memory` does not. */
export const OUTBOX_KINDS = ["disk", "memory"] as const;
export type OutboxKind = (typeof OUTBOX_KINDS)[number];

/** What becomes of a mail that was handed over and never answered. */
export const UNCONFIRMED_CHOICES = ["resend", "hold"] as const;
export type OnUnconfirmed = (typeof UNCONFIRMED_CHOICES)[number];

/** `redirect`: every mail goes to one address instead. `dry-run`: mails are made and queued, and never handed over. */
export const SAFE_MODES = ["send", "redirect", "dry-run"] as const;
export type SafeMode = (typeof SAFE_MODES)[number];

/** Which attachments go as links to download them; `above-limit`: those that are larger than an attachment may be. */
export const ATTACHMENT_LINKS = ["never", "above-limit", "always"] as const;
export type AttachmentLinks = (typeof ATTACHMENT_LINKS)[number];

/** Connections at once where nothing else is set. Graph serves four requests at once for each mailbox. */
export const USUAL_CONNECTIONS: Readonly<Record<Kind, number>> = { generic: 5, graph: 4 };

/** The version that this release writes into the flow file. */
export const CONFIGURATION_VERSION = 1;

/** A configuration as it stands in the flow file or in the form. Numbers may be texts: `${PORT}`. */
export interface RawConfiguration {
  version: number;
  name: string;
  kind: string;
  isDefault: boolean;
  from: string;
  fromName: string;
  overrideFrom: boolean;
  replyTo: string;
  signature: string;
  description: string;
  host: string;
  port: string | number;
  security: string;
  auth: string;
  oauthFlow: string;
  graphAuth: string;
  /** Id (GUID) or domain of the Microsoft Entra tenant. */
  tenantId: string;
  /** Of the application: a GUID at Microsoft, a name at Google. */
  clientId: string;
  cloud: string;
  /** PEM of the application's certificate, without its key. */
  certificate: string;
  /** Whose mailbox sends; empty with user name and password: the user's. */
  mailbox: string;
  saveToSentItems: boolean;
  /** Id of a `tls-config` node, or empty. */
  tls: string;
  /** Seconds. */
  connectTimeout: string | number;
  /** Seconds. */
  timeout: string | number;
  strictAddresses: boolean;
  maxConnections: string | number;
  /** Empty for no limit. */
  perMinute: string | number;
  safeMode: string;
  /** Who gets every mail where `safeMode` is `redirect`. */
  redirectTo: string;
  /** Domains that mails may go to, separated by commas; empty for all. */
  allowedDomains: string;
  /** Folders that attachments may be read from, one in each line; empty for none. */
  attachmentFolders: string;
  /** Hosts that attachments may be fetched from, separated by commas; empty for none. */
  attachmentHosts: string;
  outbox: string;
  /** Hours from being queued; 0 for one attempt only. */
  giveUpAfter: string | number;
  onUnconfirmed: string;
  /** Megabytes (of 1,000,000 bytes) that a whole mail may have. */
  maxSize: string | number;
  attachmentLinks: string;
  /** Megabytes (of 1,000,000 bytes) that one attachment may have; empty for no limit of its own. */
  maxAttachmentSize: string | number;
  /** The address under which the outside reaches Node-RED's HTTP nodes. */
  linkBaseUrl: string;
  /** Days for which a link leads to its file. */
  linkDays: string | number;
  /** Days for which a sent mail is listed, without its body. */
  keepSent: string | number;
  /** Days for which a mail that was given up is kept. */
  keepFailed: string | number;
  /** Signs for this domain (DKIM); empty: mails are not signed. */
  dkimDomain: string;
  dkimSelector: string;
}

const REFERENCE = /^\$\{([^}]+)\}$/;

/** A reference whose name is still to be written. */
export const NAMELESS = "${}";

/** Whether the whole value is a reference to an environment variable, which only the runtime can resolve. */
export function isEnvReference(value: unknown): boolean {
  return variableIn(value) !== undefined;
}

/** The name of the environment variable that the whole value refers to; undefined where it refers to none. */
export function variableIn(value: unknown): string | undefined {
  return typeof value === "string" ? REFERENCE.exec(value)?.[1] : undefined;
}

export interface RawCredentials {
  username?: string;
  password?: string;
  clientSecret?: string;
  /** PEM of the private key that belongs to `certificate`. */
  certificateKey?: string;
  refreshToken?: string;
  /** The JSON file that Google gives out for a service account. */
  serviceAccountKey?: string;
  /** PEM of the private key that mails are signed with. */
  dkimKey?: string;
}

/** All credentials, with the kind that Node-RED knows them by: what is `password` never reaches the browser. */
export const CREDENTIAL_TYPES: Readonly<Record<keyof RawCredentials, "text" | "password">> = {
  username: "text",
  password: "password",
  clientSecret: "password",
  certificateKey: "password",
  refreshToken: "password",
  serviceAccountKey: "password",
  dkimKey: "password",
};

export const CREDENTIAL_NAMES = Object.keys(CREDENTIAL_TYPES) as (keyof RawCredentials)[];

export const CONFIGURATION_DEFAULTS: Readonly<RawConfiguration> = Object.freeze({
  version: CONFIGURATION_VERSION,
  name: "",
  kind: "generic",
  isDefault: false,
  from: "",
  fromName: "",
  overrideFrom: false,
  replyTo: "",
  signature: "",
  description: "",
  host: "",
  port: USUAL_PORT.starttls,
  security: "starttls",
  auth: "password",
  oauthFlow: "azure-client-secret",
  graphAuth: "client-secret",
  tenantId: "",
  clientId: "",
  cloud: "global",
  certificate: "",
  mailbox: "",
  saveToSentItems: true,
  tls: "",
  connectTimeout: 10,
  timeout: 30,
  strictAddresses: true,
  maxConnections: USUAL_CONNECTIONS.generic,
  perMinute: "",
  safeMode: "send",
  redirectTo: "",
  allowedDomains: "",
  attachmentFolders: "",
  attachmentHosts: "",
  outbox: "disk",
  giveUpAfter: 48,
  onUnconfirmed: "resend",
  maxSize: 50,
  attachmentLinks: "never",
  maxAttachmentSize: "",
  linkBaseUrl: "",
  linkDays: 14,
  keepSent: 7,
  keepFailed: 30,
  dkimDomain: "",
  dkimSelector: "",
});
