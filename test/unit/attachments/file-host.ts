import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { startWebServer, type WebServer } from "../../support/web-server";
import { CANARY, type Fetch, TOKEN } from "./fetching";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A host of files that a test lists, and a bait beside it that must never be asked, for the tests of a `describe`. */
export class FileHost {
  #server: WebServer | undefined;
  #bait: WebServer | undefined;
  readonly #answers = new Map<string, Answer>();

  constructor() {
    before(() => this.#start());
    after(() => Promise.all([this.#server?.close(), this.#bait?.close()]));
    afterEach(() => assert.equal(this.bait.connections, 0, "the bait was asked"));
  }

  async #start(): Promise<void> {
    this.#server = await startWebServer((request, response) => {
      const answer = this.#answers.get(new URL(request.url ?? "/", "http://x").pathname);
      if (answer) answer(response, request);
      else response.writeHead(404).end(CANARY);
    });
    this.#bait = await startWebServer((_, response) => response.end(CANARY), { address: "127.0.0.2" });
  }

  get server(): WebServer {
    return this.#server ?? assert.fail("not started");
  }

  get bait(): WebServer {
    return this.#bait ?? assert.fail("not started");
  }

  /** Lets this host be asked, and no other. */
  get listed(): Fetch {
    return { hosts: this.server.host };
  }

  url(path: string, host = this.server.host): string {
    return `http://${host}${path}?token=${TOKEN}`;
  }

  /** The URL at which this answer is given from now on. */
  serve(path: string, answer: Answer): string {
    this.#answers.set(path, answer);
    return this.url(path);
  }

  redirect(path: string, to: () => string, status = 302): string {
    return this.serve(path, (response) => response.writeHead(status, { location: to() }).end(CANARY));
  }

  untilAsked(path: string): Promise<void> {
    return this.server.untilAsked(path);
  }
}

/** The resolver of a machine that knows these names. */
export function names(addresses: Record<string, readonly string[]>): NonNullable<Fetch["dependencies"]> {
  return { lookup: async (host) => addresses[host] ?? assert.fail(`${host} was looked up`) };
}
