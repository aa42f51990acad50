import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { shorten } from "../compose/fields";
import type { Clock } from "../model/clock";
import { networkCodeOf } from "../model/network-code";
import { SendError } from "../model/send-error";
import type { CommonSettings } from "../settings/common";
import { failure, shownUrl } from "./failure";
import { Patience } from "./patience";
import { type Asked, addressesOf, admit, type Lookup } from "./web-access";
import { ask, bodyOf } from "./web-request";

const MOST_REDIRECTS = 5;
/** For one attachment, from looking up its host to its last byte. */
const MOST_MS = 5 * 60 * 1000;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

export type WebSettings = Pick<CommonSettings, "attachmentHosts" | "connectTimeoutMs" | "timeoutMs">;

export interface WebDependencies {
  readonly clock: Clock;
  readonly lookup: Lookup;
}

/** What a web address was answered with. */
export interface WebAnswer {
  readonly headers: IncomingHttpHeaders;
  /** In bytes, where the answer tells. */
  readonly size: number | undefined;
  readonly body: AsyncIterable<Buffer>;
}

/**
 * Has `take` read what a web address of the message answers with: from hosts that the configuration lists, over
 * connections to addresses that were checked, redirects included. Rejects with SendError, or with what `take` rejects with;
 * the connection is gone afterwards.
 */
export async function readFromWeb<Result>(
  asked: Asked,
  settings: WebSettings,
  { clock, lookup }: WebDependencies,
  signal: AbortSignal,
  take: (answer: WebAnswer) => Promise<Result>,
): Promise<Result> {
  const tooLong = (): SendError =>
    failure("attachment-too-slow", asked.field, { value: shownUrl(asked.url), seconds: MOST_MS / 1000 });
  const patience = new Patience(clock, signal, MOST_MS, tooLong);
  const way: Way = { settings, lookup, patience };
  let response: IncomingMessage | undefined;
  try {
    const answer = await follow(asked, way);
    response = answer.response;
    const { headers } = response;
    return await take({ headers, size: sizeIn(headers), body: wordedBody(response, answer.at, way) });
  } finally {
    response?.destroy();
    patience.end();
  }
}

interface Way {
  readonly settings: WebSettings;
  readonly lookup: Lookup;
  readonly patience: Patience;
}

interface Answer {
  readonly response: IncomingMessage;
  /** Where it came from in the end. */
  readonly at: Asked;
}

async function follow(asked: Asked, way: Way): Promise<Answer> {
  let at = asked;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await askOnce(at, way);
    try {
      const next = redirectOf(response, at);
      if (!next) {
        refuseOthers(response, at);
        return { response, at };
      }
      at = next;
    } catch (error) {
      response.destroy();
      throw error;
    }
    response.destroy();
  }
  throw failure("attachment-redirects", asked.field, { value: shownUrl(asked.url), limit: MOST_REDIRECTS });
}

async function askOnce(at: Asked, { settings, lookup, patience }: Way): Promise<IncomingMessage> {
  const { attachmentHosts, connectTimeoutMs } = settings;
  admit(at, attachmentHosts);
  try {
    const found = addressesOf(at, attachmentHosts, lookup);
    const addresses = await patience.within(found, connectTimeoutMs, () => silent(at, connectTimeoutMs));
    return await ask(at.url, addresses, settings, patience, (ms) => silent(at, ms));
  } catch (error) {
    throw worded(error, at);
  }
}

async function* wordedBody(response: IncomingMessage, at: Asked, { settings, patience }: Way): AsyncGenerator<Buffer> {
  try {
    yield* bodyOf(response, settings, patience, (ms) => silent(at, ms));
  } catch (error) {
    throw worded(error, at);
  }
}

/** Where the answer leads on to; undefined where it does not. */
function redirectOf({ statusCode, headers }: IncomingMessage, { url, field }: Asked): Asked | undefined {
  const { location } = headers;
  if (!REDIRECTS.includes(statusCode) || location === undefined || !URL.canParse(location, url)) return undefined;
  const next = new URL(location, url);
  if (next.protocol !== "http:" && next.protocol !== "https:")
    throw failure("attachment-location", field, { value: next.protocol });
  if (url.protocol === "https:" && next.protocol === "http:")
    throw failure("attachment-redirect-in-clear", field, { host: url.host, value: shownUrl(next) });
  return { url: next, field };
}

/** Only the whole file as it is will do: not a part of it, not none, and nothing that grows when it is unpacked. */
function refuseOthers({ statusCode = 0, headers }: IncomingMessage, { url, field }: Asked): void {
  const value = shownUrl(url);
  if (statusCode !== 200) {
    const passing = statusCode === 429 || statusCode >= 500;
    throw failure("attachment-http-status", field, { value, response: statusCode }, passing ? "transient" : undefined);
  }
  const encodings = `${headers["content-encoding"] ?? ""},${headers["transfer-encoding"] ?? ""}`.split(",");
  const packed = encodings.find((encoding) => !/^(?:identity|chunked)?$/i.test(encoding.trim()));
  if (packed !== undefined) throw failure("attachment-compressed", field, { value, response: shorten(packed.trim()) });
}

function sizeIn({ "content-length": length }: IncomingHttpHeaders): number | undefined {
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
}

function silent({ url, field }: Asked, ms: number): SendError {
  return failure("attachment-timeout", field, { host: url.host, seconds: ms / 1000 });
}

function worded(error: unknown, { url, field }: Asked): SendError {
  if (error instanceof SendError) return error;
  const response = networkCodeOf(error) || "no reason given";
  return failure("attachment-unreachable", field, { value: shownUrl(url), host: url.host, response });
}
