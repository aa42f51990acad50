import { type Phrase, phrase } from "./catalogue";
import type { Secret } from "./secret";

/** What a sign-in service gave out. Its value is a secret; the rest may be shown. */
export interface AccessToken {
  readonly value: Secret;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The tenant that issued it, where the token says so. */
  readonly tenant?: string;
  /** What it allows: application roles and delegated scopes, as the token names them; empty where it cannot be read. */
  readonly permissions: readonly string[];
}

/** Where a transport gets what it signs in with. One per configuration. */
export interface TokenSource {
  /**
   * A token that is good for a while yet, kept or fresh. Whoever asks at the same time gets the same one.
   * Rejects only with SendError, phase "token".
   */
  get(signal: AbortSignal): Promise<AccessToken>;
  /** A token other than this one, which a server has just refused. Rejects as `get` does. */
  renew(refused: AccessToken, signal: AbortSignal): Promise<AccessToken>;
}

/** What a test tells of a token: who issued it, what it allows and for how long; never the token itself. */
export function describeToken({ tenant, permissions, expiresAt }: AccessToken, now: number): Phrase[] {
  const minutes = Math.max(0, Math.round((expiresAt - now) / 60_000));
  return [
    ...(tenant === undefined ? [] : [phrase("token-tenant", { tenant })]),
    ...(permissions.length === 0 ? [] : [phrase("token-allows", { names: permissions.join(", ") })]),
    Number.isFinite(minutes) ? phrase("token-valid", { minutes }) : phrase("token-from-message"),
  ];
}
