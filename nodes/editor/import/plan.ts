import { CONFIGURATION_DEFAULTS, type RawConfiguration, type RawCredentials } from "../../../src/settings/raw";
import type { RawSendEmail } from "../../../src/settings/send-email-raw";
import { configurationName } from "./configuration-name";
import { importedStep } from "./imported-step";
import type { Account, OldNode } from "./old-node";
import { keyOf, type WantedServer, wantedServer } from "./wanted-server";

/** A configuration that is there already. */
export interface KnownConfiguration {
  id: string;
  z: string;
  fields: RawConfiguration;
  username: string;
  checksCertificate: boolean;
}

/** What the editor holds that the plan depends on. */
export interface Surroundings {
  configurations: readonly KnownConfiguration[];
  /** Names that are taken. */
  names: readonly string[];
  /** A tls-config that checks no certificates and does nothing else. */
  uncheckedTls: string | undefined;
  newId: () => string;
}

export interface PlannedConfiguration {
  id: string;
  name: string;
  wanted: WantedServer;
  /** Missing where the configuration is there already. */
  make?: { fields: RawConfiguration; credentials: RawCredentials };
  /** Nobody could tell the user name. */
  accountUnknown: boolean;
  steps: number;
}

export interface ImportPlan {
  steps: readonly { node: OldNode; fields: RawSendEmail }[];
  configurations: readonly PlannedConfiguration[];
  /** Id of the tls-config to be made for servers whose certificate was not checked. */
  newTls?: string;
}

export interface Candidate {
  node: OldNode;
  account: Account | undefined;
}

/** What the import will do; changes nothing. */
export function planImport(candidates: readonly Candidate[], around: Surroundings): ImportPlan {
  const tls = around.uncheckedTls ?? around.newId();
  const names = new Set(around.names);
  const planned = new Map<string, PlannedConfiguration>();
  const steps = candidates.map(({ node, account }) => {
    const wanted = wantedServer(node, account);
    const key = keyOf(wanted);
    const configuration = planned.get(key) ?? configurationFor(wanted, account === undefined, tls, names, around);
    planned.set(key, { ...configuration, steps: configuration.steps + 1 });
    return { node, fields: importedStep(node, configuration.id) };
  });
  const configurations = [...planned.values()];
  const needsTls = configurations.some(({ make }) => make?.fields.tls === tls);
  return { steps, configurations, ...(needsTls && !around.uncheckedTls ? { newTls: tls } : {}) };
}

function configurationFor(
  wanted: WantedServer,
  unknown: boolean,
  tls: string,
  names: Set<string>,
  around: Surroundings,
): PlannedConfiguration {
  const accountUnknown = unknown && wanted.auth !== "none";
  const known = around.configurations.find((one) => serves(one, wanted));
  // Nobody knows whether an unknown account is the one of a configuration that is there.
  if (known && !accountUnknown) {
    return { id: known.id, name: known.fields.name, wanted, accountUnknown, steps: 0 };
  }
  const name = configurationName(wanted.host, wanted.username, names);
  names.add(name);
  const { host, port, security, auth, from, username } = wanted;
  const fields = {
    ...CONFIGURATION_DEFAULTS,
    name,
    host,
    port,
    security,
    auth,
    from,
    ...(auth === "oauth2" ? { oauthFlow: "message" } : {}),
    tls: wanted.uncheckedCertificate ? tls : "",
  };
  const credentials = auth === "none" || username === "" ? {} : { username };
  return { id: around.newId(), name, wanted, make: { fields, credentials }, accountUnknown, steps: 0 };
}

/** Whether mails that go through it arrive as they did: same server, account and sender, no less security. */
function serves({ z, fields, username, checksCertificate }: KnownConfiguration, wanted: WantedServer): boolean {
  const sameServer =
    fields.kind === "generic" &&
    fields.host.toLowerCase() === wanted.host.toLowerCase() &&
    String(fields.port) === String(wanted.port) &&
    (z === "" || z === wanted.scope);
  const sameSecurity =
    checksCertificate !== wanted.uncheckedCertificate &&
    (fields.security === wanted.security ||
      (fields.security === "starttls" && wanted.security === "starttls-if-offered"));
  const sameSignIn =
    fields.auth === wanted.auth &&
    (wanted.auth === "none" || username === wanted.username) &&
    (wanted.auth !== "oauth2" || fields.oauthFlow === "message");
  // Without a From of its own, a configuration sends as its account.
  const sender = fields.from || (wanted.auth === "none" ? "" : username);
  const sameSender = !fields.overrideFrom && (wanted.from === "" || wanted.from === sender);
  return sameServer && sameSecurity && sameSignIn && sameSender;
}
