import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../src/model/clock";
import { Secret } from "../../src/model/secret";
import { SendError } from "../../src/model/send-error";
import type { SignInServices } from "../../src/oauth/services";
import { SECRET, sourceOf, withSecret } from "../integration/oauth/signing-in";
import { graphSettings, graphTransport } from "../support/graph/graph-rig";
import { compose } from "../unit/compose/composing";

const LIMIT_MS = 500;
/** More than a hostile answer may cost in processing, of which a megabyte takes some milliseconds. */
const MOST_MS = 4_000;

/** What would take half a minute takes half a second. */
const clock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms > LIMIT_MS ? LIMIT_MS : ms);
    return () => clearTimeout(timer);
  },
};

type Answer = (socket: Socket, trapUrl: string) => void;

const body =
  (status: string, type: string, text: string): Answer =>
  (socket) =>
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );

function endless(head: string, piece: string): Answer {
  return (socket) => {
    const pour = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.write(head);
    socket.on("drain", pour);
    pour();
  };
}

function drip(head: string): Answer {
  return (socket) => {
    socket.write(head);
    const dripping = setInterval(() => socket.write("x"), 20);
    socket.on("close", () => clearInterval(dripping));
  };
}

const redirect =
  (status: string): Answer =>
  (socket, trapUrl) =>
    socket.end(`HTTP/1.1 ${status}\r\nLocation: ${trapUrl}\r\nContent-Length: 0\r\n\r\n`);

const ANSWERS: Readonly<Record<string, Answer>> = {
  "a redirect (301)": redirect("301 Moved"),
  "a redirect (302)": redirect("302 Found"),
  "a redirect (307)": redirect("307 Temporary Redirect"),
  "a redirect (308)": redirect("308 Permanent Redirect"),
  "a body without an end": endless("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(10_000)),
  "an error's body without an end": endless(
    "HTTP/1.1 500 No\r\nContent-Type: application/json\r\n\r\n",
    '{"error":{"a":',
  ),
  "headers without an end": endless("HTTP/1.1 200 OK\r\n", `X-Header: ${"x".repeat(1000)}\r\n`),
  "a status line without an end": endless("HTTP/1.1 200 ", "x".repeat(10_000)),
  "a dripping head": drip("HTTP/1.1 200 OK\r\nX-"),
  "a dripping body": drip("HTTP/1.1 200 OK\r\n\r\n"),
  "a dripping error": drip("HTTP/1.1 401 No\r\n\r\n"),
  silence: () => {},
  "the end": (socket) => socket.end(),
  "a reset": (socket) => socket.resetAndDestroy(),
  "half a status line": (socket) => socket.end("HTTP/1.1 2"),
  "200 with a page": body("200 OK", "text/html", "<html><body>Log in to the WLAN</body></html>"),
  "200 with nothing": body("200 OK", "application/json", ""),
  "200 with null": body("200 OK", "application/json", "null"),
  "200 with an array": body("200 OK", "application/json", "[1,2,3]"),
  "200 with other types": body("200 OK", "application/json", '{"access_token":{"a":1},"expires_in":"never","error":7}'),
  "200 with prototype keys": body(
    "200 OK",
    "application/json",
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  ),
  "JSON a hundred thousand levels deep": body("400 No", "application/json", "[".repeat(100_000)),
  "a page of elements that never end": body("500 No", "text/html", "<".repeat(250_000)),
  "a page of scripts that never end": body("500 No", "text/html", "<script ".repeat(30_000)),
  "words that look like the beginning of tokens": body(
    "400 No",
    "application/json",
    JSON.stringify({
      error: { code: "x", message: "-eyJaaaaaaaaaaaa".repeat(15_000) },
      error_description: "-eyJaaaaaaaaaaaa".repeat(15_000),
    }),
  ),
  "control characters": body(
    "400 No",
    "application/json",
    JSON.stringify({
      error: { code: "\u001b[2J", message: "\u0007\u202Eevil\u0000" },
      error_description: "\u001b]0;x\u0007\u202Eevil",
    }),
  ),
  "a year to wait": (socket) =>
    socket.end("HTTP/1.1 429 Slow\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n"),
  "a status that there is not": body("999 What", "text/plain", "x"),
  "two answers at once": (socket) =>
    socket.write(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
    ),
  garbage: (socket) => socket.end(Buffer.from([0, 255, 254, 10, 13, 10, 13, 10])),
  "SMTP's words": (socket) => socket.end("220 mail.example.com ESMTP\r\n"),
};

describe("a hostile web service", () => {
  let listener: Server;
  let trap: Server;
  let answer: Answer;
  const sockets = new Set<Socket>();
  let trapped = "";
  let url: string;
  let trapUrl: string;

  async function listen(act: (socket: Socket) => void): Promise<Server> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
      act(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
  }
  const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  before(async () => {
    trap = await listen((socket) => socket.on("data", (bytes) => (trapped += bytes.toString("latin1"))));
    trapUrl = `${urlOf(trap)}/token`;
    listener = await listen((socket) => socket.once("data", () => answer(socket, trapUrl)));
    url = urlOf(listener);
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([listener, trap].map((server) => new Promise((resolve) => server.close(resolve))));
  });

  async function failing(work: () => Promise<unknown>): Promise<SendError> {
    const begun = Date.now();
    const before = process.memoryUsage().heapUsed;
    const error = await work().then(
      (value) => assert.fail(`took ${JSON.stringify(value)} for an answer`),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof SendError, String(error));
    assert.ok(Date.now() - begun < MOST_MS, `took ${Date.now() - begun} ms`);
    assert.ok(process.memoryUsage().heapUsed - before < 200_000_000);
    assert.ok(error.code && error.reason && error.remedy);
    assert.ok(error.message.length < 2500);
    assert.doesNotMatch(error.message, /[\p{Cc}\u202e]/u);
    assert.equal(trapped, "", "nothing goes where it was redirected to");
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    return error;
  }

  for (const [what, said] of Object.entries(ANSWERS)) {
    it(`that answers a mail with ${what} has not taken it, and may have where that is unclear`, async () => {
      answer = said;
      const settings = { ...graphSettings(), connectTimeoutMs: LIMIT_MS, timeoutMs: LIMIT_MS };
      const transport = graphTransport(url, { settings, clock });
      const email = await compose({});
      try {
        const error = await failing(() => transport.send(email, new AbortController().signal, async () => {}));
        // Refused in so many words, or nobody knows: the whole request had left.
        if (error.disposition !== "ambiguous") assert.ok((error.http?.status ?? 0) >= 300, error.reason);
      } finally {
        await transport.close();
      }
    });

    it(`that answers a sign-in with ${what} has given no token`, async () => {
      answer = said;
      const cloud = { signIn: url, graph: url, smtpApplication: "https://x/.default", smtpDelegated: "https://x/y" };
      const clouds = { global: cloud, "us-gcc-high": cloud, "us-dod": cloud, china: cloud };
      const services: SignInServices = { clouds, googleTokenUrl: `${url}/token` };
      await failing(() => sourceOf(withSecret(), { services, clock }).get(new AbortController().signal));
      const google = {
        provider: "google",
        way: "refresh-token",
        clientId: "x",
        clientSecret: new Secret(SECRET),
        refreshToken: new Secret(SECRET),
      };
      await failing(() => sourceOf(google as never, { services, clock }).get(new AbortController().signal));
    });
  }
});
