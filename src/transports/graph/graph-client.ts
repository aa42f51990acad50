import {
  Client,
  type Context,
  type Middleware,
  type MiddlewareOptions,
  ResponseType,
} from "@microsoft/microsoft-graph-client";
import type { Secret } from "../../model/secret";
import type { HttpReply, HttpRequest } from "./exchange";

/** One call of Graph. `path` begins behind the version; its parts are encoded already. */
export interface GraphRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: Buffer;
  readonly contentType?: "application/json" | "text/plain";
}

/**
 * Microsoft's client with a middleware chain of our own.
 *
 * Its own chain sends no token to hosts that it does not know, and its RetryHandler posts sendMail
 * again on 429, 503 and 504, which makes duplicates. This one does exactly one request.
 */
export class GraphClient {
  readonly #client: Client;

  /** `graphUrl`: of the cloud, without path and version. */
  constructor(graphUrl: string) {
    const middleware = [new BearerToken(), new LastStep()];
    this.#client = Client.initWithMiddleware({ baseUrl: `${graphUrl}/`, defaultVersion: "v1.0", middleware });
  }

  /** Rejects with what `exchange` rejects with. Any status is a reply. */
  async call(
    { method, path, body, contentType }: GraphRequest,
    token: Secret,
    exchange: (request: HttpRequest) => Promise<HttpReply>,
  ): Promise<HttpReply> {
    const step = new CallOptions(token, exchange);
    const request = this.#client.api(path).middlewareOptions([step]).responseType(ResponseType.RAW);
    if (contentType) request.header("Content-Type", contentType);
    const made = method === "GET" ? request.get() : method === "DELETE" ? request.delete() : request.post(body);
    // What it rejects with has lost its cause; the step knows what happened.
    await made.catch(() => {});
    return step.outcome();
  }
}

/** What one call brings along the chain, and what became of it. */
class CallOptions implements MiddlewareOptions {
  #outcome: (() => HttpReply) | undefined;

  constructor(
    readonly token: Secret,
    private readonly exchange: (request: HttpRequest) => Promise<HttpReply>,
  ) {}

  async run(request: HttpRequest): Promise<HttpReply> {
    try {
      const reply = await this.exchange(request);
      this.#outcome = () => reply;
      return reply;
    } catch (error) {
      this.#outcome = () => {
        throw error;
      };
      throw error;
    }
  }

  outcome(): HttpReply {
    if (!this.#outcome) throw new Error("the request was never made");
    return this.#outcome();
  }
}

function optionsOf(context: Context): CallOptions {
  const found = context.middlewareControl?.getMiddlewareOptions(CallOptions);
  if (!(found instanceof CallOptions)) throw new Error("a call without its options");
  return found;
}

/** Sets the token whatever the host is: where it goes is the configuration's cloud, and nothing redirects. */
class BearerToken implements Middleware {
  #next: Middleware | undefined;

  setNext(next: Middleware): void {
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    const headers = { ...(context.options?.headers as Record<string, string> | undefined) };
    headers["Authorization"] = `Bearer ${optionsOf(context).token.reveal()}`;
    context.options = { ...context.options, headers };
    await this.#next?.execute(context);
  }
}

class LastStep implements Middleware {
  async execute(context: Context): Promise<void> {
    const { method = "GET", headers, body } = context.options ?? {};
    const bytes = body instanceof Buffer ? body : undefined;
    const reply = await optionsOf(context).run({
      method,
      url: String(context.request),
      headers: {
        ...(headers as Record<string, string> | undefined),
        ...(method === "POST" ? { "Content-Length": String(bytes?.length ?? 0) } : {}),
      },
      ...(bytes ? { body: bytes } : {}),
    });
    // Only for the client's own checks: who called reads the reply itself.
    context.response = new Response(null, { status: Math.min(599, Math.max(200, reply.status)) });
  }
}
