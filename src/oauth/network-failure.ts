import type { FailureReason } from "../model/catalogue";
import { SendError } from "../model/send-error";

/** What is read of fetch's errors; nothing else of them leaves this file. */
interface LowLevelError {
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Of a name with several addresses: what went wrong with each. */
  readonly errors?: readonly LowLevelError[];
}

const BY_CODE: Readonly<Record<string, FailureReason>> = {
  ENOTFOUND: "signin-dns",
  ENODATA: "signin-dns",
  EAI_AGAIN: "signin-dns",
  EAI_FAIL: "signin-dns",
  ESERVFAIL: "signin-dns",
  ECONNREFUSED: "signin-refused",
  ECONNRESET: "signin-dropped",
  EPIPE: "signin-dropped",
  UND_ERR_SOCKET: "signin-dropped",
  ETIMEDOUT: "signin-timeout",
  UND_ERR_CONNECT_TIMEOUT: "signin-timeout",
  UND_ERR_HEADERS_TIMEOUT: "signin-timeout",
  UND_ERR_BODY_TIMEOUT: "signin-timeout",
};

/** Codes that OpenSSL and Node.js give to whatever is wrong with encryption or a certificate. */
const TLS_CODE =
  /^(?:ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:VERIFY|GET)_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

/** Tells what an unanswered request to a sign-in service means. */
export function networkFailure(error: unknown, url: URL): SendError {
  const code = codeOf(error);
  const reason = TLS_CODE.test(code) ? "signin-tls" : (BY_CODE[code] ?? "signin-unreachable");
  // Undici gives up connecting after ten seconds by itself.
  return new SendError(reason, {
    phase: "token",
    facts: { ...placeOf(url), response: code || "no reason given", seconds: 10 },
  });
}

export function timedOut(url: URL, ms: number): SendError {
  return new SendError("signin-timeout", { phase: "token", facts: { ...placeOf(url), seconds: ms / 1000 } });
}

/** Where a request went, for the words of a failure. */
export function placeOf(url: URL): { host: string; port: number } {
  return { host: url.hostname, port: Number(url.port) || (url.protocol === "http:" ? 80 : 443) };
}

/** fetch hides the reason in its cause, and an AggregateError in its parts. */
function codeOf(error: unknown): string {
  const { code, cause, errors = [] } = (error ?? {}) as LowLevelError;
  // A machine without IPv6 cannot reach an IPv6 address; what the IPv4 address did is the news.
  const each = errors.map(codeOf);
  const telling = each.find((one) => one === "ECONNREFUSED" || one === "ETIMEDOUT") ?? each[0];
  if (telling !== undefined) return telling;
  if (typeof code === "string") return code;
  return cause === undefined ? "" : codeOf(cause);
}
