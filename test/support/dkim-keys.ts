import { generateKeyPairSync } from "node:crypto";

const PEM = { type: "pkcs8", format: "pem" } as const;

/** A private key in PEM form, made anew. */
export const rsaKey = (bits = 2048): string =>
  generateKeyPairSync("rsa", { modulusLength: bits }).privateKey.export(PEM).toString();

export const ed25519Key = (): string => generateKeyPairSync("ed25519").privateKey.export(PEM).toString();
