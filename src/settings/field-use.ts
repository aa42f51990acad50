import {
  ATTACHMENT_LINKS,
  GRAPH_SIGN_INS,
  isEnvReference,
  KINDS,
  OAUTH_FLOWS,
  type RawConfiguration,
  type RawCredentials,
  SAFE_MODES,
  SIGN_IN_MODES,
} from "./raw";

export type Field = keyof RawConfiguration | keyof RawCredentials;
export type Fields = Partial<RawConfiguration> & RawCredentials;

/** How the choices of a configuration sign in; undefined where they do not. */
export type SignIn =
  | "password"
  | "azure-client-secret"
  | "azure-certificate"
  | "azure-password"
  | "google-service-account"
  | "google-refresh-token"
  | "message";

export function signInOf({ kind, auth, oauthFlow, graphAuth }: Fields): SignIn | undefined {
  if (kind === "graph") return `azure-${graphAuth as "client-secret" | "certificate" | "password"}`;
  if (auth === "password") return "password";
  return auth === "oauth2" ? (oauthFlow as SignIn) : undefined;
}

const AZURE = ["azure-client-secret", "azure-certificate", "azure-password"] as const;

/** The fields that only some ways to sign in need. */
const FOR_SIGN_IN: Readonly<Partial<Record<Field, readonly SignIn[]>>> = {
  tenantId: AZURE,
  cloud: AZURE,
  clientId: [...AZURE, "google-refresh-token"],
  clientSecret: ["azure-client-secret", "google-refresh-token"],
  certificate: ["azure-certificate"],
  certificateKey: ["azure-certificate"],
  password: ["password", "azure-password"],
  serviceAccountKey: ["google-service-account"],
  refreshToken: ["google-refresh-token"],
};

const FOR_GENERIC: readonly Field[] = ["host", "port", "security", "auth", "tls", "dkimDomain"];
/** Mean something where mails are signed. Microsoft signs by itself, and not what Graph is handed. */
const FOR_DKIM: readonly Field[] = ["dkimSelector", "dkimKey"];
const FOR_LINKS: readonly Field[] = ["linkBaseUrl", "linkDays"];
const FOR_GRAPH: readonly Field[] = ["graphAuth", "mailbox", "saveToSentItems"];

/** What other fields mean depends on these. */
const DECISIVE: Readonly<Partial<Record<Field, readonly unknown[]>>> = {
  kind: KINDS,
  auth: SIGN_IN_MODES,
  oauthFlow: OAUTH_FLOWS,
  graphAuth: GRAPH_SIGN_INS,
  safeMode: SAFE_MODES,
  attachmentLinks: ATTACHMENT_LINKS,
  strictAddresses: [true, false],
};

/** All that a configuration may turn out to be: one for each choice that an environment variable makes. */
export function possibilities(all: Fields): readonly Fields[] {
  let found: readonly Fields[] = [all];
  for (const [field, choices] of Object.entries(DECISIVE) as [Field, readonly unknown[]][]) {
    if (!isEnvReference(all[field])) continue;
    // In the order of the table, what gives a choice its meaning is known before it.
    found = found.flatMap((one) =>
      hasMeaning(field, one) ? choices.map((choice) => ({ ...one, [field]: choice })) : [one],
    );
  }
  return found;
}

/** The ways in which a configuration may turn out to sign in. */
export function possibleSignIns(all: Fields): readonly (SignIn | undefined)[] {
  return possibilities(all).map(signInOf);
}

/** Whether the choices that a configuration makes, or may turn out to make, leave this field any meaning. */
export function isUsed(field: Field, all: Fields): boolean {
  return possibilities(all).some((one) => hasMeaning(field, one));
}

/** With every choice known. */
export function hasMeaning(field: Field, all: Fields): boolean {
  const graph = all.kind === "graph";
  if (FOR_GENERIC.includes(field)) return !graph;
  if (FOR_GRAPH.includes(field)) return graph;
  if (field === "redirectTo") return all.safeMode === "redirect";
  if (FOR_LINKS.includes(field)) return all.attachmentLinks === "above-limit" || all.attachmentLinks === "always";
  if (field === "maxAttachmentSize") return all.attachmentLinks !== "always";
  if (FOR_DKIM.includes(field)) return !graph && String(all.dkimDomain ?? "").trim() !== "";
  if (field === "oauthFlow") return !graph && all.auth === "oauth2";
  const signIn = signInOf(all);
  // With SMTP the user name is the mailbox that the token is for; an application at Graph has none.
  if (field === "username") return graph ? signIn === "azure-password" : signIn !== undefined;
  // Graph's user name and password go with an application that may have a secret of its own.
  if (field === "clientSecret" && graph && signIn === "azure-password") return true;
  return FOR_SIGN_IN[field]?.some((way) => way === signIn) ?? true;
}
