import { isAddress, isDomain } from "../model/address-syntax";
import { type Field, signInOf } from "./field-use";
import { CLOUD_NAMES, GRAPH_SIGN_INS, OAUTH_FLOWS } from "./raw";
import { bad, oneLine, oneOf, type Rule, required } from "./rule-kit";

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const toSignIn = required("is required to sign in");

/** Applications sign in at one tenant; these words stand for any (AADSTS9001023, AADSTS50194). */
const tenant: Rule = (value) => {
  const name = value.trim();
  if (/^(?:common|organizations|consumers)$/i.test(name))
    return bad("tenant-common", `must be the tenant's own id or domain, not “${name}”`, name);
  return GUID.test(name) || (isDomain(name) && name.includes("."))
    ? undefined
    : bad("tenant", "must be the tenant's id, such as 72f988bf-86f1-41af-91ab-2d7cd011db47, or one of its domains");
};

const application: Rule = (value, all) =>
  signInOf(all)?.startsWith("azure-") && !GUID.test(value.trim())
    ? bad("client-id", "must be the application (client) id, a GUID such as 00001111-aaaa-2222-bbbb-3333cccc4444")
    : undefined;

/** The portal shows the secret's id longer than its value, so that is what people paste (AADSTS7000215). */
const secret: Rule = (value, all) => {
  if (value === "") return signInOf(all) === "azure-password" ? undefined : bad("required", "is required to sign in");
  return signInOf(all)?.startsWith("azure-") && GUID.test(value)
    ? bad("secret-id", "looks like the secret's ID; enter its Value, which the portal shows only once")
    : undefined;
};

/** It is exported with the flow, and a key must not be. */
const withoutKey: Rule = (value) =>
  /PRIVATE KEY-----/.test(value)
    ? bad("certificate-with-key", "must not contain the private key, which has a field of its own")
    : undefined;

const certificate: Rule = (value) =>
  /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(value)
    ? undefined
    : bad("certificate", "must be a certificate in PEM form, from -----BEGIN CERTIFICATE----- on");

/** Dots stand for a stored secret: they are as good as the secret was. */
const UNTOUCHED = "__PWRD__";

/** A key in PEM form, which no passphrase protects. */
export const privateKey: Rule = (value) => {
  if (value === UNTOUCHED) return undefined;
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(value))
    return bad("key-encrypted", "is protected by a passphrase; enter it without one: Node-RED keeps it encrypted");
  return /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]+-----END (?:[A-Z]+ )?PRIVATE KEY-----/.test(value)
    ? undefined
    : bad("private-key", "must be a private key in PEM form, from -----BEGIN PRIVATE KEY----- on");
};

const serviceAccount: Rule = (value) => {
  if (value === UNTOUCHED) return undefined;
  return readServiceAccount(value)
    ? undefined
    : bad("service-account", "must be the JSON key file of a service account, with client_email and private_key");
};

const mailbox: Rule = (value, all) => {
  const name = value.trim();
  if (name === "")
    return signInOf(all) === "azure-password" ? undefined : bad("required", "is required: it says whose mailbox sends");
  return isAddress(name, true) || GUID.test(name)
    ? undefined
    : bad("mailbox", "must be the address or the object id of a mailbox");
};

/** What is read of the key file that Google gives out. */
export interface ServiceAccount {
  readonly clientEmail: string;
  readonly privateKey: string;
}

/** The two things that matter of a service account's key file; undefined where it is none. */
export function readServiceAccount(json: string): ServiceAccount | undefined {
  try {
    const { client_email: clientEmail, private_key: privateKey } = JSON.parse(json) as Record<string, unknown>;
    if (typeof clientEmail !== "string" || typeof privateKey !== "string") return undefined;
    return privateKey.includes("PRIVATE KEY-----") ? { clientEmail, privateKey } : undefined;
  } catch {
    return undefined;
  }
}

/** The rules of the fields that Graph and OAuth need. */
export const OAUTH_RULES: Readonly<Partial<Record<Field, readonly Rule[]>>> = {
  oauthFlow: [oneOf(OAUTH_FLOWS)],
  graphAuth: [oneOf(GRAPH_SIGN_INS)],
  tenantId: [oneLine, toSignIn, tenant],
  clientId: [oneLine, toSignIn, application],
  cloud: [oneOf(CLOUD_NAMES)],
  mailbox: [oneLine, mailbox],
  clientSecret: [oneLine, secret],
  certificate: [toSignIn, withoutKey, certificate],
  certificateKey: [toSignIn, privateKey],
  refreshToken: [oneLine, toSignIn],
  serviceAccountKey: [toSignIn, serviceAccount],
};
