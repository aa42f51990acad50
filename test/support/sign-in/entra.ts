import { constants, createPublicKey, verify, X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { MutableResponse, MutableToken } from "oauth2-mock-server";
import { type Cloud, SERVICES, type SignInServices } from "../../../src/oauth/services";
import { answerOf, type SignInFailure } from "./failures";
import { startTokenEndpoint, type TokenEndpoint } from "./token-endpoint";

export interface EntraOptions {
  /** The only tenant there is; any other is answered with AADSTS90002. */
  readonly tenantId?: string;
  /** The only application there is; any other is answered with AADSTS700016. */
  readonly clientId?: string;
  /** The right secret; another one is answered with AADSTS7000215. Can be changed later: `entra.clientSecret`. */
  readonly clientSecret?: string;
  /** PEM of the certificates that are uploaded; others, and wrong signatures, are answered with AADSTS700027. */
  readonly certificates?: readonly string[];
  /** User names with their passwords; AADSTS50034 and AADSTS50126 for others. */
  readonly users?: Readonly<Record<string, string>>;
  /** Seconds; 3600 unless told otherwise. Can be changed later: `entra.tokenLifetimeS`. */
  readonly tokenLifetimeS?: number;
  /** What stands in the tokens, as `roles` of an application or `scp` of a user. `["Mail.Send"]` unless told otherwise. */
  readonly permissions?: readonly string[];
  /** Where Graph is; tokens are asked for `<graph>/.default`. */
  readonly graph?: string;
}

/** A sign-in service that answers as Microsoft Entra does. What `EntraOptions` leave out is not checked. */
export interface Entra extends TokenEndpoint {
  /** To be put into SignInServices: the real names, with the endpoints of every tenant on loopback. */
  readonly cloud: Cloud;
  /** All of the clouds are this one. */
  readonly services: SignInServices;
  /** The access tokens given out, oldest first. */
  readonly tokensIssued: readonly string[];
  clientSecret: string | undefined;
  tokenLifetimeS: number;
  permissions: readonly string[];
  /** From now on these tokens, or all so far, are refused by `accepts`. */
  revoke(...tokens: string[]): void;
  /** Whether a token was given out here, is not revoked and not expired at this time (ms since 1970). */
  accepts(token: string, now?: number): boolean;
}

/** The cloud of a service that listens at `url`; also for another process than the one that serves it. */
export function entraCloud(url: string, graph = SERVICES.clouds.global.graph): Cloud {
  return {
    ...SERVICES.clouds.global,
    graph,
    metadata: (tenantId) =>
      JSON.stringify({
        issuer: `${url}/${tenantId}/v2.0`,
        authorization_endpoint: `${url}/${tenantId}/oauth2/v2.0/authorize`,
        token_endpoint: `${url}/${tenantId}/oauth2/v2.0/token`,
        jwks_uri: `${url}/jwks`,
      }),
  };
}

/** Services of which every cloud is this one. */
export function servicesWith(cloud: Cloud, googleTokenUrl = SERVICES.googleTokenUrl): SignInServices {
  return { clouds: { global: cloud, "us-gcc-high": cloud, "us-dod": cloud, china: cloud }, googleTokenUrl };
}

type Form = Readonly<Record<string, string>>;

/** Starts one on an ephemeral port of 127.0.0.1. Close it. */
export async function startEntra(options: EntraOptions = {}): Promise<Entra> {
  const { OAuth2Issuer, OAuth2Service } = await import("oauth2-mock-server");
  const issuer = new OAuth2Issuer();
  await issuer.keys.generate("RS256");
  const service = new OAuth2Service(issuer, { token: "/:tenant/oauth2/v2.0/token" });
  const failures = new WeakMap<IncomingMessage, Exclude<SignInFailure, string>>();
  const good = new Map<string, number>();
  const tokensIssued: string[] = [];

  const handOver = (
    request: IncomingMessage,
    response: Parameters<typeof service.requestHandler>[1],
    form: Form,
  ): void => {
    // The body was read already; express takes it from here.
    Object.assign(request, { body: form, _body: true });
    service.requestHandler(request as never, response as never);
  };
  const endpoint = await startTokenEndpoint(
    (request, response, form) => {
      const refused =
        request.method === "POST"
          ? refusalOf(request, form, { ...options, clientSecret: entra.clientSecret })
          : undefined;
      if (refused !== undefined) failures.set(request, refused);
      handOver(request, response, form);
    },
    (request, response, failure) => {
      // A page cannot come from this library; it writes JSON only.
      if (typeof failure !== "number" && "body" in failure && typeof failure.body === "string") return false;
      failures.set(request, failure);
      handOver(request, response, { grant_type: "client_credentials" });
      return true;
    },
  );
  const entra: Entra = Object.assign(endpoint, {
    cloud: entraCloud(endpoint.url, options.graph),
    services: servicesWith(entraCloud(endpoint.url, options.graph)),
    tokensIssued,
    clientSecret: options.clientSecret,
    tokenLifetimeS: options.tokenLifetimeS ?? 3600,
    permissions: options.permissions ?? ["Mail.Send"],
    revoke: (...tokens: string[]) => {
      for (const token of tokens.length > 0 ? tokens : tokensIssued) good.delete(token);
    },
    accepts: (token: string, now = Date.now()) => (good.get(token) ?? 0) > now,
  });

  issuer.url = `${endpoint.url}/v2.0`;
  service.on("beforeTokenSigning", ({ payload }: MutableToken, request: { body: Form; params: Form }) => {
    const byUser = request.body["grant_type"] === "password";
    payload["tid"] = request.params["tenant"];
    payload["appid"] = request.body["client_id"];
    payload["aud"] = /^https?:\/\/[^/ ]+/.exec(request.body["scope"] ?? "")?.[0];
    payload.exp = payload.iat + entra.tokenLifetimeS;
    payload[byUser ? "scp" : "roles"] = byUser ? entra.permissions.join(" ") : entra.permissions;
    // Two tokens of the same second would be the same.
    payload["uti"] = `${tokensIssued.length}`;
    delete payload["scope"];
  });
  service.on(
    "beforeResponse",
    (answer: MutableResponse, request: IncomingMessage & { res: { set(h: object): void } }) => {
      const failure = failures.get(request);
      if (failure !== undefined) {
        const { status, headers, body } = answerOf(failure);
        request.res.set(headers);
        Object.assign(answer, { statusCode: status, body });
        return;
      }
      const body = answer.body as Record<string, unknown>;
      body["expires_in"] = entra.tokenLifetimeS;
      body["ext_expires_in"] = entra.tokenLifetimeS;
      const token = String(body["access_token"]);
      tokensIssued.push(token);
      good.set(token, Date.now() + entra.tokenLifetimeS * 1000);
    },
  );
  return entra;
}

/** What Entra would object to in this request. */
function refusalOf(request: IncomingMessage, form: Form, options: EntraOptions): number | undefined {
  const { tenantId, clientId, clientSecret, certificates, users } = options;
  const tenant = decodeURIComponent(request.url?.split("/")[1] ?? "");
  if (tenantId !== undefined && tenant !== tenantId) return 90002;
  if (clientId !== undefined && form["client_id"] !== clientId) return 700016;
  const assertion = form["client_assertion"];
  if (form["grant_type"] === "client_credentials" && form["scope"]?.endsWith("/.default") !== true) return 70011;
  if (assertion !== undefined && certificates && !certificates.some((pem) => signedBy(pem, assertion))) return 700027;
  const secret = form["client_secret"];
  const needed = form["grant_type"] === "client_credentials" && assertion === undefined;
  if (clientSecret !== undefined && (secret === undefined ? needed : secret !== clientSecret)) return 7000215;
  if (form["grant_type"] !== "password" || users === undefined) return undefined;
  const password = users[form["username"] ?? ""];
  return password === undefined ? 50034 : password === form["password"] ? undefined : 50126;
}

/** An assertion as msal signs it: PS256, with the SHA-256 thumbprint of the certificate in its header. */
function signedBy(pem: string, assertion: string): boolean {
  const [header = "", payload = "", signature = ""] = assertion.split(".");
  const { alg, "x5t#S256": thumbprint } = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  const certificate = new X509Certificate(pem);
  const expected = Buffer.from(certificate.fingerprint256.replaceAll(":", ""), "hex").toString("base64url");
  if (alg !== "PS256" || thumbprint !== expected) return false;
  const key = {
    key: createPublicKey(certificate.publicKey.export({ type: "spki", format: "pem" })),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  };
  return verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"));
}
