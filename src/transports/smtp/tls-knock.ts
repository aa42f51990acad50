import { connect } from "node:tls";
import type { Clock } from "../../model/clock";
import { SendError } from "../../model/send-error";
import type { GenericSettings } from "../../settings/generic";
import { factsOf } from "./classify-socket";
import { discard } from "./open-socket";
import { tlsOptionsOf } from "./tls-options";

/**
 * Whether the port answers a TLS handshake at once, which a STARTTLS port never does (RFC 8314 §3).
 * Nothing is sent over the connection, so whose certificate it is does not matter.
 */
export function waitsForTls(settings: GenericSettings, signal: AbortSignal, clock: Clock): Promise<boolean> {
  // A configuration that speaks TLS from the start has nothing to find out.
  if (settings.security === "tls" || signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const { host, port, timeoutMs } = settings;
    // Without the configuration's own certificate: a stranger must not get it, and it may be unreadable.
    const { servername } = tlsOptionsOf(settings);
    const socket = connect({ host, port, rejectUnauthorized: false, ...(servername ? { servername } : {}) });
    const end = (waits: boolean) => (): void => {
      signal.removeEventListener("abort", aborted);
      callOff();
      discard(socket);
      resolve(waits);
    };
    const aborted = end(false);
    signal.addEventListener("abort", aborted, { once: true });
    // Not the socket's own time-out, which begins anew with each byte.
    const callOff = clock.after(timeoutMs, end(false));
    socket.once("secureConnect", end(true)).once("error", end(false)).once("close", end(false));
  });
}

/** The port speaks implicit TLS, and the configuration waits for a greeting in plain text. */
export function greetingExpectsTls(settings: GenericSettings): SendError {
  return new SendError("greeting-expects-tls", { phase: "greeting", facts: factsOf(settings, "greeting") });
}
