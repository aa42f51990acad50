import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { domainToASCII } from "node:url";
import { Secret } from "../model/secret";
import type { DkimSettings } from "./dkim";
import { isUsed } from "./field-use";
import type { RawConfiguration, RawCredentials } from "./raw";
import type { Problem } from "./rules";

/** RFC 8301 §3.2: receivers must not take signatures of shorter keys. */
const LEAST_BITS = 1024;

/** What only reading the key tells; of a configuration whose rules hold. */
export function dkimKeyProblem(raw: RawConfiguration, { dkimKey = "" }: RawCredentials): Problem | undefined {
  const field = "dkimKey";
  if (!isUsed(field, raw)) return undefined;
  const key = readKey(dkimKey);
  if (key && key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "ed25519")
    return { field, rule: "dkim-key-kind", message: "must be an RSA or Ed25519 key: DKIM knows no others" };
  if (!key || !signs(key))
    return { field, rule: "dkim-key-unreadable", message: "cannot be read: part of it may be missing" };
  if (key.asymmetricKeyType === "ed25519") return undefined;
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits >= LEAST_BITS) return undefined;
  const message = `has ${bits} bits, which no receiver accepts; make one with 2048`;
  return { field, rule: "dkim-key-short", message, limit: bits };
}

/** Of a configuration whose rules hold, and whose key is none of the problems above. */
export function readDkim(raw: RawConfiguration, { dkimKey }: Required<RawCredentials>): DkimSettings | undefined {
  if (!isUsed("dkimKey", raw)) return undefined;
  const domain = domainToASCII(raw.dkimDomain.trim()).toLowerCase();
  return Object.freeze({ domain, selector: raw.dkimSelector.trim(), key: new Secret(dkimKey.trim()) });
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem.trim());
  } catch {
    return undefined;
  }
}

/** A key of which a few letters are wrong can be read, but does not sign. */
function signs(key: KeyObject): boolean {
  const [algorithm, text] = [key.asymmetricKeyType === "ed25519" ? null : "sha256", Buffer.from("DKIM")];
  try {
    return verify(algorithm, text, createPublicKey(key), sign(algorithm, text, key));
  } catch {
    return false;
  }
}
