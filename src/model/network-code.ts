/** What is read of a Node.js network error; nothing else of it is ever shown. */
interface LowLevelError {
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Of a name with several addresses: what went wrong with each. */
  readonly errors?: readonly LowLevelError[];
}

/** Codes of look-ups that found nothing. */
export const DNS_CODE = /^(?:ENOTFOUND|ENODATA|EAI_AGAIN|EAI_FAIL|ESERVFAIL)$/;

/** Codes that OpenSSL and Node.js give to whatever is wrong with encryption or a certificate. */
export const TLS_CODE =
  /^(?:ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:VERIFY|GET)_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

/**
 * The code of a network error, also where fetch hides it in the cause; empty where there is none.
 *
 * A machine without IPv6 cannot reach a service's IPv6 address; what its IPv4 address did is the news.
 */
export function networkCodeOf(error: unknown): string {
  const { code, cause, errors = [] } = (error ?? {}) as LowLevelError;
  const each = errors.map(networkCodeOf);
  const telling = each.find((one) => one === "ECONNREFUSED" || one === "ETIMEDOUT") ?? each[0];
  if (telling !== undefined) return telling;
  if (typeof code === "string") return code;
  return cause === undefined ? "" : networkCodeOf(cause);
}
