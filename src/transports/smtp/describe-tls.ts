import type { TLSSocket } from "node:tls";
import { phrase } from "../../model/catalogue";
import type { Telling } from "../../model/catalogue/phrases";

/** One line on an encrypted connection: version, cipher, and whose certificate it is. */
export function describeTls(socket: TLSSocket): Telling {
  const certificate = socket.getPeerCertificate();
  const cipher = socket.getCipher();
  const tls = `${socket.getProtocol() ?? "TLS"}, ${cipher?.standardName ?? cipher?.name ?? "?"}`;
  if (!certificate?.subject) return socket.authorized ? tls : phrase("tls-no-certificate", { tls });
  return phrase(socket.authorized ? "tls" : "tls-unverified", {
    tls,
    name: String(certificate.subject.CN ?? certificate.subjectaltname ?? "?"),
    issuer: String(certificate.issuer?.CN ?? certificate.issuer?.O ?? "?"),
    date: isoDate(certificate.valid_to),
  });
}

/** `Nov 21 08:00:00 2027 GMT` as OpenSSL writes it, to `2027-11-21`. */
function isoDate(openSslDate: string | undefined): string {
  const time = Date.parse(openSslDate ?? "");
  return Number.isNaN(time) ? "?" : new Date(time).toISOString().slice(0, 10);
}
