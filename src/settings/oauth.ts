import type { Secret } from "../model/secret";
import type { CloudName } from "./raw";

/** An application registered in Microsoft Entra, and how it proves who it is (C14, C15). */
export type AzureSignIn = {
  readonly provider: "azure";
  readonly tenantId: string;
  readonly clientId: string;
  readonly cloud: CloudName;
} & (
  | { readonly way: "client-secret"; readonly clientSecret: Secret }
  /** Both as PEM. */
  | { readonly way: "certificate"; readonly certificate: string; readonly privateKey: Secret }
  /** Resource-owner password; `clientSecret` where the application is not a public one. */
  | {
      readonly way: "password";
      readonly username: string;
      readonly password: Secret;
      readonly clientSecret?: Secret;
    }
);

export type GoogleSignIn = { readonly provider: "google" } & (
  | { readonly way: "service-account"; readonly clientEmail: string; readonly privateKey: Secret }
  | {
      readonly way: "refresh-token";
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly refreshToken: Secret;
    }
);

/** The flow brings a token of its own with each message. */
export interface MessageSignIn {
  readonly provider: "message";
}

/** How a token for SMTP is come by. */
export type OAuthSignIn = AzureSignIn | GoogleSignIn | MessageSignIn;
