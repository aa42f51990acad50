import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** What may be shown of an application's certificate. */
export interface CertificateFacts {
  readonly subject: string;
  /** SHA-1, as the Entra portal lists it: hexadecimal, upper case, without colons. */
  readonly thumbprint: string;
  /** SHA-256 in the same form, as sign-in requests name it. */
  readonly thumbprintSha256: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** What a PEM certificate says of itself; undefined where the text is none. Of a chain, the first. */
export function readCertificate(pem: string): CertificateFacts | undefined {
  const certificate = parsed(pem);
  if (!certificate) return undefined;
  const { subject, fingerprint, fingerprint256, validFrom, validTo } = certificate;
  return {
    subject: subject.replaceAll("\n", ", "),
    thumbprint: fingerprint.replaceAll(":", ""),
    thumbprintSha256: fingerprint256.replaceAll(":", ""),
    validFrom: new Date(validFrom),
    validTo: new Date(validTo),
  };
}

/** Whether both are readable and the key is that of the certificate. */
export function keyFits(pem: string, keyPem: string): boolean {
  const key = readKey(keyPem);
  return key !== undefined && parsed(pem)?.checkPrivateKey(key) === true;
}

/** A PEM private key without a passphrase; undefined where the text is none. */
export function readKey(keyPem: string): KeyObject | undefined {
  try {
    return createPrivateKey(keyPem);
  } catch {
    return undefined;
  }
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
