import { randomUUID } from "node:crypto";

/** How the next request for a token goes wrong. */
export type SignInFailure =
  /** An AADSTS number, answered in Entra's form. */
  | number
  | { readonly aadsts: number; readonly status?: number; readonly error?: string; readonly words?: string }
  /** Any answer; an object is sent as JSON, a text as HTML. */
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Readonly<Record<string, unknown>> | string;
    }
  /** The request is taken and never answered. */
  | "no-answer"
  /** The connection is cut without an answer. */
  | "dropped";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | string;
}

/** The answer to a failure that has one, in Entra's form where it is an AADSTS number. */
export function answerOf(failure: Exclude<SignInFailure, string>): RawAnswer {
  if (typeof failure !== "number" && !("aadsts" in failure)) return { headers: {}, body: {}, ...failure };
  const told = typeof failure === "number" ? { aadsts: failure } : failure;
  const status = told.status ?? STATUS[told.aadsts] ?? 400;
  const [trace, correlation] = [randomUUID(), randomUUID()];
  const time = new Date()
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
  const words = told.words ?? WORDS[told.aadsts] ?? "Something about the sign-in is not as it should be.";
  const body = {
    error:
      told.error ?? (status === 401 ? "invalid_client" : status >= 500 ? "temporarily_unavailable" : "invalid_grant"),
    error_description: `AADSTS${told.aadsts}: ${words} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${time}`,
    error_codes: [told.aadsts],
    timestamp: time,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${told.aadsts}`,
  };
  return { status, headers: {}, body };
}

const STATUS: Readonly<Record<number, number>> = {
  7000215: 401,
  7000222: 401,
  7000218: 401,
  700025: 401,
  700027: 401,
  50012: 401,
  90033: 503,
  90055: 503,
};

/** In the manner of Entra; what is compared in tests are the numbers. */
const WORDS: Readonly<Record<number, string>> = {
  7000215: "Invalid client secret provided. Ensure the secret being sent is the client secret value, not its ID.",
  7000222: "The provided client secret keys are expired.",
  700027: "The certificate with the given identifier is not registered on the application, or its signature is wrong.",
  700016: "Application with the given identifier was not found in the directory.",
  90002: "Tenant was not found. Check to make sure you have the correct tenant ID.",
  50034: "The user account does not exist in the directory.",
  50126: "Error validating credentials due to invalid username or password.",
  50076: "Due to a configuration change made by your administrator, you must use multi-factor authentication.",
  65001: "The user or administrator has not consented to use the application.",
};
