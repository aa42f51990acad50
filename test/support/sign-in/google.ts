import { createPublicKey, verify } from "node:crypto";
import { startTokenEndpoint, type TokenEndpoint } from "./token-endpoint";

export interface GoogleOptions {
  /** A service account with domain-wide delegation: its address, PEM of its public (or private) key, whom it may act for. */
  readonly serviceAccount?: { readonly clientEmail: string; readonly key: string; readonly actsFor: readonly string[] };
  /** A client and the refresh tokens that were given to it. */
  readonly client?: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly refreshTokens: readonly string[];
  };
  /** Seconds; 3599 as Google's, unless told otherwise. */
  readonly tokenLifetimeS?: number;
}

/** A token endpoint that answers as Google's does and verifies what it is sent. */
export interface Google extends TokenEndpoint {
  /** To be put into SignInServices. */
  readonly tokenUrl: string;
  readonly tokensIssued: readonly string[];
}

type Form = Readonly<Record<string, string>>;
type Refusal = { readonly status: number; readonly error: string; readonly error_description?: string };

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** Starts one on an ephemeral port of 127.0.0.1. Close it. */
export async function startGoogle(options: GoogleOptions): Promise<Google> {
  const tokensIssued: string[] = [];
  const endpoint = await startTokenEndpoint((_request, response, form) => {
    const refused =
      form["grant_type"] === JWT_BEARER
        ? assertionRefused(form, google.tokenUrl, options)
        : refreshRefused(form, options);
    const { status = 200, ...error } = refused ?? {};
    response.writeHead(status, { "content-type": "application/json" });
    if (refused) return void response.end(JSON.stringify(error));
    tokensIssued.push(`ya29.stand-in-token-${tokensIssued.length}`);
    const life = {
      expires_in: options.tokenLifetimeS ?? 3599,
      token_type: "Bearer",
      scope: "https://mail.google.com/",
    };
    response.end(JSON.stringify({ access_token: tokensIssued.at(-1), ...life }));
  });
  const google: Google = Object.assign(endpoint, { tokenUrl: `${endpoint.url}/token`, tokensIssued });
  return google;
}

function assertionRefused(form: Form, audience: string, { serviceAccount }: GoogleOptions): Refusal | undefined {
  const [header = "", payload = "", signature = ""] = (form["assertion"] ?? "").split(".");
  const parse = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  const { iss, sub, scope, aud, iat, exp } = parse(payload);
  if (!serviceAccount || iss !== serviceAccount.clientEmail)
    return { status: 401, error: "invalid_client", error_description: "The OAuth client was not found." };
  const grant = (error_description: string): Refusal => ({ status: 400, error: "invalid_grant", error_description });
  const signed = Buffer.from(`${header}.${payload}`);
  if (
    parse(header).alg !== "RS256" ||
    !verify("sha256", signed, createPublicKey(serviceAccount.key), Buffer.from(signature, "base64url"))
  )
    return grant("Invalid JWT Signature.");
  if (aud !== audience || !(exp - iat <= 3600) || Math.abs(iat - Date.now() / 1000) > 300)
    return grant("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.");
  if (!sub.includes("@")) return grant("Invalid email or User ID");
  if (scope !== "https://mail.google.com/" || !serviceAccount.actsFor.includes(sub))
    return {
      status: 401,
      error: "unauthorized_client",
      error_description:
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
    };
  return undefined;
}

function refreshRefused(form: Form, { client }: GoogleOptions): Refusal | undefined {
  if (form["grant_type"] !== "refresh_token") return { status: 400, error: "unsupported_grant_type" };
  if (form["client_id"] !== client?.clientId)
    return { status: 401, error: "invalid_client", error_description: "The OAuth client was not found." };
  if (form["client_secret"] !== client?.clientSecret)
    return { status: 401, error: "invalid_client", error_description: "Unauthorized" };
  if (!client?.refreshTokens.includes(form["refresh_token"] ?? ""))
    return { status: 400, error: "invalid_grant", error_description: "Token has been expired or revoked." };
  return undefined;
}
