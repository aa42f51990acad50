import type { FailureReason } from "../model/catalogue";
import type { Redact } from "../model/redaction";
import { SendError } from "../model/send-error";
import type { GoogleSignIn } from "../settings/oauth";
import { failureByStatus, retryAfterOf } from "./answers";
import type { Answer } from "./exchange";
import { placeOf } from "./network-failure";
import { asErrorName, asSentence, shortWords } from "./service-words";

/** Whose sign-in failed. */
export interface GoogleCase {
  readonly signIn: GoogleSignIn;
  readonly username: string;
  readonly redact: Redact;
}

/** Google gives the same names another meaning for each grant. */
const BY_ERROR: Readonly<Record<GoogleSignIn["way"], Readonly<Record<string, FailureReason>>>> = {
  "service-account": {
    invalid_grant: "google-assertion-refused",
    invalid_client: "google-account-unknown",
    unauthorized_client: "google-delegation-missing",
    access_denied: "google-delegation-missing",
    invalid_scope: "google-delegation-missing",
  },
  "refresh-token": {
    invalid_grant: "google-refresh-refused",
    invalid_client: "google-client-refused",
    unauthorized_client: "google-client-mismatch",
    deleted_client: "google-client-refused",
    disabled_client: "google-client-refused",
    admin_policy_enforced: "google-policy",
    org_internal: "google-policy",
  },
};

/** Tells why Google gave out no token, and what a person changes. */
export function googleFailure(answer: Answer, { signIn, username, redact }: GoogleCase): SendError {
  const { url, status, body } = answer;
  const byStatus = failureByStatus(answer, redact);
  if (byStatus) return byStatus;
  const error = String(body?.["error"] ?? "");
  const description = body?.["error_description"];
  // The description alone is often only “Bad Request”.
  const said = typeof description === "string" ? `${error}: ${description}` : error;
  const response = asSentence(shortWords(redact(said)));
  const name = asErrorName(redact(error));
  const reason = Object.hasOwn(BY_ERROR[signIn.way], error) ? BY_ERROR[signIn.way][error] : undefined;
  return new SendError(reason ?? "google-refused", {
    phase: "token",
    facts: {
      ...placeOf(url),
      user: username,
      value: signIn.way === "service-account" ? signIn.clientEmail : signIn.clientId,
      response,
    },
    http: { status, response, ...(name === undefined ? {} : { error: name }) },
    ...(retryAfterOf(answer) ?? {}),
  });
}
