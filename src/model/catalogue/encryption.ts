import type { FailureEntry } from "./entry";

const TLS_NODE_HINT = "TLS settings";

/** TLS and certificates. */
export const ENCRYPTION_FAILURES = {
  "tls-wrong-version": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "security",
    cause:
      "Port {port} of {host} starts in plain text, but Security is set to implicit TLS (OpenSSL calls this “wrong version number”).",
    remedy: "Set Security to STARTTLS, required – or use the implicit TLS port, usually 465.",
  },
  "starttls-not-offered": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "security",
    cause: "{host} does not offer STARTTLS on port {port}, and Security requires it. Nothing secret was sent.",
    remedy:
      "Use the port that offers encryption (587 with STARTTLS, 465 with implicit TLS). Only on a network that you trust, set Security to “STARTTLS if offered” or “none”.",
  },
  "starttls-refused": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "security",
    cause: "{host} offers STARTTLS but refused to start it: {response}",
    remedy: "The server's TLS set-up is broken or busy; tell its administrator, or try implicit TLS on port 465.",
  },
  "starttls-busy": {
    code: "ERR_MAIL_TLS",
    disposition: "transient",
    verdict: "connection",
    field: "security",
    cause: "{host} offers STARTTLS but cannot start it at the moment: {response}",
    remedy: "Try again in a few minutes. If it stays, the server's TLS set-up is broken: tell its administrator.",
  },
  "tls-self-signed": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "tls",
    cause: "The certificate of {host} is signed by itself, so nobody vouches for it.",
    remedy: `If this is your own server, choose ${TLS_NODE_HINT} with this certificate as the CA certificate. Turning verification off there works too, but then anybody in between can read the password.`,
  },
  "tls-unknown-ca": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "tls",
    cause: "The certificate of {host} was issued by an authority that this machine does not know.",
    remedy: `For a company's own authority, choose ${TLS_NODE_HINT} with its CA certificate. For a public server, it forgot to send the intermediate certificate: tell its administrator.`,
  },
  "tls-expired": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    cause: "The certificate of {host} has expired.",
    remedy: "The server's administrator must renew it. Check this machine's clock too.",
  },
  "tls-not-yet-valid": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    cause: "The certificate of {host} is not valid yet.",
    remedy: "Check this machine's date and time first; then ask the server's administrator.",
  },
  "tls-wrong-name": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "host",
    cause: "The certificate is not for {host}, but for {names}.",
    remedy: "Enter the host exactly as the certificate names it. An IP address rarely works: use the DNS name.",
  },
  "tls-version-too-old": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "security",
    cause: "{host} speaks only an outdated TLS version; at least TLS 1.2 is needed.",
    remedy: "The server must be updated. Ask its administrator to turn on TLS 1.2 or 1.3.",
  },
  "tls-client-certificate": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "tls",
    cause: "{host} asks for a client certificate and did not accept what it got.",
    remedy: `Choose ${TLS_NODE_HINT} with the client certificate and its private key that the server's administrator issued.`,
  },
  "tls-client-key": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "tls",
    cause: "The certificate, private key or CA in the TLS settings could not be read.",
    remedy: `Check ${TLS_NODE_HINT}: PEM format, key and certificate of the same pair, and the right passphrase.`,
  },
  "tls-handshake": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "security",
    cause: "Encryption with {host} could not be agreed on (OpenSSL: {response}).",
    remedy:
      "Check Security and port first. If both are right, the server may want a client certificate (TLS settings), or its TLS set-up does not fit; show this message to its administrator.",
  },
} as const satisfies Record<string, FailureEntry>;
