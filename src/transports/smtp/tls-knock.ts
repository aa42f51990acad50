import { connect } from "node:tls";
import type { GenericSettings } from "../../settings/generic";
import { discard } from "./open-socket";
import { tlsOptionsOf } from "./tls-options";

/**
 * Whether the port answers a TLS handshake at once, which a STARTTLS port never does (RFC 8314 §3).
 * Nothing is sent over the connection, so whose certificate it is does not matter.
 */
export function serverWaitsForTls(settings: GenericSettings, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const { host, port, timeoutMs } = settings;
    // Without the configuration's own certificate: a stranger must not get it, and it may be unreadable.
    const { servername } = tlsOptionsOf(settings);
    const socket = connect({ host, port, rejectUnauthorized: false, ...(servername ? { servername } : {}) });
    const end = (waits: boolean) => (): void => {
      signal.removeEventListener("abort", aborted);
      discard(socket);
      resolve(waits);
    };
    const aborted = end(false);
    signal.addEventListener("abort", aborted, { once: true });
    socket.setTimeout(timeoutMs);
    socket
      .once("secureConnect", end(true))
      .once("error", end(false))
      .once("timeout", end(false))
      .once("close", end(false));
  });
}
