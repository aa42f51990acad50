import { type AddressInfo, createServer, type Socket } from "node:net";

export interface Puppet {
  readonly port: number;
  /** All that clients wrote. */
  readonly received: () => string;
  close(): Promise<void>;
}

/**
 * A server that answers each line with exactly these bytes, whatever they are; the first call, without a line, is
 * the greeting. `undefined` says nothing.
 */
export async function startPuppet(
  answer: (line: string | undefined, socket: Socket) => string | Buffer | undefined,
): Promise<Puppet> {
  const sockets = new Set<Socket>();
  let received = "";
  const listener = createServer({ noDelay: true }, (socket) => {
    let input = "";
    const say = (line?: string): void => {
      const bytes = answer(line, socket);
      if (bytes !== undefined && !socket.destroyed) socket.write(bytes);
    };
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      input += bytes.toString("latin1");
      for (let end = input.indexOf("\r\n"); end >= 0; end = input.indexOf("\r\n")) {
        const line = input.slice(0, end);
        input = input.slice(end + 2);
        say(line);
      }
    });
    say();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    received: () => received,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
