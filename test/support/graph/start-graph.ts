import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createSignal } from "../signal";
import { type Answer, Desk, type GraphOptions } from "./desk";
import { type GraphMail, Mailboxes } from "./mailboxes";
import { Refusal } from "./refusal";

export type { GraphOptions } from "./desk";
export type { GraphAttachment, Letter } from "./letters";
export type { GraphMail } from "./mailboxes";

export interface GraphRequestRecord {
  method: string;
  /** Decoded, with its query. */
  path: string;
  headers: IncomingMessage["headers"];
  /** Of its body. */
  bytes: number;
  /** The body where it is JSON. */
  json?: unknown;
  /** 0 until it is answered, and where the connection was cut instead. */
  status: number;
}

/** What happens to the next request, or to the next one whose “METHOD path” matches `on`. */
export interface GraphFault {
  on?: RegExp;
  /** How often; once where left out. */
  times?: number;
  /** Answers with this status and this error of Graph's; the request has no effect. */
  status?: number;
  code?: string;
  message?: string | (() => string);
  headers?: Record<string, string>;
  /** Answers with this body, whatever it is, in place of an error of Graph's. */
  body?: string;
  /**
   * Cuts the connection: `before` the request has an effect, or `after` it.
   * `silence` and `silence-after` let it hang instead until the client gives up.
   */
  cut?: "before" | "after" | "silence" | "silence-after";
}

export interface GraphThrottle {
  /** Every so many requests one is refused with 429. */
  every: number;
  /** What its Retry-After says; the header is missing where left out. */
  retryAfterSeconds?: number;
}

export interface Graph {
  /** For `graphUrl` and a cloud's `graph`: without path and version. */
  readonly url: string;
  readonly port: number;
  /** What was accepted, oldest first. */
  readonly mails: GraphMail[];
  /** Every request that came, oldest first. */
  readonly requests: GraphRequestRecord[];
  /** Ids of the drafts that are there now. */
  readonly drafts: readonly string[];
  /** How many requests of one mailbox were on their way at the same time at most. Graph allows four. */
  readonly mostAtOnce: number;
  readonly connectionsNow: number;
  throttle(rule: GraphThrottle | undefined): void;
  failNext(fault: GraphFault): void;
  /** Resolves as soon as the condition holds; rejects after the time given. */
  waitFor(condition: () => boolean, timeoutMs?: number): Promise<void>;
  /** Destroys every open socket and frees the port. */
  close(): Promise<void>;
}

/**
 * Microsoft Graph as far as sending mail goes, on a loopback port, with state.
 *
 * Checks every request as Microsoft's description has it: unknown properties, types, what is
 * required, five own headers that begin with x-, 4 MB for a request, 3 MB from which on there are
 * upload sessions, the order and size of ranges, the permissions of the token. A fifth request at
 * once for a mailbox is refused with 429 and counted.
 */
export async function startGraph(options: GraphOptions = {}): Promise<Graph> {
  const state = new State(options);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => void state.serve(request, response));
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      state.changed.emit();
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  state.url = `http://127.0.0.1:${port}`;
  return {
    url: state.url,
    port,
    mails: state.mailboxes.sent,
    requests: state.requests,
    get drafts() {
      return [...state.mailboxes.drafts.keys()];
    },
    get mostAtOnce() {
      return state.mostAtOnce;
    },
    get connectionsNow() {
      return sockets.size;
    },
    throttle: (rule) => {
      state.rule = rule;
    },
    failNext: (fault) => void state.faults.push({ times: 1, ...fault }),
    waitFor: (condition, timeoutMs = 5000) => state.changed.waitFor(condition, timeoutMs),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

class State {
  readonly changed = createSignal();
  readonly mailboxes: Mailboxes;
  readonly requests: GraphRequestRecord[] = [];
  readonly faults: (GraphFault & { times: number })[] = [];
  readonly #atOnce = new Map<string, number>();
  readonly #left = new WeakSet<ServerResponse>();
  readonly #desk: Desk;
  mostAtOnce = 0;
  rule: GraphThrottle | undefined;
  url = "";
  #count = 0;

  constructor(options: GraphOptions) {
    this.mailboxes = new Mailboxes(options.onSent);
    this.#desk = new Desk(this.mailboxes, options);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? "");
    const { method = "", headers } = request;
    const record: GraphRequestRecord = { method, path, headers, bytes: 0, status: 0 };
    this.requests.push(record);
    const mailbox = /^\/v1\.0\/users\/([^/?]+)/.exec(path)?.[1]?.toLowerCase() ?? "";
    this.#enter(mailbox);
    response.on("close", () => {
      this.#leave(response, mailbox);
      this.changed.emit();
    });
    this.changed.emit();
    const body = await bodyOf(request).catch(() => undefined);
    if (!body) return;
    await someTurns();
    record.bytes = body.length;
    this.changed.emit();
    record.json = /json/.test(headers["content-type"] ?? "") ? parsed(body) : undefined;
    await this.#answer(record, request, body, mailbox, response);
  }

  async #answer(
    record: GraphRequestRecord,
    request: IncomingMessage,
    body: Buffer,
    mailbox: string,
    response: ServerResponse,
  ): Promise<void> {
    const fault = this.#faultOf(record);
    if (fault?.cut === "before") return void response.destroy();
    if (fault?.cut === "silence") return;
    let answer: Answer;
    try {
      if (fault?.status !== undefined) answer = answerOf(fault);
      else {
        this.#refuseTooMuch(mailbox);
        // The raw path: an id has letters that are encoded in it.
        answer = await this.#desk.serve({
          method: record.method,
          url: request.url ?? "",
          headers: request.headers,
          body,
          base: this.url,
        });
      }
    } catch (error) {
      answer = error instanceof Refusal ? refused(error) : refused(new Refusal(500, "InternalError", String(error)));
    }
    if (fault?.cut === "after") return void response.destroy();
    this.changed.emit();
    if (fault?.cut === "silence-after") return;
    record.status = answer.status;
    // Not later: the client may go on as soon as it has the answer.
    this.#leave(response, mailbox);
    response.writeHead(answer.status, { "request-id": randomUUID(), ...answer.headers });
    response.end(answer.body);
    this.changed.emit();
  }

  #faultOf({ method, path }: GraphRequestRecord): GraphFault | undefined {
    const at = this.faults.findIndex(({ on }) => !on || on.test(`${method} ${path}`));
    const fault = this.faults[at];
    if (fault && --fault.times <= 0) this.faults.splice(at, 1);
    return fault;
  }

  #refuseTooMuch(mailbox: string): void {
    if ((this.#atOnce.get(mailbox) ?? 0) > 4 && mailbox !== "")
      throw new Refusal(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", {
        "Retry-After": "1",
      });
    this.#count++;
    if (!this.rule || this.#count % this.rule.every !== 0) return;
    const { retryAfterSeconds } = this.rule;
    const headers = retryAfterSeconds === undefined ? undefined : { "Retry-After": String(retryAfterSeconds) };
    throw new Refusal(429, "TooManyRequests", "Too many requests.", headers);
  }

  #enter(mailbox: string): void {
    // Ranges of uploads go elsewhere.
    if (mailbox === "") return;
    const now = (this.#atOnce.get(mailbox) ?? 0) + 1;
    this.#atOnce.set(mailbox, now);
    this.mostAtOnce = Math.max(this.mostAtOnce, now);
  }

  #leave(response: ServerResponse, mailbox: string): void {
    if (this.#left.has(response)) return;
    this.#left.add(response);
    this.#atOnce.set(mailbox, (this.#atOnce.get(mailbox) ?? 1) - 1);
  }
}

function refused({ status, code, message, headers }: Refusal): Answer {
  const innerError = { date: "2026-01-01T00:00:00", "request-id": randomUUID() };
  const body = JSON.stringify({ error: { code, message, innerError } });
  return { status, headers: { "Content-Type": "application/json", ...headers }, body };
}

function answerOf({ status = 500, code = "", message = "", headers, body }: GraphFault): Answer {
  if (body !== undefined) return { status, headers: headers ?? {}, body };
  return refused(new Refusal(status, code, typeof message === "string" ? message : message(), headers));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Long enough for others to come in the meantime, as they do where an answer takes its time. */
async function someTurns(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
