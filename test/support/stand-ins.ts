import { join } from "node:path";

export interface SignInStandIns {
  /** URL of a sign-in service that answers as Microsoft Entra does. */
  entra?: string;
  /** URL of a Microsoft Graph. */
  graph?: string;
  /** URL of Google's token endpoint. */
  google?: string;
  /** Address of a DNS server for what is asked beside the names of hosts. */
  dns?: string;
}

/**
 * The beginning of a settings file that puts these in the place of the real ones, in the Node-RED that reads it.
 *
 * The package has no switch for that: its own table of services is changed, as built in the checkout.
 */
export function standInsFor(checkout: string, { entra, graph, google, dns }: SignInStandIns = {}): string {
  const asked = dns ? `require("node:dns").setServers([${JSON.stringify(dns)}]);\n` : "";
  if (!entra && !graph && !google) return asked;
  const table = JSON.stringify(join(checkout, "dist", "src", "oauth", "services.js"));
  const metadata = `(tenant) => JSON.stringify({
    issuer: "${entra}/" + tenant + "/v2.0",
    authorization_endpoint: "${entra}/" + tenant + "/oauth2/v2.0/authorize",
    token_endpoint: "${entra}/" + tenant + "/oauth2/v2.0/token",
    jwks_uri: "${entra}/jwks",
  })`;
  return [
    asked,
    `const { SERVICES } = require(${table});`,
    "const worldwide = SERVICES.clouds.global;",
    ...(entra ? [`SERVICES.clouds.global = { ...worldwide, metadata: ${metadata} };`] : []),
    ...(graph ? [`SERVICES.clouds.global = { ...SERVICES.clouds.global, graph: ${JSON.stringify(graph)} };`] : []),
    ...(google ? [`SERVICES.googleTokenUrl = ${JSON.stringify(google)};`] : []),
    "",
  ].join("\n");
}
