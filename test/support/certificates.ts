import { isIP } from "node:net";
import { generate } from "selfsigned";

/** A certificate with its private key, PEM encoded; `ca` is the certificate that verifies it. */
export interface KeyAndCertificate {
  cert: string;
  key: string;
  ca: string;
}

export interface TestCa {
  cert: string;
  key: string;
}

export interface CertificateRequest {
  /** DNS names and IP addresses that the certificate is valid for; the first is its common name. */
  hosts: string[];
  notBefore?: Date;
  notAfter?: Date;
  /** A certificate with which a client identifies itself, instead of a server's. */
  clientAuth?: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;
let authorities = 0;

/** Makes a certificate authority of its own; no two share a name, so one never stands in for another. */
export async function createTestCa(name = `Test CA ${++authorities}`): Promise<TestCa> {
  const made = await generate([{ name: "commonName", value: name }], {
    ...ecdsa,
    ...lifetime({}),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Issues a certificate; dates in the past or the future make an expired or a not yet valid one. */
export async function issueCertificate(ca: TestCa, request: CertificateRequest): Promise<KeyAndCertificate> {
  const made = await generate(subject(request), {
    ...ecdsa,
    ...lifetime(request),
    extensions: leafExtensions(request),
    ca,
  });
  return { cert: made.cert, key: made.private, ca: ca.cert };
}

/** Makes a certificate that vouches for itself, as a mail server has straight after its installation. */
export async function selfSigned(request: CertificateRequest): Promise<KeyAndCertificate> {
  const made = await generate(subject(request), {
    ...ecdsa,
    ...lifetime(request),
    extensions: leafExtensions(request),
  });
  return { cert: made.cert, key: made.private, ca: made.cert };
}

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * dayMs);
}

// A P-256 key takes about a millisecond, an RSA key of 2048 bits a hundred times that.
const ecdsa = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;

// A day early, so that a clock that is a little behind does not reject the certificate.
function lifetime({ notBefore, notAfter }: Pick<CertificateRequest, "notBefore" | "notAfter">) {
  const start = notBefore ?? (notAfter ? new Date(Math.min(Date.now(), notAfter.getTime()) - dayMs) : daysFromNow(-1));
  return { notBeforeDate: start, notAfterDate: notAfter ?? new Date(start.getTime() + 366 * dayMs) };
}

function subject(request: CertificateRequest) {
  return [{ name: "commonName", value: request.hosts[0] ?? "localhost" }];
}

function leafExtensions(request: CertificateRequest) {
  return [
    { name: "basicConstraints" as const, cA: false, critical: true },
    { name: "keyUsage" as const, digitalSignature: true, critical: true },
    { name: "extKeyUsage" as const, serverAuth: !request.clientAuth, clientAuth: request.clientAuth === true },
    {
      name: "subjectAltName" as const,
      altNames: request.hosts.map((host) =>
        isIP(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host },
      ),
    },
  ];
}
