import type { PeerCertificate } from "node:tls";
import { type FailureFacts, type FailureReason, phrase } from "../../model/catalogue";
import type { PhraseKey } from "../../model/catalogue/phrases";
import type { Phase } from "../../model/codes";
import { printable } from "../../model/printable";
import { SendError } from "../../model/send-error";
import type { GenericSettings } from "../../settings/generic";

/** What is read of a Node.js or nodemailer error; nothing else of it leaves this floor. */
interface LowLevelError {
  code?: unknown;
  originalCode?: unknown;
  message?: unknown;
  /** Of a name with several addresses: what went wrong with each. */
  errors?: readonly LowLevelError[];
  cert?: PeerCertificate;
}

const BY_CODE: Readonly<Record<string, FailureReason>> = {
  ENOTFOUND: "dns-not-found",
  ENODATA: "dns-not-found",
  EAI_AGAIN: "dns-failed",
  EAI_FAIL: "dns-failed",
  ESERVFAIL: "dns-failed",
  EDNS: "dns-failed",
  ECONNREFUSED: "connect-refused",
  EHOSTUNREACH: "connect-unreachable",
  ENETUNREACH: "connect-unreachable",
  EADDRNOTAVAIL: "connect-unreachable",
  EHOSTDOWN: "connect-unreachable",
  ENETDOWN: "connect-unreachable",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls-self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "tls-unknown-ca",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls-unknown-ca",
  UNABLE_TO_GET_ISSUER_CERT: "tls-unknown-ca",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls-unknown-ca",
  CERT_UNTRUSTED: "tls-unknown-ca",
  INVALID_CA: "tls-unknown-ca",
  CERT_HAS_EXPIRED: "tls-expired",
  CERT_NOT_YET_VALID: "tls-not-yet-valid",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls-wrong-name",
  HOSTNAME_MISMATCH: "tls-wrong-name",
  ERR_SSL_WRONG_VERSION_NUMBER: "tls-wrong-version",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "tls-wrong-version",
  ERR_SSL_HTTP_REQUEST: "tls-wrong-version",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "tls-version-too-old",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "tls-version-too-old",
  ERR_SSL_VERSION_TOO_LOW: "tls-version-too-old",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "tls-client-certificate",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "tls-client-certificate",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "tls-client-certificate",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: "tls-client-certificate",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: "tls-client-certificate",
  ERR_OSSL_PEM_NO_START_LINE: "tls-client-key",
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: "tls-client-key",
  ERR_OSSL_EVP_BAD_DECRYPT: "tls-client-key",
  ERR_OSSL_BAD_DECRYPT: "tls-client-key",
  ERR_CRYPTO_UNSUPPORTED_OPERATION: "tls-client-key",
};

const STAGE: Readonly<Partial<Record<Phase, PhraseKey>>> = {
  connect: "stage-connect",
  greeting: "stage-greeting",
  ehlo: "stage-ehlo",
  starttls: "stage-starttls",
  tls: "stage-tls",
  auth: "stage-auth",
  mail: "stage-mail",
  rcpt: "stage-rcpt",
  data: "stage-data",
  body: "stage-body",
  quit: "stage-quit",
};

/**
 * Tells what a failed socket means, by its code first and then by where it happened.
 *
 * Once the body is on its way every loss is ambiguous, whatever the code says.
 */
export function classifySocketError(cause: unknown, phase: Phase, settings: GenericSettings): SendError {
  const error = mostTelling((cause ?? {}) as LowLevelError);
  const facts = factsOf(settings, phase);
  if (phase === "body" || phase === "dot") return new SendError("unconfirmed", { phase, facts });
  const codes = [error.originalCode, error.code].filter((code): code is string => typeof code === "string");
  for (const code of codes) {
    const reason = BY_CODE[code];
    // Refused in the middle of a conversation is a drop, not a closed port.
    if (reason && (!reason.startsWith("connect-") || phase === "connect")) {
      return new SendError(reason, {
        phase: tlsPhase(reason, phase),
        facts: { ...facts, ...certificateFacts(reason, error.cert) },
      });
    }
  }
  if (codes.some((code) => code.startsWith("ERR_SSL_") || code === "EPROTO" || code === "ERR_OSSL_UNSUPPORTED")) {
    return new SendError("tls-handshake", { phase: "tls", facts: { ...facts, response: openSslReason(error) } });
  }
  if (codes.some((code) => code === "ETIMEDOUT" || code === "ESOCKETTIMEDOUT")) return timedOut(phase, settings, facts);
  return new SendError(phase === "connect" || phase === "dns" ? connectReason(codes) : "dropped", { phase, facts });
}

/** A machine without IPv6 cannot reach a server's IPv6 address; what its IPv4 address did is the news. */
function mostTelling(error: LowLevelError): LowLevelError {
  const { errors = [] } = error;
  const because = (code: string): LowLevelError | undefined => errors.find((each) => each.code === code);
  return because("ECONNREFUSED") ?? because("ETIMEDOUT") ?? error;
}

function timedOut(phase: Phase, settings: GenericSettings, facts: FailureFacts): SendError {
  const connecting = phase === "dns" || phase === "connect";
  const seconds = (connecting ? settings.connectTimeoutMs : settings.timeoutMs) / 1000;
  const reason =
    phase === "dns"
      ? "dns-failed"
      : connecting
        ? "connect-timeout"
        : phase === "greeting"
          ? "greeting-timeout"
          : "answer-timeout";
  return new SendError(reason, { phase, facts: { ...facts, seconds } });
}

function connectReason(codes: readonly string[]): FailureReason {
  return codes.includes("ECONNRESET") || codes.includes("EPIPE") ? "dropped" : "connect-failed";
}

/** TLS 1.3 reports a missing client certificate only after the handshake, when the greeting is read. */
function tlsPhase(reason: FailureReason, phase: Phase): Phase {
  return reason.startsWith("tls-") ? "tls" : phase;
}

export function factsOf(settings: GenericSettings, phase: Phase): FailureFacts {
  const stage = STAGE[phase];
  return { host: settings.host, port: settings.port, ...(stage ? { stage: phrase(stage) } : {}) };
}

/** Node.js hands the certificate over only where its name is wrong. */
function certificateFacts(reason: FailureReason, certificate: PeerCertificate | undefined): FailureFacts {
  if (reason !== "tls-wrong-name") return {};
  const names = certificate?.subjectaltname?.replace(/(?:DNS|IP Address):/g, "") ?? certificate?.subject?.CN;
  return { names: names ? printable(String(names).slice(0, 300)) : phrase("another-name") };
}

function openSslReason(error: LowLevelError): string {
  const message = String(error.message ?? "");
  // `…:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:file.c:1:` to its reason.
  return /error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/.exec(message)?.[1] ?? "TLS handshake failed";
}
