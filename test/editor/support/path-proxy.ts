import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";

export interface PathProxy {
  /** The editor as seen through the proxy; ends with a slash. */
  url: string;
  /** The paths that were asked for, without the prefix. */
  paths: string[];
  close(): Promise<void>;
}

/** A reverse proxy that serves a Node-RED below a path of its own, as many companies do. */
export async function startPathProxy(target: string, prefix: string): Promise<PathProxy> {
  const { hostname, port, pathname } = new URL(target);
  const paths: string[] = [];
  const inner = (url = "") => `${pathname}${url.slice(prefix.length + 1)}`;

  const server = createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    paths.push(`${incoming.method} /${incoming.url.slice(prefix.length + 1)}`);
    const onward = request(
      { hostname, port, method: incoming.method, path: inner(incoming.url), headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on("upgrade", (incoming, socket) => {
    const onward = connect(Number(port), hostname, () => {
      const headers = incoming.rawHeaders.flatMap((name, index, all) =>
        index % 2 === 0 ? `${name}: ${all[index + 1]}` : [],
      );
      onward.write(`GET ${inner(incoming.url)} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}/`,
    paths,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
