import { printable } from "../../model/printable";
import type { HttpAnswer } from "../../model/receipt";
import type { Redact } from "../../model/redaction";
import type { HttpReply } from "./exchange";

/** A hostile service's novel must fill neither a status nor a log. */
const MAX_RESPONSE_CHARACTERS = 1000;
const MAX_ID_CHARACTERS = 100;

/** What Graph says of a failure ("Microsoft Graph error responses"): `{ error: { code, message, innerError } }`. */
interface GraphErrorBody {
  readonly error?: {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly innerError?: { readonly code?: unknown };
  };
}

/** The reply as it may be shown: status, Graph's name for the failure, its words, its request id; secrets removed. */
export function readAnswer({ status, headers, text }: HttpReply, redact: Redact): HttpAnswer {
  const { code, message } = readError(text);
  const requestId = asText(headers["request-id"] ?? headers["client-request-id"]);
  const words = oneLine(redact([code, message].filter((part) => part !== "").join(": ")));
  return {
    status,
    ...(code === "" ? {} : { error: oneLine(redact(code)).slice(0, MAX_ID_CHARACTERS) }),
    response: `${status} ${words || statusWords(status)}`.trim().slice(0, MAX_RESPONSE_CHARACTERS),
    ...(requestId === "" ? {} : { requestId: oneLine(redact(requestId)).slice(0, MAX_ID_CHARACTERS) }),
  };
}

/** Graph's own name for the failure as it came, for comparing only; empty where it gave none. */
export function errorCodeOf({ text }: HttpReply): string {
  return readError(text).code;
}

/** The reply's body as JSON; undefined where it is none. */
export function jsonOf({ text }: HttpReply): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds that the service asks to be left alone (RFC 9110 §10.2.3): seconds, or a date. */
export function retryAfterMs({ headers }: HttpReply, now: number): number | undefined {
  const value = asText(headers["retry-after"]).trim();
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return value === "" || Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function readError(text: string): { code: string; message: string } {
  const body = jsonOf({ text } as HttpReply) as GraphErrorBody | undefined;
  if (!body) return { code: "", message: "" };
  return { code: asText(body.error?.code), message: asText(body.error?.message) };
}

function statusWords(status: number): string {
  return STATUS_WORDS[status] ?? "";
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  200: "OK",
  202: "Accepted",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Payload Too Large",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function oneLine(text: string): string {
  return printable(text).trim();
}
