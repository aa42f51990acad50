import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { type Listening, listen } from "../listen";
import type { Mailbox, StoredMail } from "./mailbox";
import { inboxPage, listFragment } from "./pages";

const pagePolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// The HTML of a mail is a stranger's: no script, no form, and nothing fetched from anywhere,
// even when it is opened outside the page's sandboxed frame.
const mailPolicy =
  "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'self'";

const html = "text/html; charset=utf-8";
const plain = "text/plain; charset=utf-8";

/** Shows the mailbox on a web page on loopback that keeps itself up to date. */
export function startWeb(mailbox: Mailbox, preferredPort: number): Promise<Listening> {
  const server = createServer((request, response) => {
    response.setHeader("content-security-policy", pagePolicy);
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("x-dns-prefetch-control", "off");
    response.setHeader("referrer-policy", "no-referrer");
    response.setHeader("cache-control", "no-store");
    const base = "http://localhost";
    const url = URL.canParse(request.url ?? "/", base) ? new URL(request.url ?? "/", base) : undefined;
    if (!url) write(response, missing);
    else if (!fromThisMachine(request)) write(response, elsewhere);
    else if (url.pathname === "/events") stream(mailbox, request, response);
    else write(response, answer(mailbox, request.method, url));
  });
  return listen(server, preferredPort, async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
}

// Another name in Host is a web site that points its own name at 127.0.0.1 to read along.
function fromThisMachine({ headers }: IncomingMessage): boolean {
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(headers.host ?? "");
}

interface Answer {
  status?: number;
  type: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

const elsewhere: Answer = { status: 403, type: plain, body: "Only for this machine." };
const missing: Answer = { status: 404, type: plain, body: "Not here (any more)." };

function answer(mailbox: Mailbox, method: string | undefined, { pathname, searchParams }: URL): Answer {
  if (method !== "GET") return { status: 405, type: plain, body: "Only for reading." };
  if (pathname === "/") return { type: html, body: inboxPage(mailbox.list()) };
  if (pathname === "/list") {
    return { type: html, body: listFragment(mailbox.list(), Number(searchParams.get("selected"))) };
  }
  if (pathname === "/style.css") return { type: "text/css; charset=utf-8", body: asset("style.css") };
  if (pathname === "/live.mjs") return { type: "text/javascript; charset=utf-8", body: asset("live.mjs") };
  const [, id, part, at] = /^\/mail\/(\d+)(?:\/(html|source|attachment\/(\d+)))?$/.exec(pathname) ?? [];
  const mail = id === undefined ? undefined : mailbox.get(Number(id));
  if (!mail) return missing;
  if (part === undefined) return { type: html, body: inboxPage(mailbox.list(), mail) };
  if (part === "source") return { type: plain, body: mail.raw };
  if (part !== "html") return attachmentOf(mail, Number(at));
  return { type: html, body: mail.parsed.html || "", headers: { "content-security-policy": mailPolicy } };
}

function attachmentOf(mail: StoredMail, at: number): Answer {
  const attachment = mail.parsed.attachments[at];
  if (!attachment) return missing;
  const name = (attachment.filename || `attachment-${at + 1}`).replace(/[^ -~]|["\\/]/g, "_");
  // A round trip through UTF-8 replaces lone surrogates, on which encodeURIComponent throws.
  const wellFormed = Buffer.from(attachment.filename || name).toString();
  const extended = encodeURIComponent(wellFormed).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return {
    type: "application/octet-stream",
    body: attachment.content,
    headers: { "content-disposition": `attachment; filename="${name}"; filename*=UTF-8''${extended}` },
  };
}

function stream(mailbox: Mailbox, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write("retry: 1000\n\n");
  const stop = mailbox.onArrival(() => response.write("event: mail\ndata: new\n\n"));
  request.on("close", stop);
}

function write(response: ServerResponse, { status = 200, type, body, headers }: Answer): void {
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(body);
}

function asset(name: string): string {
  return readFileSync(join(__dirname, "assets", name), "utf8");
}
