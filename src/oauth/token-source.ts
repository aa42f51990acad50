import type { TokenSource } from "../model/token";
import type { AzureSignIn, GoogleSignIn } from "../settings/oauth";
import { type Acquire, KeptTokens } from "./kept-tokens";
import type { TokenSourceOptions } from "./token-source-options";

export type { TokenSourceOptions } from "./token-source-options";

/**
 * The tokens of one configuration, kept in memory and renewed before they expire.
 *
 * Nothing is asked for, and no sign-in library is loaded, before the first token is needed.
 */
export function tokenSourceFor(signIn: AzureSignIn | GoogleSignIn, options: TokenSourceOptions): TokenSource {
  let acquire: Acquire | undefined;
  return new KeptTokens((signal) => {
    acquire ??= acquireFor(signIn, options);
    return acquire(signal);
  }, options.clock);
}

function acquireFor(signIn: AzureSignIn | GoogleSignIn, options: TokenSourceOptions): Acquire {
  if (signIn.provider === "google") {
    const { googleTokens } = require("./google-tokens") as typeof import("./google-tokens");
    return googleTokens(signIn, options);
  }
  const { entraTokens } = require("./entra-tokens") as typeof import("./entra-tokens");
  return entraTokens(signIn, options);
}
