import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../../../src/oauth/services";
import { publicJwk } from "./application-certificate";
import { entraCloud } from "./entra";

/** An application that is registered; with a secret or with a certificate. */
export interface OidcApplication {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** PEM. */
  readonly certificate?: string;
}

export interface Oidc {
  readonly cloud: Cloud;
  close(): Promise<void>;
}

/**
 * Starts an OpenID provider that nobody here wrote, on an ephemeral port of 127.0.0.1: it verifies
 * secrets and signed assertions itself, also that no assertion is used twice. Its tokens are opaque.
 */
export async function startOidc(applications: readonly OidcApplication[]): Promise<Oidc> {
  const { default: Provider } = await import("oidc-provider");
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown = () => {};
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cloud: Cloud = {
    ...entraCloud(url),
    metadata: () =>
      JSON.stringify({
        issuer: url,
        authorization_endpoint: `${url}/auth`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
      }),
  };
  const provider = new Provider(url, {
    clients: applications.map((application) => clientOf(application, `${cloud.graph}/.default`)),
    scopes: [`${cloud.graph}/.default`],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    ttl: { ClientCredentials: 3600 },
  });
  answer = provider.callback();
  return {
    cloud,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function clientOf({ clientId, clientSecret, certificate }: OidcApplication, scope: string): object {
  const proof = certificate
    ? { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [publicJwk(certificate)] } }
    : { token_endpoint_auth_method: "client_secret_post", client_secret: clientSecret };
  return {
    client_id: clientId,
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    scope,
    ...proof,
  };
}
