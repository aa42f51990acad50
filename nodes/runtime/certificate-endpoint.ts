import { X509Certificate } from "node:crypto";
import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";

/** What the dialog shows of a certificate; nothing of it is secret. */
export interface CertificateFacts {
  /** Such as "CN=Node-RED mail, O=Example Ltd". */
  readonly subject: string;
  /** SHA-1 in hexadecimal, as Microsoft's portal lists certificates. */
  readonly thumbprint: string;
  readonly thumbprintSha256: string;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
}

/** A certificate has two kilobytes, a chain of them ten. */
const MOST_CHARACTERS = 64 * 1024;

/**
 * `POST smtp-config/certificate` with `{ certificate }` (PEM): says whose it is and how long it is valid.
 * 400: it cannot be read. 401: not allowed. The certificate is neither stored nor logged.
 */
export function serveCertificate(RED: NodeAPI): void {
  RED.httpAdmin.post(
    "/smtp-config/certificate",
    RED.auth.needsPermission("smtp-config.write"),
    (request: Request, response: Response) => {
      response.set("Cache-Control", "no-store");
      const facts = readCertificate((request.body as { certificate?: unknown } | undefined)?.certificate);
      if (facts) response.json(facts);
      else response.status(400).json({ message: "This is not a certificate that can be read." });
    },
  );
}

/** Reads the first certificate of a PEM text; undefined where there is none. */
export function readCertificate(pem: unknown): CertificateFacts | undefined {
  if (typeof pem !== "string" || pem.length > MOST_CHARACTERS) return undefined;
  const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (block === undefined) return undefined;
  try {
    const { subject, fingerprint, fingerprint256, validFrom, validTo } = new X509Certificate(block);
    return {
      subject: (subject ?? "").split("\n").join(", "),
      thumbprint: fingerprint.replaceAll(":", ""),
      thumbprintSha256: fingerprint256.replaceAll(":", ""),
      validFrom: new Date(validFrom).toISOString(),
      validTo: new Date(validTo).toISOString(),
    };
  } catch {
    return undefined;
  }
}
