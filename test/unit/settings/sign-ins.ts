import type { Fields } from "../../../src/settings/field-use";
import type { GraphSignIn, OAuthFlow } from "../../../src/settings/raw";

export const GUID = "72f988bf-86f1-41af-91ab-2d7cd011db47";
export const OTHER_GUID = "00001111-aaaa-2222-bbbb-3333cccc4444";
export const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIC0123456789\n-----END CERTIFICATE-----";
export const PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\nMIIE0123456789\n-----END PRIVATE KEY-----";
export const SERVICE_ACCOUNT = JSON.stringify({
  type: "service_account",
  client_email: "mailer@project.iam.gserviceaccount.com",
  private_key: `${PRIVATE_KEY}\n`,
});

const APPLICATION: Fields = { tenantId: GUID, clientId: OTHER_GUID, cloud: "global" };

/** What each way to sign in needs beside host and user name, and nothing else. */
const NEEDED: Readonly<Record<OAuthFlow, Fields>> = {
  "azure-client-secret": { ...APPLICATION, clientSecret: "abc~DEF.ghi" },
  "azure-certificate": { ...APPLICATION, certificate: CERTIFICATE, certificateKey: PRIVATE_KEY },
  "azure-password": { ...APPLICATION, password: "s3cret-of-the-test" },
  "google-service-account": { serviceAccountKey: SERVICE_ACCOUNT },
  "google-refresh-token": {
    clientId: "1234.apps.googleusercontent.com",
    clientSecret: "GOCSPX",
    refreshToken: "1//0a",
  },
  message: {},
};

/** A complete configuration for SMTP that signs in this way. */
export function smtpThat(oauthFlow: OAuthFlow): Fields {
  const login = { auth: "oauth2", oauthFlow, username: "orders@example.com" };
  return { name: "Orders", host: "smtp.office365.com", ...login, ...NEEDED[oauthFlow] };
}

/** A complete configuration for Graph that signs in this way. */
export function graphThat(graphAuth: GraphSignIn): Fields {
  const whose = graphAuth === "password" ? { username: "orders@example.com" } : { mailbox: "orders@example.com" };
  return { name: "Orders", kind: "graph", maxConnections: 4, graphAuth, ...whose, ...NEEDED[`azure-${graphAuth}`] };
}

export const COMPLETE = {
  "smtp azure-client-secret": smtpThat("azure-client-secret"),
  "smtp azure-certificate": smtpThat("azure-certificate"),
  "smtp azure-password": smtpThat("azure-password"),
  "smtp google-service-account": smtpThat("google-service-account"),
  "smtp google-refresh-token": smtpThat("google-refresh-token"),
  "smtp message": smtpThat("message"),
  "graph client-secret": graphThat("client-secret"),
  "graph certificate": graphThat("certificate"),
  "graph password": graphThat("password"),
};
