import type { Secret } from "../model/secret";
import type { CommonSettings } from "./common";
import type { DkimSettings } from "./dkim";
import type { OAuthSignIn } from "./oauth";
import type { Security } from "./raw";

/** Certificates and verification, as Node-RED's `tls-config` node gives them. */
export interface TlsMaterial {
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** A Generic SMTP configuration. */
export interface GenericSettings extends CommonSettings {
  readonly kind: "generic";
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  /** With a password; absent with OAuth, and where the server is used without signing in. */
  readonly login?: { readonly username: string; readonly password: Secret };
  /** With a token for the mailbox `username` (XOAUTH2). */
  readonly oauth?: { readonly username: string; readonly signIn: OAuthSignIn };
  readonly tls: TlsMaterial;
  /** What mails are signed with; absent where they are not. */
  readonly dkim?: DkimSettings;
}
