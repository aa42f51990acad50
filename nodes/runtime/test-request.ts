import type { NodeAPI } from "node-red";
import type { ProbeRequest } from "../../src/model/probe";
import { migrateConfiguration } from "../../src/settings/migrate";
import { type MailSettings, parseSettings } from "../../src/settings/parse";
import { CREDENTIAL_NAMES, type RawConfiguration, type RawCredentials } from "../../src/settings/raw";
import { isEnvReference, type Problem, unsetVariables } from "../../src/settings/rules";
import { resolveEnvironment } from "./environment";
import { linkProblem } from "./links";
import { loadMailer } from "./load-mailer";
import { deployedConfiguration, fillInStored } from "./stored-secrets";
import { tlsMaterialOf } from "./tls-material";

export interface TestRequest {
  readonly id: string;
  readonly settings: MailSettings;
  readonly probe: ProbeRequest;
  /** For a configuration whose token comes with each message. */
  readonly accessToken?: string;
}

/** A form as it stands in the dialog, before anything of it is looked up or checked. */
export interface SubmittedForm {
  readonly id: string;
  readonly raw: RawConfiguration;
  readonly credentials: RawCredentials;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** The form in the body of a request; a problem where the body is none. */
export function readForm(body: unknown): SubmittedForm | { problems: readonly Problem[] } {
  const { id, config, credentials, ...rest } = asObject(body);
  if (typeof id !== "string" || id === "" || !isObject(config) || !isObject(credentials ?? {})) {
    const message = "The request must have an id, a config and credentials.";
    return { problems: [{ field: "", rule: "bad-request", message }] };
  }
  return { id, raw: migrateConfiguration(config), credentials: readCredentials(credentials), rest };
}

/**
 * Whether the form refers to environment variables that the deployed configuration does not refer to
 * in the same field: to use those is to read them, which only those may who may write flows.
 */
export function namesNewVariables(RED: NodeAPI, { id, raw, credentials }: SubmittedForm): boolean {
  const deployed = {
    ...deployedConfiguration(RED, id),
    ...(RED.nodes.getCredentials(id) as RawCredentials | undefined),
  };
  return Object.entries({ ...raw, ...credentials }).some(
    ([field, value]) => isEnvReference(value) && deployed[field as keyof typeof deployed] !== value,
  );
}

/** Makes of the form what is to be tested; whatever is wrong comes back as problems with their fields. */
export function readTestRequest(RED: NodeAPI, form: SubmittedForm): TestRequest | { problems: readonly Problem[] } {
  const { id, rest } = form;
  const { to, from, send, accessToken } = rest;
  const raw = resolveEnvironment(RED, id, form.raw);
  const credentials = resolveEnvironment(RED, id, form.credentials);
  // Before anything is asked for again: what is not known yet looks like another server.
  const unset = unsetVariables({ ...raw, ...credentials });
  if (unset.length > 0) return { problems: unset };
  const secrets = fillInStored(RED, id, raw, credentials);
  if ("problem" in secrets) return { problems: [secrets.problem] };
  const material = tlsMaterialOf(RED, raw.kind === "graph" ? "" : raw.tls);
  if ("problem" in material) return { problems: [material.problem] };
  const parsed = parseSettings({ ...raw }, secrets.credentials, material.tls);
  if ("problems" in parsed) return parsed;
  const { settings } = parsed;
  const unserved = linkProblem(RED, settings);
  if (unserved) return { problems: [unserved] };
  const token = asText(accessToken) === "" ? {} : { accessToken: asText(accessToken) };
  if (send === false) return { id, settings, probe: { from: "" }, ...token };
  const { readTestAddress } = loadMailer();
  const recipient = readTestAddress(to, "to", settings);
  if ("problem" in recipient) return { problems: [recipient.problem] };
  const sender = readTestAddress(from, "testFrom", settings);
  if ("problem" in sender) return { problems: [sender.problem] };
  return { id, settings, probe: { from: sender.address, to: recipient.address }, ...token };
}

function readCredentials(credentials: unknown): RawCredentials {
  const given = asObject(credentials);
  return Object.fromEntries(CREDENTIAL_NAMES.map((name) => [name, asText(given[name])]));
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
