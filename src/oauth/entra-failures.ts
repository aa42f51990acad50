import { type FailureFacts, type FailureReason, phrase } from "../model/catalogue";
import type { Redact } from "../model/redaction";
import { SendError } from "../model/send-error";
import type { AzureSignIn } from "../settings/oauth";
import { failureByStatus, retryAfterOf } from "./answers";
import type { Answer, Exchange } from "./exchange";
import { placeOf } from "./network-failure";
import { asErrorName, asRequestId, asSentence, shortWords } from "./service-words";

/** The codes of Microsoft's “Microsoft Entra authentication and authorization error codes”. */
const BY_AADSTS: Readonly<Record<string, FailureReason>> = {
  "7000215": "entra-secret-wrong",
  "7000222": "entra-secret-expired",
  "7000218": "entra-not-public",
  "700025": "entra-public",
  "700027": "entra-certificate-rejected",
  "50012": "entra-certificate-rejected",
  "700016": "entra-app-unknown",
  "700011": "entra-app-unknown",
  "7000229": "entra-app-unknown",
  "7000112": "entra-app-disabled",
  "70001": "entra-app-disabled",
  "90002": "entra-tenant-unknown",
  "90038": "entra-other-cloud",
  "50059": "entra-tenant-missing",
  "50128": "entra-tenant-missing",
  "90019": "entra-tenant-missing",
  "9001023": "entra-tenant-common",
  "50194": "entra-tenant-common",
  "50034": "entra-user-unknown",
  "51004": "entra-user-unknown",
  "50126": "entra-password-wrong",
  "50053": "entra-locked",
  "50055": "entra-password-expired",
  "50144": "entra-password-expired",
  "50057": "entra-user-disabled",
  "50072": "entra-mfa",
  "50074": "entra-mfa",
  "50076": "entra-mfa",
  "50079": "entra-mfa",
  "53003": "entra-policy",
  "530032": "entra-policy",
  "50131": "entra-policy",
  "530035": "entra-policy",
  "53000": "entra-policy",
  "53001": "entra-policy",
  "65001": "entra-consent",
  "90094": "entra-consent",
  "650056": "entra-permission-missing",
  "650057": "entra-permission-missing",
  "65005": "entra-permission-missing",
  "500011": "entra-resource-unknown",
  "70011": "entra-scope",
  "28002": "entra-scope",
  "700082": "entra-refresh-expired",
  "70008": "entra-refresh-expired",
  "50173": "entra-refresh-expired",
  "50105": "entra-user-unassigned",
  "50196": "entra-loop",
  "90055": "entra-busy",
  "90033": "entra-busy",
  "90024": "entra-busy",
  "50033": "entra-busy",
};

/** What msal says by itself, without or in spite of an answer. */
const BY_MSAL: Readonly<Record<string, FailureReason>> = {
  network_error: "signin-unreachable",
  token_parsing_error: "signin-not-json",
  endpoints_resolution_error: "signin-authority",
  openid_config_error: "signin-authority",
  untrusted_authority: "signin-authority",
  invalid_client_credential: "entra-credential",
};

/** Whose sign-in failed, and where. */
export interface EntraCase {
  readonly signIn: AzureSignIn;
  readonly purpose: "graph" | "smtp";
  /** The sign-in service. */
  readonly url: URL;
  readonly redact: Redact;
}

/**
 * Tells why Entra gave out no token, and what a person changes: the network's failure first, then
 * what Entra said, then the status, then what msal said. Nothing of msal's error itself is kept.
 */
export function entraFailure(said: unknown, { answer, failure }: Exchange, facts: EntraCase): SendError {
  if (failure) return failure;
  if (answer) {
    const asked = { ...facts, url: answer.url };
    return byWords(answer, asked) ?? failureByStatus(answer, facts.redact) ?? byMsal(said, asked);
  }
  return byMsal(said, facts);
}

function byWords(answer: Answer, facts: EntraCase): SendError | undefined {
  const { status, body, headers } = answer;
  const text = body?.["error_description"] ?? body?.["error"];
  if (status === 200 || !body || typeof text !== "string") return undefined;
  const known = aadstsOf(body, text).find((code) => code in BY_AADSTS);
  const code = known ?? aadstsOf(body, text)[0];
  const busy = body["error"] === "temporarily_unavailable";
  const reason = known !== undefined ? BY_AADSTS[known] : busy ? "entra-busy" : "entra-refused";
  // A status says more than a code that nobody knows.
  if (reason === undefined || (known === undefined && (status === 429 || status >= 500))) return undefined;
  const ids = idsOf(body, text, facts.redact);
  const requestId =
    ids["trace id"] ?? ids["correlation id"] ?? asRequestId(facts.redact(headers["x-ms-request-id"] ?? ""));
  const response = entraWords(text, ids, facts.redact);
  const error = code === undefined ? asErrorName(facts.redact(String(body["error"]))) : `AADSTS${code}`;
  return new SendError(reason, {
    phase: "token",
    facts: { ...factsOf(facts), ...fieldOf(reason, facts), response },
    http: {
      status,
      response,
      ...(error === undefined ? {} : { error }),
      ...(requestId === undefined ? {} : { requestId }),
    },
    ...(retryAfterOf(answer) ?? {}),
  });
}

function byMsal(said: unknown, facts: EntraCase): SendError {
  const { errorCode } = (said ?? {}) as { errorCode?: unknown };
  const code = typeof errorCode === "string" && /^[a-z_]{1,60}$/.test(errorCode) ? errorCode : "unknown";
  const response = `msal-node says ${code}.`;
  return new SendError(BY_MSAL[code] ?? "entra-refused", {
    phase: "token",
    facts: { ...factsOf(facts), response },
    http: { error: code, response },
  });
}

/** All of them, because Entra puts the one that explains into another place from case to case. */
function aadstsOf(body: Readonly<Record<string, unknown>>, text: string): string[] {
  const listed = Array.isArray(body["error_codes"]) ? body["error_codes"].map(String) : [];
  const told = [...text.matchAll(/AADSTS(\d+)/g)].map(([, code = ""]) => code);
  return [...listed, ...told].filter((code) => /^\d{4,10}$/.test(code));
}

/** The sentences, then the ids that Microsoft's support and the sign-in logs ask for; the time says nothing new. */
function entraWords(text: string, ids: Ids, redact: Redact): string {
  const sentences = asSentence(shortWords(redact(text).replace(TRAILER, " ")));
  const named = Object.entries(ids).map(([name, id]) => `${name} ${id}`);
  return named.length === 0 ? sentences : `${sentences} (${named.join(", ")}).`;
}

const TRAILER = /\b(?:(?:Trace|Correlation) ID: [\w-]+|Timestamp: [\d-]+[ T][\d:.]+Z?)/g;

type Ids = { readonly "trace id"?: string; readonly "correlation id"?: string };

function idsOf(body: Readonly<Record<string, unknown>>, text: string, redact: Redact): Ids {
  const idOf = (field: string, named: RegExp): string | undefined =>
    asRequestId(redact(String(body[field] ?? named.exec(text)?.[1] ?? "")));
  const trace = idOf("trace_id", /\bTrace ID: ([\w-]+)/);
  const correlation = idOf("correlation_id", /\bCorrelation ID: ([\w-]+)/);
  return {
    ...(trace === undefined ? {} : { "trace id": trace }),
    ...(correlation === undefined ? {} : { "correlation id": correlation }),
  };
}

/** What remedies name: the permission, and where the portal lists it. */
function factsOf({ signIn, purpose, url }: EntraCase): FailureFacts {
  const delegated = signIn.way === "password";
  const permission = purpose === "graph" ? "Mail.Send" : delegated ? "SMTP.Send" : "SMTP.SendAsApp";
  const where =
    purpose === "smtp" && !delegated ? "portal-exchange" : delegated ? "portal-delegated" : "portal-application";
  return {
    ...placeOf(url),
    tenant: signIn.tenantId,
    user: signIn.way === "password" ? signIn.username : "",
    names: permission,
    value: phrase(where),
  };
}

/** Where the way to sign in is what has to change, its field has another name at SMTP. */
function fieldOf(reason: FailureReason, { signIn, purpose }: EntraCase): { field?: string } {
  if (reason === "entra-mfa" || reason === "entra-policy")
    return { field: purpose === "graph" ? "graphAuth" : "oauthFlow" };
  if (reason === "entra-public" && signIn.way === "certificate") return { field: "certificate" };
  return {};
}
