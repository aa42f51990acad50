import { join } from "node:path";
import { checkout } from "../../support/node-red";

/**
 * The inside of a settings file that puts stand-ins in the place of Microsoft's worldwide cloud: those of the
 * Node-RED process that reads it. The package itself has no such switch.
 */
export function loopbackCloud(signInUrl: string, graphUrl: string): string {
  const services = join(checkout, "dist", "src", "oauth", "services.js");
  return `loopbackCloud: (() => {
    const { SERVICES } = require(${JSON.stringify(services)});
    const metadata = (tenant) => {
      const base = ${JSON.stringify(signInUrl)} + "/" + tenant;
      return JSON.stringify({
        issuer: base + "/v2.0",
        authorization_endpoint: base + "/oauth2/v2.0/authorize",
        token_endpoint: base + "/oauth2/v2.0/token",
        jwks_uri: ${JSON.stringify(`${signInUrl}/jwks`)},
      });
    };
    SERVICES.clouds.global = { ...SERVICES.clouds.global, graph: ${JSON.stringify(graphUrl)}, metadata };
    return true;
  })()`;
}
