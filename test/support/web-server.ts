import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createEncryptedServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSignal } from "./signal";

export interface WebServer {
  readonly port: number;
  /** Such as `127.0.0.1:50000`. */
  readonly host: string;
  /** Connections so far, whatever was said over them. */
  readonly connections: number;
  /** What was asked for, oldest first. */
  readonly asked: readonly string[];
  /** Resolves once something that begins like this was asked for. */
  untilAsked(path: string): Promise<void>;
  close(): Promise<void>;
}

/** A web server on a free port of a loopback address, with TLS where there is a certificate. */
export async function startWebServer(
  answer: RequestListener,
  { address = "127.0.0.1", tls }: { address?: string; tls?: { cert: string; key: string } } = {},
): Promise<WebServer> {
  const asked: string[] = [];
  const changed = createSignal();
  let connections = 0;
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? "");
    // Whoever asks may go away in the middle of an answer.
    response.on("error", () => {});
    answer(request, response);
    changed.emit();
  };
  const server: Server = tls ? createEncryptedServer(tls, listener) : createServer(listener);
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    host: `${address.includes(":") ? `[${address}]` : address}:${port}`,
    get connections() {
      return connections;
    },
    asked,
    untilAsked: (path) => changed.waitFor(() => asked.some((one) => one.startsWith(path)), 5_000),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
