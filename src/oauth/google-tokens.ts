import { createSign } from "node:crypto";
import { SecretMask } from "../model/redaction";
import { SendError } from "../model/send-error";
import type { GoogleSignIn } from "../settings/oauth";
import { tokenOf } from "./answers";
import { readKey } from "./certificate";
import { Exchange } from "./exchange";
import { googleFailure } from "./google-failures";
import type { Acquire } from "./kept-tokens";
import type { TokenSourceOptions } from "./token-source-options";

/** The only scope that Gmail's SMTP takes (Google's “XOAUTH2 protocol”). */
const SCOPE = "https://mail.google.com/";

/** Tokens of Google: by a service account that acts for a mailbox, or by a refresh token of the mailbox's owner. */
export function googleTokens(signIn: GoogleSignIn, options: TokenSourceOptions): Acquire {
  const { username, clock, services } = options;
  const url = services.googleTokenUrl;
  const mask = new SecretMask(username, secretsOf(signIn));
  return async (signal) => {
    const askedAt = clock.now();
    const form = signIn.way === "service-account" ? assertionForm(signIn, username, url, askedAt) : refreshForm(signIn);
    const answer = await new Exchange(clock, signal, mask).send(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: form.toString(),
    });
    const token = tokenOf(answer, askedAt);
    if (!token) throw googleFailure(answer, { signIn, username, redact: mask.redact });
    return token;
  };
}

type ServiceAccount = Extract<GoogleSignIn, { way: "service-account" }>;
type RefreshToken = Extract<GoogleSignIn, { way: "refresh-token" }>;

/** The JWT bearer grant (RFC 7523 §2.1), as Google's “Using OAuth 2.0 for server to server applications” has it. */
function assertionForm(account: ServiceAccount, subject: string, audience: string, now: number): URLSearchParams {
  const key = readKey(account.privateKey.reveal());
  if (key?.asymmetricKeyType !== "rsa") throw new SendError("google-key-unreadable", { phase: "token" });
  const issuedAt = Math.floor(now / 1000);
  const claims = {
    iss: account.clientEmail,
    sub: subject,
    scope: SCOPE,
    aud: audience,
    iat: issuedAt,
    // The longest life that Google accepts is an hour.
    exp: issuedAt + 3600,
  };
  const signed = `${base64url({ alg: "RS256", typ: "JWT" })}.${base64url(claims)}`;
  const signature = createSign("RSA-SHA256").update(signed).sign(key, "base64url");
  return new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: `${signed}.${signature}`,
  });
}

function refreshForm({ clientId, clientSecret, refreshToken }: RefreshToken): URLSearchParams {
  return new URLSearchParams({
    grant_type: "refresh_token",
    client_id: clientId,
    client_secret: clientSecret.reveal(),
    refresh_token: refreshToken.reveal(),
  });
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function secretsOf(signIn: GoogleSignIn): string[] {
  return signIn.way === "service-account"
    ? [signIn.privateKey.reveal()]
    : [signIn.clientSecret.reveal(), signIn.refreshToken.reveal()];
}
