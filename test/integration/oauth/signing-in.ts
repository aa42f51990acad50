import { type Clock, systemClock } from "../../../src/model/clock";
import { Secret } from "../../../src/model/secret";
import type { TokenSource } from "../../../src/model/token";
import type { SignInServices } from "../../../src/oauth/services";
import { tokenSourceFor } from "../../../src/oauth/token-source";
import type { AzureSignIn, GoogleSignIn } from "../../../src/settings/oauth";
import { type Entra, startEntra } from "../../support/sign-in/entra";

export const TENANT = "contoso.example";
export const CLIENT = "00001111-aaaa-2222-bbbb-3333cccc4444";
export const USER = "orders@contoso.example";
export const SECRET = "Sekr~et.value+1/=";
export const PASSWORD = 'Geh&im "ß" passw0rd';

const application = { provider: "azure", tenantId: TENANT, clientId: CLIENT, cloud: "global" } as const;

export function withSecret(secret = SECRET): AzureSignIn {
  return { ...application, way: "client-secret", clientSecret: new Secret(secret) };
}

export function withCertificate(pair: { certificate: string; privateKey: string }): AzureSignIn {
  return {
    ...application,
    way: "certificate",
    certificate: pair.certificate,
    privateKey: new Secret(pair.privateKey),
  };
}

export function withPassword(secret?: string, password = PASSWORD): AzureSignIn {
  const proof = secret === undefined ? {} : { clientSecret: new Secret(secret) };
  return { ...application, way: "password", username: USER, password: new Secret(password), ...proof };
}

export interface Surroundings {
  readonly services: SignInServices;
  readonly purpose?: "graph" | "smtp";
  readonly clock?: Clock;
}

export function sourceOf(
  signIn: AzureSignIn | GoogleSignIn,
  { services, purpose = "graph", clock = systemClock }: Surroundings,
): TokenSource {
  return tokenSourceFor(signIn, { purpose, username: USER, clock, services });
}

/** A signal that nobody aborts. */
export function patient(): AbortSignal {
  return new AbortController().signal;
}

/** Microsoft's service, which knows the application by secret and certificate, and the user. */
export function startOurEntra({ certificate }: { certificate: string }): Promise<Entra> {
  const application = { tenantId: TENANT, clientId: CLIENT, clientSecret: SECRET };
  return startEntra({ ...application, certificates: [certificate], users: { [USER]: PASSWORD } });
}
