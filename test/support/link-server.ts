import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeAPI } from "node-red";
import { serveLinks } from "../../nodes/runtime/link-endpoint";
import { LinkStore } from "../../src/links/link-store";
import { systemClock } from "../../src/model/clock";
import { checkout } from "./node-red";
import { createSignal } from "./signal";

/** The express that Node-RED brings. */
const express = createRequire(join(checkout, "node_modules", "node-red", "red.js"))(
  "express",
) as typeof import("express");

export interface LinkServer {
  /** With the root of the HTTP nodes, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Keeps files where the server finds them. */
  readonly store: LinkStore;
  readonly folder: string;
  /** What it has logged, by level. */
  readonly log: readonly string[];
  untilLogged(lines: number): Promise<void>;
  close(): Promise<void>;
}

/** Serves links as Node-RED does whose HTTP nodes are below `httpNodeRoot`. */
export async function startLinkServer(httpNodeRoot = "/"): Promise<LinkServer> {
  const userDir = mkdtempSync(join(tmpdir(), "link-server-"));
  const folder = join(userDir, "post-office", "links");
  const log: string[] = [];
  const logged = createSignal();
  const app = express();
  const httpNode = express();
  const say = (level: string) => (line: string) => {
    log.push(`${level} ${line}`);
    logged.emit();
  };
  const RED = { settings: { userDir, httpNodeRoot }, httpNode, log: { info: say("info"), debug: say("debug") } };
  serveLinks(RED as unknown as NodeAPI);
  app.use(httpNodeRoot, httpNode);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${httpNodeRoot.replace(/\/$/, "")}`,
    port,
    store: new LinkStore({ folder, clock: systemClock, newToken: () => randomBytes(16).toString("base64url") }),
    folder,
    log,
    untilLogged: (lines) => logged.waitFor(() => log.length >= lines, 5000),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}
