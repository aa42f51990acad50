import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";

/** What a receiver makes of one signature. */
export interface Verified {
  readonly ok: boolean;
  /** What does not fit; empty where all does. */
  readonly problem: string;
  readonly tags: ReadonlyMap<string, string>;
  /** The names in `h=`, in lower case. */
  readonly signed: readonly string[];
}

/**
 * Checks every DKIM-Signature of a mail as RFC 6376 §6 has a receiver do it; `lookUp` is DNS.
 *
 * Written from the RFC and on another way than the signer (line by line, whole strings), and itself proved with
 * the signatures of RFC 8463 and of nodemailer.
 */
export function verifyDkim(raw: Buffer, lookUp: (name: string) => string | undefined): Verified[] {
  const text = raw.toString("latin1");
  const split = text.indexOf("\r\n\r\n");
  const fields = text.slice(0, split + 2).match(/[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*/g) ?? [];
  const body = text.slice(split + 4);
  return fields
    .filter((field) => nameOf(field) === "dkim-signature")
    .map((field) => check(field, fields, body, lookUp));
}

function check(
  field: string,
  fields: readonly string[],
  body: string,
  lookUp: (name: string) => string | undefined,
): Verified {
  const tags = tagsOf(field.slice(field.indexOf(":") + 1));
  const tag = (name: string) => (tags.get(name) ?? "").replace(/\s/g, "");
  const signed = tag("h").toLowerCase().split(":");
  const told = (problem: string): Verified => ({ ok: problem === "", problem, tags, signed });
  if (tag("v") !== "1" || tag("c") !== "relaxed/relaxed") return told(`v=${tag("v")} c=${tag("c")}`);
  if (!signed.includes("from")) return told("From is not signed");
  if (sha256(relaxedBody(body)).toString("base64") !== tag("bh")) return told("body hash");
  const record = tagsOf(lookUp(`${tag("s")}._domainkey.${tag("d")}`) ?? "");
  if (!record.get("p")) return told("no key");
  const kind = tag("a").replace(/-sha256$/, "");
  if ((record.get("k") ?? "rsa") !== kind) return told("another kind of key");
  const left = [...fields];
  const chosen = signed.map((name) => {
    const at = left.findLastIndex((each) => nameOf(each) === name);
    return at < 0 ? "" : relaxedHeader(left.splice(at, 1)[0] as string);
  });
  const own = relaxedHeader(field.replace(/([;\s]b=)[^;]*/, "$1")).replace(/\r\n$/, "");
  const content = Buffer.from(chosen.join("") + own, "latin1");
  const fits = verifySignature(kind, content, keyOf(kind, record.get("p") as string), Buffer.from(tag("b"), "base64"));
  return told(fits ? "" : "signature");
}

function verifySignature(kind: string, content: Buffer, key: KeyObject, signature: Buffer): boolean {
  return kind === "ed25519" ? verify(null, sha256(content), key, signature) : verify("sha256", content, key, signature);
}

function keyOf(kind: string, text: string): KeyObject {
  const bytes = Buffer.from(text, "base64");
  if (kind === "ed25519")
    return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") }, format: "jwk" });
  return createPublicKey({ key: bytes, format: "der", type: "spki" });
}

const nameOf = (field: string): string => field.slice(0, field.indexOf(":")).trim().toLowerCase();

function relaxedHeader(field: string): string {
  const value = field.slice(field.indexOf(":") + 1).replace(/\r\n/g, "");
  return `${nameOf(field)}:${value
    .split(/[ \t]+/)
    .filter(Boolean)
    .join(" ")}\r\n`;
}

function relaxedBody(body: string): Buffer {
  const lines = body.split("\r\n").map((line) => line.replace(/[ \t]+/g, " ").replace(/ $/, ""));
  while (lines.at(-1) === "") lines.pop();
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(""), "latin1");
}

function tagsOf(list: string): ReadonlyMap<string, string> {
  const pairs = list.split(";").filter((each) => each.trim() !== "");
  return new Map(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim()]),
  );
}

const sha256 = (content: Buffer): Buffer => createHash("sha256").update(content).digest();
