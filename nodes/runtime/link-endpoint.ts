import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import { type ByteRange, readRange } from "../../src/links/byte-range";
import { dispositionOf, GUARDS, harmlessType } from "../../src/links/download-headers";
import type { FoundFile } from "../../src/links/link-store";
import { LINK_PATH } from "../../src/model/file-link";
import { linkStoreOf, servesFiles } from "./links";

/** The token, and behind it anything or nothing: the file's name is there for people. */
const PATH = /^\/([\w-]{22})(?:\/[^/]*)?$/;

const NOTHING_HERE = "There is no such file. The link may have expired, or is not complete.\n";

/**
 * `GET` and `HEAD post-office/files/<token>/<name>` among Node-RED's HTTP nodes: what mails link to. The token is
 * all that is asked for. Whatever leads nowhere gets the same answer, so that none tells which tokens there were.
 */
export function serveLinks(RED: NodeAPI): void {
  if (!servesFiles(RED)) return;
  RED.httpNode.use(LINK_PATH, (request: Request, response: Response) => {
    answer(RED, request, response).catch(() => response.destroy());
  });
}

async function answer(RED: NodeAPI, request: Request, response: Response): Promise<void> {
  const { method, path } = request;
  if (method !== "GET" && method !== "HEAD")
    return say(response, 405, "Only GET and HEAD are answered here.\n", { Allow: "GET, HEAD" });
  const found = await linkStoreOf(RED)?.find(PATH.exec(path)?.[1] ?? "");
  if (!found) return say(response, 404, NOTHING_HERE);
  try {
    await give(RED, request, response, found);
  } finally {
    await found.file.close().catch(() => {});
  }
}

function say(response: Response, status: number, text: string, more: Record<string, string> = {}): void {
  response.writeHead(status, {
    ...GUARDS,
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    ...more,
  });
  // Node.js leaves it out where it was asked with HEAD.
  response.end(text);
}

async function give(RED: NodeAPI, request: Request, response: Response, found: FoundFile): Promise<void> {
  const { size } = found;
  const tag = tagOf(found);
  const range = request.method === "GET" ? rangeFor(request, tag, size) : undefined;
  if (range === "unsatisfiable")
    return say(response, 416, "The file has no such bytes.\n", { "Content-Range": `bytes */${size}` });
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range ? 206 : 200, {
    ...GUARDS,
    "Accept-Ranges": "bytes",
    "Content-Disposition": dispositionOf(found.filename),
    "Content-Length": end - start + 1,
    "Content-Type": harmlessType(found.contentType),
    ETag: tag,
    ...(range ? { "Content-Range": `bytes ${start}-${end}/${size}` } : {}),
  });
  if (request.method === "HEAD" || size === 0) response.end();
  else await pipeline(found.file.createReadStream({ start, end, autoClose: false }), response);
  if (request.method === "GET" && end === size - 1) await tellDownload(RED, found);
}

/** A file never changes under its token, so the time at which it was kept tells it from any other. */
function tagOf({ size, keptAt }: FoundFile): string {
  return `"${keptAt.toString(36)}-${size.toString(36)}"`;
}

/** RFC 9110 §13.1.5: what is left of another file is of no use, so all of it is given then. */
function rangeFor({ headers }: Request, tag: string, size: number): ByteRange | "unsatisfiable" | undefined {
  const condition = headers["if-range"];
  return condition === undefined || condition === tag ? readRange(headers.range, size) : undefined;
}

/** Without the token, which is all that a download takes. Once only: a mail scanner may come again and again. */
async function tellDownload(RED: NodeAPI, { filename, mail, countDownload }: FoundFile): Promise<void> {
  const count = await countDownload().catch(() => 0);
  const line = `[smtp-config] The linked file “${filename}” of the mail ${mail} was downloaded (${count})`;
  if (count === 1) RED.log.info(line);
  else RED.log.debug(line);
}
