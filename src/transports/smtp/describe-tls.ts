import type { TLSSocket } from "node:tls";

/** One line on an encrypted connection: version, cipher, and whose certificate it is. */
export function describeTls(socket: TLSSocket): string {
  const certificate = socket.getPeerCertificate();
  const cipher = socket.getCipher();
  const parts = [`${socket.getProtocol() ?? "TLS"}, ${cipher?.standardName ?? cipher?.name ?? "unknown cipher"}`];
  if (certificate?.subject) {
    parts.push(
      `certificate of ${certificate.subject.CN ?? certificate.subjectaltname ?? "unnamed"}`,
      `issued by ${certificate.issuer?.CN ?? certificate.issuer?.O ?? "unnamed"}`,
      `valid to ${isoDate(certificate.valid_to)}`,
    );
  }
  if (!socket.authorized) parts.push("not verified, because the TLS settings say so");
  return parts.join(", ");
}

/** `Nov 21 08:00:00 2027 GMT` as OpenSSL writes it, to `2027-11-21`. */
function isoDate(openSslDate: string | undefined): string {
  const time = Date.parse(openSslDate ?? "");
  return Number.isNaN(time) ? "an unknown date" : new Date(time).toISOString().slice(0, 10);
}
