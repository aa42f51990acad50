import type { NodeAPI } from "node-red";
import { type Field, type Fields, isUsed } from "../../src/settings/field-use";
import { migrateConfiguration } from "../../src/settings/migrate";
import { CREDENTIAL_NAMES, CREDENTIAL_TYPES, type RawConfiguration, type RawCredentials } from "../../src/settings/raw";
import type { Problem } from "../../src/settings/rules";
import { resolveEnvironment } from "./environment";

/** What Node-RED's editor shows and sends instead of a stored secret. */
const STORED_SECRET = "__PWRD__";

/** Where a secret goes is decided by these: with another one the secret would be sent to somebody else. */
const DECIDES_WHERE: readonly Field[] = [
  "kind",
  "host",
  "port",
  "security",
  "auth",
  "oauthFlow",
  "graphAuth",
  "tenantId",
  "clientId",
  "cloud",
  "certificate",
  "username",
];

/** Stays on this machine, whatever server is named: only its public half and signatures leave it. */
const GOES_NOWHERE: readonly Field[] = ["dkimKey"];

type Filled = { readonly credentials: RawCredentials } | { readonly problem: Problem };

/**
 * Puts the stored secrets in place of untouched ones, only for the server, user and tenant that they
 * were stored for: else the Test button could be used to send them to another one (T2).
 */
export function fillInStored(RED: NodeAPI, id: string, form: RawConfiguration, credentials: RawCredentials): Filled {
  const fields: Fields = { ...form, ...credentials };
  const untouched = CREDENTIAL_NAMES.filter((name) => credentials[name] === STORED_SECRET);
  const needed = untouched.filter((name) => isUsed(name, fields));
  const filled = { ...credentials };
  for (const name of untouched) filled[name] = "";
  if (needed.length === 0) return { credentials: filled };
  const configuration = deployedConfiguration(RED, id);
  const secrets = resolveEnvironment(RED, id, { ...(RED.nodes.getCredentials(id) as RawCredentials | undefined) });
  const stored: Fields = { ...(configuration && resolveEnvironment(RED, id, configuration)), ...secrets };
  const changed = DECIDES_WHERE.filter(
    (field) => isUsed(field, fields) && textOf(stored, field) !== textOf(fields, field),
  );
  for (const name of needed) {
    const secret = secrets[name];
    const isElsewhere = changed.length > 0 && !GOES_NOWHERE.includes(name);
    if (!configuration || isElsewhere || !secret) return { problem: askAgain(name) };
    filled[name] = secret;
  }
  return { credentials: filled };
}

/** The configuration as it is deployed, `${NAME}` not resolved. */
export function deployedConfiguration(RED: NodeAPI, id: string): RawConfiguration | undefined {
  let found: RawConfiguration | undefined;
  RED.nodes.eachNode((node) => {
    if (node.id === id && node.type === "smtp-config") found = migrateConfiguration({ ...node });
  });
  return found;
}

function textOf(fields: Fields, field: Field): string {
  const text = String(fields[field] ?? "").trim();
  return CREDENTIAL_TYPES[field as keyof RawCredentials] ? text : text.toLowerCase();
}

function askAgain(field: string): Problem {
  const message =
    "must be entered again, because the server, the user name, the tenant or the way to sign in is not the one that it was stored for";
  return { field, rule: "ask-again", message };
}
