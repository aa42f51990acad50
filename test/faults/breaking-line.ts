import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What the line does with a chunk: passes it on, or passes on so many bytes of it and breaks. */
export type Passing = "whole" | { readonly breakAfter: number };

export interface BreakingLine {
  readonly port: number;
  /** How often it broke. */
  readonly breaks: number;
  close(): Promise<void>;
}

/**
 * Stands between a client and a server on loopback, and breaks where it is told to. What has not
 * passed is lost without a word, as where a cable is cut: neither side can know what the other got.
 */
export async function startBreakingLine(
  serverPort: number,
  pass: { up?(chunk: Buffer): Passing; down?(chunk: Buffer): Passing },
): Promise<BreakingLine> {
  const ends = new Set<Socket>();
  const line = { port: 0, breaks: 0 };
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: serverPort, host: "127.0.0.1", noDelay: true });
    const carry = (from: Socket, to: Socket, passing: (chunk: Buffer) => Passing): void => {
      ends.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        ends.delete(from);
        to.end();
      });
      from.on("data", (chunk: Buffer) => {
        const passed = passing(chunk);
        if (passed === "whole") {
          to.write(chunk);
          return;
        }
        line.breaks++;
        to.write(chunk.subarray(0, passed.breakAfter));
        for (const end of [client, server]) end.destroy();
      });
    };
    carry(client, server, pass.up ?? (() => "whole"));
    carry(server, client, pass.down ?? (() => "whole"));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  line.port = (listener.address() as AddressInfo).port;
  return Object.assign(line, {
    close: () =>
      new Promise<void>((resolve) => {
        listener.close(() => resolve());
        for (const end of ends) end.destroy();
      }),
  });
}
