import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createSignal, type Signal } from "../signal";
import { answerOf, type SignInFailure } from "./failures";

/** A request for a token, as it came. */
export interface TokenRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** The fields of the form. */
  readonly form: Readonly<Record<string, string>>;
  /** Set when the caller hung up before the answer. */
  aborted: boolean;
}

/** What all stand-ins of a sign-in service can be told to do. */
export interface TokenEndpoint {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly requests: readonly TokenRequest[];
  /** The next requests fail in this way, one each; those after them are answered as usual. */
  fail(...failures: SignInFailure[]): void;
  /** Every request fails in this way, until it is set to undefined. */
  outage: SignInFailure | undefined;
  /** From now on requests wait for their answer until the returned function is called. */
  hold(): () => void;
  /** Resolves when the condition holds; it is looked at with each request and each hang-up. */
  waitFor(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export type Answerer = (
  request: IncomingMessage,
  response: ServerResponse,
  form: Readonly<Record<string, string>>,
) => void | Promise<void>;

/** A server on an ephemeral port of 127.0.0.1 that fails as told and otherwise lets `answer` answer. */
export async function startTokenEndpoint(
  answer: Answerer,
  /** Answers a scripted failure that has an answer; by itself it is written as it stands. */
  answerFailure?: (
    request: IncomingMessage,
    response: ServerResponse,
    failure: Exclude<SignInFailure, string>,
  ) => boolean,
): Promise<TokenEndpoint> {
  const requests: TokenRequest[] = [];
  const planned: SignInFailure[] = [];
  const signal: Signal = createSignal();
  let held: Promise<void> = Promise.resolve();
  const server = createServer(async (request, response) => {
    const form = request.method === "POST" ? await formOf(request) : {};
    if (request.method === "POST") {
      const noted: TokenRequest = { path: request.url ?? "", headers: request.headers, form, aborted: false };
      requests.push(noted);
      response.on("close", () => {
        noted.aborted = !response.writableFinished;
        signal.emit();
      });
    }
    const failure = request.method === "POST" ? (planned.shift() ?? endpoint.outage) : undefined;
    signal.emit();
    await held;
    if (failure === "no-answer") return;
    if (failure === "dropped") return void request.socket.destroy();
    if (failure === undefined) return answer(request, response, form);
    if (!answerFailure?.(request, response, failure)) write(response, failure);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint: TokenEndpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    outage: undefined,
    fail: (...failures) => void planned.push(...failures),
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    waitFor: (condition) => signal.waitFor(condition, 5000),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

function write(response: ServerResponse, failure: Exclude<SignInFailure, string>): void {
  const { status, headers, body } = answerOf(failure);
  const text = typeof body === "string";
  response.writeHead(status, { "content-type": text ? "text/html" : "application/json", ...headers });
  response.end(text ? body : JSON.stringify(body));
}

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
}
