export const SECURITY_MODES = ["none", "starttls-if-offered", "starttls", "tls"] as const;
export type Security = (typeof SECURITY_MODES)[number];

/** The port that a provider usually serves a mode on; changing Security proposes it. */
export const USUAL_PORT: Readonly<Record<Security, number>> = {
  none: 25,
  "starttls-if-offered": 25,
  starttls: 587,
  tls: 465,
};

export const SIGN_IN_MODES = ["none", "password"] as const;

/** Where mails wait: `disk` survives a restart, `memory` does not. */
export const OUTBOX_KINDS = ["disk", "memory"] as const;
export type OutboxKind = (typeof OUTBOX_KINDS)[number];

/** What becomes of a mail that was handed over and never answered. */
export const UNCONFIRMED_CHOICES = ["resend", "hold"] as const;
export type OnUnconfirmed = (typeof UNCONFIRMED_CHOICES)[number];

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
  outbox: string;
  /** Hours from being queued; 0 for one attempt only. */
  giveUpAfter: string | number;
  onUnconfirmed: string;
}

export interface RawCredentials {
  username?: string;
  password?: string;
}

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
  tls: "",
  connectTimeout: 10,
  timeout: 30,
  strictAddresses: true,
  maxConnections: 5,
  perMinute: "",
  outbox: "disk",
  giveUpAfter: 48,
  onUnconfirmed: "resend",
});
