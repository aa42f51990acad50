import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { DnsRecord } from "../../model/probe";
import type { DkimSettings } from "../../settings/dkim";

/** What DNS has to answer so that receivers find the key (RFC 6376 §3.6.2). The public half only. */
export function dkimRecord({ domain, selector, key }: DkimSettings): DnsRecord {
  const publicKey = createPublicKey(createPrivateKey(key.reveal()));
  const [kind, [text]] = [kindOf(publicKey), formsOf(publicKey)];
  return { name: `${selector}._domainkey.${domain}`, type: "TXT", value: `v=DKIM1; k=${kind}; p=${text}` };
}

/** Whether a record that DNS answered with gives out the key of these settings. */
export function isRecordOf({ key }: DkimSettings, published: string): boolean {
  const tags = tagsOf(published);
  const publicKey = createPublicKey(createPrivateKey(key.reveal()));
  const kind = tags.get("k") ?? "rsa";
  return kind === kindOf(publicKey) && formsOf(publicKey).includes((tags.get("p") ?? "").replace(/\s/g, ""));
}

/** Whether this is a key at all: other texts may stand beside it. */
export function isKeyRecord(text: string): boolean {
  const tags = tagsOf(text);
  return tags.has("p") && (tags.get("v") ?? "DKIM1") === "DKIM1";
}

function kindOf({ asymmetricKeyType }: KeyObject): "ed25519" | "rsa" {
  return asymmetricKeyType === "ed25519" ? "ed25519" : "rsa";
}

/** The usual form of a key first; RFC 6376 §3.6.1 means the other one of RSA, and both are published. */
function formsOf(key: KeyObject): readonly string[] {
  if (kindOf(key) === "ed25519")
    return [Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url").toString("base64")];
  return (["spki", "pkcs1"] as const).map((type) => key.export({ type, format: "der" }).toString("base64"));
}

function tagsOf(text: string): ReadonlyMap<string, string> {
  const tags = text.split(";").map((tag) => /^\s*(\w+)\s*=\s*([\s\S]*?)\s*$/.exec(tag));
  return new Map(tags.flatMap((tag) => (tag ? [[tag[1] as string, tag[2] as string] as const] : [])));
}
