import type { NodeAPI } from "node-red";
import type { ProbeRequest } from "../../src/model/probe";
import { type GenericSettings, parseSettings } from "../../src/settings/generic";
import { migrateConfiguration } from "../../src/settings/migrate";
import type { RawConfiguration, RawCredentials } from "../../src/settings/raw";
import type { Problem } from "../../src/settings/rules";
import { resolveEnvironment } from "./environment";
import { loadMailer } from "./load-mailer";
import { tlsMaterialOf } from "./tls-material";

/** What Node-RED's editor shows and sends instead of a stored secret. */
const STORED_SECRET = "__PWRD__";

export interface TestRequest {
  readonly id: string;
  readonly settings: GenericSettings;
  readonly probe: ProbeRequest;
}

/** Reads the body of a test's request; whatever is wrong comes back as problems with their fields. */
export function readTestRequest(RED: NodeAPI, body: unknown): TestRequest | { problems: readonly Problem[] } {
  const { id, config, credentials, to, from, send } = asObject(body);
  if (typeof id !== "string" || id === "" || !isObject(config) || !isObject(credentials ?? {})) {
    return {
      problems: [{ field: "", rule: "bad-request", message: "The request must have an id, a config and credentials." }],
    };
  }
  const raw = resolveEnvironment(RED, id, migrateConfiguration(config));
  const secrets = fillInStored(RED, id, raw, resolveEnvironment(RED, id, readCredentials(credentials)));
  if ("problem" in secrets) return { problems: [secrets.problem] };
  const material = tlsMaterialOf(RED, raw.tls);
  if ("problem" in material) return { problems: [material.problem] };
  const parsed = parseSettings({ ...raw }, secrets.credentials, material.tls);
  if ("problems" in parsed) return parsed;
  const { settings } = parsed;
  if (send === false) return { id, settings, probe: { from: "" } };
  const { readTestAddress } = loadMailer();
  const recipient = readTestAddress(to, "to", settings);
  if ("problem" in recipient) return { problems: [recipient.problem] };
  const sender = readTestAddress(from, "testFrom", settings);
  if ("problem" in sender) return { problems: [sender.problem] };
  return { id, settings, probe: { from: sender.address, to: recipient.address } };
}

function readCredentials(credentials: unknown): RawCredentials {
  const { username, password } = asObject(credentials);
  return { username: asText(username), password: asText(password) };
}

type Filled = { credentials: RawCredentials } | { problem: Problem };

/**
 * Puts the stored password in place of an untouched one, only for the host, port, user and
 * security that it was stored with: else the button could be used to send it to another server.
 */
function fillInStored(RED: NodeAPI, id: string, form: RawConfiguration, credentials: RawCredentials): Filled {
  if (form.auth !== "password" || credentials.password !== STORED_SECRET) return { credentials };
  const stored = storedConfiguration(RED, id);
  const secrets = resolveEnvironment(RED, id, { ...(RED.nodes.getCredentials(id) as RawCredentials | undefined) });
  const unchanged =
    stored !== undefined &&
    asText(stored.host).trim().toLowerCase() === asText(form.host).trim().toLowerCase() &&
    Number(stored.port) === Number(form.port) &&
    stored.security === form.security &&
    asText(secrets.username) === asText(credentials.username);
  if (!unchanged || !secrets.password) {
    const message =
      "must be entered again, because host, port, user name or security are not those that it was stored with";
    return { problem: { field: "password", rule: "ask-again", message } };
  }
  return { credentials: { ...credentials, password: secrets.password } };
}

function storedConfiguration(RED: NodeAPI, id: string): RawConfiguration | undefined {
  let found: Record<string, unknown> | undefined;
  RED.nodes.eachNode((node) => {
    if (node.id === id && node.type === "smtp-config") found = node as unknown as Record<string, unknown>;
  });
  return found && resolveEnvironment(RED, id, migrateConfiguration(found));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function asText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
