import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { generate } from "selfsigned";

/** A certificate as people upload it to an application in Entra, with its RSA key; both PEM. */
export interface ApplicationCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Takes about a tenth of a second. */
export async function applicationCertificate(
  name = "Test application",
  keySize = 2048,
): Promise<ApplicationCertificate> {
  const start = Date.now() - DAY_MS;
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "rsa",
    keySize,
    algorithm: "sha256",
    notBeforeDate: new Date(start),
    notAfterDate: new Date(start + 366 * DAY_MS),
  });
  return { certificate: made.cert, privateKey: made.private };
}

/** The public key as a JWK that names its certificate by thumbprint, as a service that verifies assertions keeps it. */
export function publicJwk(certificate: string): JsonWebKey & Record<string, unknown> {
  const { raw, publicKey } = new X509Certificate(certificate);
  const jwk = createPublicKey(publicKey.export({ type: "spki", format: "pem" })).export({ format: "jwk" });
  return { ...jwk, use: "sig", alg: "PS256", "x5t#S256": createHash("sha256").update(raw).digest("base64url") };
}
