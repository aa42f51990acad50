import { lookup } from "node:dns/promises";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { cancelled } from "../../model/cancelled";
import type { Clock } from "../../model/clock";
import { SendError } from "../../model/send-error";
import type { GenericSettings } from "../../settings/generic";
import { classifySocketError, factsOf } from "./classify-socket";
import { describeTls } from "./describe-tls";
import { tlsOptionsOf } from "./tls-options";
import type { SessionObserver } from "./transcript";

interface Opening {
  settings: GenericSettings;
  clock: Clock;
  signal: AbortSignal;
  observer?: SessionObserver | undefined;
}

/**
 * Looks up the name, connects, and with implicit TLS encrypts.
 * Rejects with SendError; no socket is left behind then.
 */
export async function openSocket(opening: Opening): Promise<Socket> {
  const { settings, observer } = opening;
  const addresses = await resolve(opening);
  observer?.reached("dns", isIP(settings.host) ? settings.host : addresses.map(({ address }) => address).join(", "));
  const socket = await connectTo(addresses, opening);
  observer?.reached("connect", `${socket.remoteAddress}:${socket.remotePort}`);
  if (settings.security !== "tls") return socket;
  const secured = await encrypt(socket, opening);
  observer?.reached("tls", describeTls(secured));
  return secured;
}

type Address = { address: string; family: number };

async function resolve({ settings, clock, signal }: Opening): Promise<Address[]> {
  const { host } = settings;
  if (isIP(host)) return [{ address: host, family: isIP(host) }];
  try {
    return await within(lookup(host, { all: true }), settings.connectTimeoutMs, clock, signal);
  } catch (cause) {
    throw failure(cause, "dns", settings, signal);
  }
}

async function connectTo(addresses: Address[], opening: Opening): Promise<Socket> {
  const { settings, clock, signal } = opening;
  // Already looked up: the addresses are handed over, so that the test names those that are tried.
  const known: LookupFunction = (_host, options, done) => {
    if (options.all) done(null, addresses);
    else done(null, addresses[0]?.address ?? "", addresses[0]?.family);
  };
  const socket = connect({ host: settings.host, port: settings.port, lookup: known, autoSelectFamily: true });
  try {
    await within(once(socket, "connect"), settings.connectTimeoutMs, clock, signal);
    return socket;
  } catch (cause) {
    discard(socket);
    throw failure(cause, "connect", settings, signal);
  }
}

async function encrypt(socket: Socket, opening: Opening): Promise<TLSSocket> {
  const { settings, clock, signal } = opening;
  let secured: TLSSocket | undefined;
  try {
    secured = startTls(socket, settings);
    await within(once(secured, "secureConnect"), settings.timeoutMs, clock, signal);
    return secured;
  } catch (cause) {
    if (secured) discard(secured);
    discard(socket);
    throw cause instanceof SendError ? cause : failure(cause, "tls", settings, signal);
  }
}

function startTls(socket: Socket, settings: GenericSettings): TLSSocket {
  try {
    return connectTls({ ...tlsOptionsOf(settings), socket, host: settings.host });
  } catch {
    // Thrown, not emitted: the certificate, key or CA that it was given could not be read.
    throw new SendError("tls-client-key", { phase: "tls", facts: factsOf(settings, "tls") });
  }
}

function once(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolvePromise, reject) => {
    const finish = (end: () => void) => (): void => {
      socket.off(event, succeeded).off("error", failed).off("close", closed);
      end();
    };
    const succeeded = finish(resolvePromise);
    const failed = (error: Error): void => finish(() => reject(error))();
    const closed = finish(() => reject(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    socket.on(event, succeeded).on("error", failed).on("close", closed);
  });
}

/** Ends a socket for good; what it still has to say is of no interest. */
export function discard(socket: Socket): void {
  socket.on("error", () => {});
  socket.destroy();
}

class DeadlinePassed extends Error {
  readonly code = "ETIMEDOUT";
}

async function within<T>(work: Promise<T>, ms: number, clock: Clock, signal: AbortSignal): Promise<T> {
  let cancel = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    const callOff = clock.after(ms, () => reject(new DeadlinePassed()));
    const abort = (): void => reject(new Error("aborted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    cancel = () => {
      callOff();
      signal.removeEventListener("abort", abort);
    };
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    cancel();
  }
}

function failure(
  cause: unknown,
  phase: "dns" | "connect" | "tls",
  settings: GenericSettings,
  signal: AbortSignal,
): SendError {
  if (signal.aborted) return cancelled(signal, phase);
  return classifySocketError(cause, phase, settings);
}
