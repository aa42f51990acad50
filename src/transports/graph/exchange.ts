import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Clock } from "../../model/clock";

/** A kept connection that was unused for longer is closed: the other side may be about to. */
const IDLE_MS = 1_000;
/** Large bodies leave in pieces, so that a slow line is told from a dead one. */
const PIECE_BYTES = 64 * 1024;
/** More of an answer than this nobody reads. */
const MAX_ANSWER_BYTES = 256 * 1024;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /**
   * Over a connection of its own. For what must not be done twice: a kept one may be ended by the
   * other side at the very moment at which it is used, and then nobody knows what was done.
   */
  readonly fresh?: boolean;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export type Stage = "dns" | "connect" | "tls" | "request";

/** Why there is no reply. */
export class NoReply extends Error {
  constructor(
    readonly stage: Stage,
    /** Whether the whole request was handed to the network, so that the other side may have acted on it. */
    readonly left: boolean,
    readonly why: "failed" | "timeout" | "aborted",
    override readonly cause?: unknown,
  ) {
    super("no reply");
  }
}

export interface Patience {
  readonly clock: Clock;
  /** For name, connection and TLS together. */
  readonly connectTimeoutMs: number;
  /** For each piece of the body, and for the answer. */
  readonly timeoutMs: number;
}

type Agents = Readonly<Record<"http:" | "https:", HttpAgent>>;

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case. */
export type ProxyEnv = Readonly<Record<string, string | undefined>>;

function agentsWith(options: object): Agents {
  return { "http:": new HttpAgent(options), "https:": new HttpsAgent(options) };
}

/** The connections of one transport, kept between requests that may share them. */
export class Connections {
  readonly #agents: Agents;
  /** For connections that are not kept. */
  readonly #fresh: Agents;
  readonly #freeSince = new WeakMap<object, number>();
  #closed = false;

  /** `proxyEnv`: environment variables that name a proxy; Node.js before 22.21 knows none. */
  constructor(
    private readonly clock: Clock,
    proxyEnv?: ProxyEnv,
  ) {
    const proxied = proxyEnv ? { proxyEnv } : {};
    this.#agents = agentsWith({ ...proxied, keepAlive: true, timeout: IDLE_MS });
    this.#fresh = agentsWith(proxied);
    for (const agent of Object.values(this.#agents))
      agent.on("free", (socket: object) => this.#freeSince.set(socket, clock.now()));
  }

  /** Ends idle connections; those in use end with their request. */
  close(): void {
    this.#closed = true;
    this.#end(() => true);
  }

  open(url: URL, { method, headers, fresh = false }: HttpRequest): ClientRequest {
    // Their own timers are late where the process was busy.
    const oldest = this.clock.now() - IDLE_MS;
    this.#end((socket) => (this.#freeSince.get(socket) ?? 0) < oldest);
    const protocol = url.protocol === "http:" ? "http:" : "https:";
    const agent = (this.#closed || fresh ? this.#fresh : this.#agents)[protocol];
    return (protocol === "http:" ? httpRequest : httpsRequest)(url, { method, headers, agent });
  }

  /** After a request: nothing is kept any more once this is closed. */
  done(): void {
    if (this.#closed) setImmediate(() => this.close());
  }

  #end(which: (socket: object) => boolean): void {
    for (const { freeSockets } of Object.values(this.#agents))
      for (const socket of Object.values(freeSockets).flat()) if (socket && which(socket)) socket.destroy();
  }
}

/**
 * Makes one request, once, and follows nothing. Rejects with NoReply only.
 *
 * Node's own `http` instead of `fetch`, which tells neither how far a request has come, nor closes
 * its connections, and copies every body.
 */
export function exchange(
  request: HttpRequest,
  connections: Connections,
  patience: Patience,
  signal: AbortSignal,
): Promise<HttpReply> {
  return new Promise<HttpReply>((resolve, reject) => {
    let settled = false;
    let callOff = (): void => {};
    let answered: (() => void) | undefined;
    const way = { stage: "dns" as Stage, left: false };
    const settle = (end: () => void): void => {
      if (settled) return;
      settled = true;
      callOff();
      signal.removeEventListener("abort", abort);
      end();
      connections.done();
    };
    const fail = (why: NoReply["why"], cause?: unknown): void => {
      // The status says what became of the request, even where the rest of the answer does not come.
      answered?.();
      settle(() => {
        outgoing.destroy();
        reject(new NoReply(way.stage, way.left, why, cause));
      });
    };
    const abort = (): void => fail("aborted");
    const wait = (ms: number): void => {
      callOff();
      callOff = patience.clock.after(ms, () => fail("timeout"));
    };
    if (signal.aborted) {
      reject(new NoReply("dns", false, "aborted"));
      return;
    }
    signal.addEventListener("abort", abort, { once: true });
    let outgoing: ClientRequest;
    try {
      outgoing = connections.open(new URL(request.url), request);
    } catch (error) {
      // Thrown, not emitted: a header or an address that cannot be sent at all.
      settle(() => reject(new NoReply("connect", false, "failed", error)));
      return;
    }
    wait(patience.connectTimeoutMs);
    outgoing.on("error", (error) => fail("failed", error));
    outgoing.on("close", () => fail("failed"));
    outgoing.on("finish", () => {
      way.left = true;
      if (!settled) wait(patience.timeoutMs);
    });
    outgoing.on("response", (response) => {
      answered = readReply(response, (reply) =>
        settle(() => {
          // Half an answer, or one that came before the end of the question: nothing more must follow.
          if (!outgoing.writableFinished || !response.complete) outgoing.destroy();
          resolve(reply);
        }),
      );
    });
    watchConnection(outgoing, (stage) => {
      way.stage = stage;
      if (stage === "request") wait(patience.timeoutMs);
    });
    write(outgoing, request.body, () => !settled && way.stage === "request" && wait(patience.timeoutMs));
  });
}

function watchConnection(outgoing: ClientRequest, reached: (stage: Stage) => void): void {
  const encrypted = outgoing.protocol === "https:";
  outgoing.on("socket", (socket) => {
    if (!socket.connecting) {
      reached("request");
      return;
    }
    socket.once("lookup", (error) => error || reached("connect"));
    socket.once("connect", () => reached(encrypted ? "tls" : "request"));
    if (encrypted) socket.once("secureConnect", () => reached("request"));
  });
}

function write(outgoing: ClientRequest, body: Buffer = Buffer.alloc(0), progressed: () => void): void {
  let at = 0;
  const next = (): void => {
    if (outgoing.destroyed) return;
    if (at > 0) progressed();
    if (at >= body.length) {
      outgoing.end();
      return;
    }
    const piece = body.subarray(at, at + PIECE_BYTES);
    at += piece.length;
    outgoing.write(piece, (error) => error || next());
  };
  next();
}

/** Collects the answer; the function that is returned ends it with what has come so far. */
function readReply(response: IncomingMessage, done: (reply: HttpReply) => void): () => void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const finish = (): void =>
    done({
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: Buffer.concat(pieces).toString("utf8", 0, Math.min(bytes, MAX_ANSWER_BYTES)),
    });
  response.on("data", (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MAX_ANSWER_BYTES) finish();
  });
  response.on("end", finish).on("error", finish).on("close", finish);
  return finish;
}
