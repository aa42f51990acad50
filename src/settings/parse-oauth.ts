import { Secret } from "../model/secret";
import { signInOf } from "./field-use";
import type { AzureSignIn, OAuthSignIn } from "./oauth";
import { readServiceAccount } from "./oauth-rules";
import type { CloudName, RawConfiguration, RawCredentials } from "./raw";

/** Of a configuration whose rules hold. */
export function readAzureSignIn(raw: RawConfiguration, credentials: Required<RawCredentials>): AzureSignIn {
  const { username, password, clientSecret, certificateKey } = credentials;
  const application = {
    provider: "azure",
    tenantId: raw.tenantId.trim(),
    clientId: raw.clientId.trim(),
    cloud: raw.cloud as CloudName,
  } as const;
  switch (signInOf(raw)) {
    case "azure-certificate":
      return {
        ...application,
        way: "certificate",
        certificate: raw.certificate.trim(),
        privateKey: new Secret(certificateKey.trim()),
      };
    case "azure-password": {
      const secret = raw.kind === "graph" && clientSecret !== "" ? { clientSecret: new Secret(clientSecret) } : {};
      return { ...application, way: "password", username, password: new Secret(password), ...secret };
    }
    default:
      return { ...application, way: "client-secret", clientSecret: new Secret(clientSecret) };
  }
}

/** Of a configuration whose rules hold. */
export function readOAuthSignIn(raw: RawConfiguration, credentials: Required<RawCredentials>): OAuthSignIn {
  const { clientSecret, refreshToken, serviceAccountKey } = credentials;
  switch (signInOf(raw)) {
    case "message":
      return { provider: "message" };
    case "google-service-account": {
      const { clientEmail, privateKey } = readServiceAccount(serviceAccountKey) ?? { clientEmail: "", privateKey: "" };
      return { provider: "google", way: "service-account", clientEmail, privateKey: new Secret(privateKey) };
    }
    case "google-refresh-token":
      return {
        provider: "google",
        way: "refresh-token",
        clientId: raw.clientId.trim(),
        clientSecret: new Secret(clientSecret),
        refreshToken: new Secret(refreshToken),
      };
    default:
      return readAzureSignIn(raw, credentials);
  }
}
