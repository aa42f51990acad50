import type { Redact } from "../model/redaction";
import { Secret } from "../model/secret";
import { SendError } from "../model/send-error";
import type { AccessToken } from "../model/token";
import { type Answer, objectOf } from "./exchange";
import { placeOf } from "./network-failure";
import { asRequestId, asSentence, shortWords } from "./service-words";

/** What Microsoft and Google document where an answer does not say it (RFC 6749 §5.1). */
const USUAL_LIFE_S = 3600;

/** The token of an answer, good from `askedAt` on; undefined where the answer carries none. */
export function tokenOf({ status, body }: Answer, askedAt: number): AccessToken | undefined {
  const value = body?.["access_token"];
  if (status !== 200 || typeof value !== "string" || value === "") return undefined;
  const life = Number(body?.["expires_in"]);
  const lifeS = Number.isFinite(life) && life > 0 ? life : USUAL_LIFE_S;
  const { tenant, permissions } = claimsOf(value);
  return {
    value: new Secret(value),
    expiresAt: askedAt + lifeS * 1000,
    ...(tenant === undefined ? {} : { tenant }),
    permissions: permissions.length > 0 ? permissions : words(body?.["scope"]),
  };
}

/**
 * What a token says of itself, to show it to a person. The signature is not checked: nothing may
 * be decided by it. Microsoft's tokens for some services, and Google's, cannot be read at all.
 */
function claimsOf(token: string): { tenant?: string; permissions: string[] } {
  const payload = objectOf(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  const { tid, roles, scp } = payload ?? {};
  const applied = Array.isArray(roles) ? roles.flatMap(words) : [];
  const [tenant] = words(tid);
  return { ...(tenant === undefined ? {} : { tenant }), permissions: [...applied, ...words(scp)] };
}

function words(value: unknown): string[] {
  if (typeof value !== "string") return [];
  return value.split(" ").filter((word) => /^[\x21-\x7e]{1,200}$/.test(word));
}

/** What a status means that no provider's own words explain; undefined where it explains nothing. */
export function failureByStatus(answer: Answer, redact: Redact): SendError | undefined {
  const { url, status, headers, body } = answer;
  const reason =
    status === 429
      ? "signin-throttled"
      : status >= 500
        ? "signin-unavailable"
        : body && status >= 400 && typeof body["error"] === "string"
          ? undefined
          : "signin-not-json";
  if (reason === undefined) return undefined;
  const said = shortWords(redact(visible(answer)));
  const response = asSentence(said === "" ? `HTTP ${status}` : `HTTP ${status}: ${said}`);
  const requestId = asRequestId(redact(headers["x-ms-request-id"] ?? ""));
  return new SendError(reason, {
    phase: "token",
    facts: { ...placeOf(url), response },
    http: { status, response, ...(requestId === undefined ? {} : { requestId }) },
    ...(retryAfterOf(answer) ?? {}),
  });
}

/** Where the answer names a time to wait (RFC 9110 §10.2.3); as a date it is not used by these services. */
export function retryAfterOf({ headers }: Answer): { retryAfterMs: number } | undefined {
  const seconds = Number(headers["retry-after"] || Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: Math.round(seconds * 1000) } : undefined;
}

/** What a person would see of it: the error's description, or a page's text. */
function visible({ text, body }: Answer): string {
  if (body) return String(body["error_description"] ?? body["error"] ?? "");
  // Neither looks twice at the same character, however many elements begin and never end.
  return text
    .replace(/<(script|style|head)\b[\s\S]*?(?:<\/\1>|$)/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .replace(/&nbsp;/g, " ");
}
