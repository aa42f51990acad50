import { type FailureReason, phrase } from "../model/catalogue";
import { networkCodeOf, TLS_CODE } from "../model/network-code";
import { SendError } from "../model/send-error";

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

/** Tells what an unanswered request to a sign-in service means. */
export function networkFailure(error: unknown, url: URL): SendError {
  const code = networkCodeOf(error);
  const reason = TLS_CODE.test(code) ? "signin-tls" : (BY_CODE[code] ?? "signin-unreachable");
  // Undici gives up connecting after ten seconds by itself.
  return new SendError(reason, {
    phase: "token",
    facts: { ...placeOf(url), response: code || phrase("no-reason"), seconds: 10 },
  });
}

export function timedOut(url: URL, ms: number): SendError {
  return new SendError("signin-timeout", { phase: "token", facts: { ...placeOf(url), seconds: ms / 1000 } });
}

/** Where a request went, for the words of a failure. */
export function placeOf(url: URL): { host: string; port: number } {
  return { host: url.hostname, port: Number(url.port) || (url.protocol === "http:" ? 80 : 443) };
}
