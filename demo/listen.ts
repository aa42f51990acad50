import type { AddressInfo, Server } from "node:net";

export interface Listening {
  port: number;
  close(): Promise<void>;
}

/** Listens on loopback at the preferred port, or on any free one where that is taken. */
export async function listen(server: Server, preferredPort: number, close: () => Promise<void>): Promise<Listening> {
  try {
    await bind(server, preferredPort);
  } catch (error) {
    if (!["EADDRINUSE", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await bind(server, 0);
  }
  return { port: (server.address() as AddressInfo).port, close };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      server.removeListener("listening", listening);
      reject(error);
    };
    const listening = () => {
      server.removeListener("error", failed);
      resolve();
    };
    server.once("error", failed);
    server.once("listening", listening);
    server.listen(port, "127.0.0.1");
  });
}
