import { type IncomingMessage, request as requestInClear } from "node:http";
import { request as requestEncrypted } from "node:https";
import type { LookupFunction } from "node:net";
import { isIPv6 } from "node:net";
import type { SendError } from "../model/send-error";
import type { Patience } from "./patience";

export interface WaitingTimes {
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
}

/** What is said to every host; nothing of this machine, and nothing that signs in. */
const HEADERS = { accept: "*/*", "accept-encoding": "identity", "user-agent": "Node-RED", connection: "close" };

/**
 * Asks one of these addresses, and no other, for the URL. Resolves with the head of the answer, whose body is still
 * to be read or destroyed. Rejects with SendError for what takes too long, else with Node's error.
 */
export async function ask(
  url: URL,
  addresses: readonly string[],
  times: WaitingTimes,
  patience: Patience,
  tooLong: (ms: number) => SendError,
): Promise<IncomingMessage> {
  const encrypted = url.protocol === "https:";
  const request = (encrypted ? requestEncrypted : requestInClear)(url, {
    agent: false,
    lookup: always(addresses),
    headers: HEADERS,
  });
  // Whatever else goes wrong after it was given up is nobody's concern any more.
  request.on("error", () => {});
  const connected = new Promise<void>((resolve, reject) => {
    request.once("error", reject);
    request.once("socket", (socket) => socket.once(encrypted ? "secureConnect" : "connect", resolve));
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("error", reject);
    request.once("response", resolve);
  });
  answered.catch(() => {});
  request.end();
  try {
    await patience.within(connected, times.connectTimeoutMs, () => tooLong(times.connectTimeoutMs));
    return await patience.within(answered, times.timeoutMs, () => tooLong(times.timeoutMs));
  } catch (error) {
    request.destroy();
    throw error;
  }
}

/** A name that is looked up again may lead somewhere else than where it was checked (DNS rebinding). */
function always(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_, options, callback) => {
    const [first] = all;
    if (options.all) callback(null, all);
    else callback(first ? null : new Error("no address"), first?.address ?? "", first?.family);
  };
}

/** The body, piece by piece. Rejects like `ask`. */
export async function* bodyOf(
  response: IncomingMessage,
  { timeoutMs }: WaitingTimes,
  patience: Patience,
  tooLong: (ms: number) => SendError,
): AsyncGenerator<Buffer> {
  const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const { done, value } = await patience.within(pieces.next(), timeoutMs, () => tooLong(timeoutMs));
    if (done) return;
    yield value;
  }
}
