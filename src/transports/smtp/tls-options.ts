import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { GenericSettings } from "../../settings/generic";

/** The TLS options of a configuration: certificates are verified unless its TLS settings say otherwise. */
export function tlsOptionsOf(settings: GenericSettings): ConnectionOptions {
  const { servername, ...material } = settings.tls;
  const name = servername || (isIP(settings.host) ? undefined : settings.host);
  return {
    // RFC 8997 deprecates everything older for mail.
    minVersion: "TLSv1.2",
    rejectUnauthorized: true,
    ...(material as ConnectionOptions),
    ...(name === undefined ? {} : { servername: name }),
  };
}
