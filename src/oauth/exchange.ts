import { cancelled } from "../model/cancelled";
import type { Clock } from "../model/clock";
import type { SecretMask } from "../model/redaction";
import type { SendError } from "../model/send-error";
import { networkFailure, timedOut } from "./network-failure";

/** Sign-in services answer within a second; this is for networks that swallow packets. */
export const ANSWER_TIMEOUT_MS = 30_000;

/** A token has a few kilobytes; a page that some proxy answers with may have any size. */
const MOST_CHARACTERS = 256 * 1024;

/** What in a request or an answer is as good as a password. */
const SECRET_FIELDS = ["client_assertion", "assertion", "access_token", "refresh_token", "id_token"];

export interface Answer {
  /** Who answered; libraries do not always ask where they are told to. */
  readonly url: URL;
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** `text` parsed, where it is a JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export interface Request {
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Talks to a sign-in service for one token, and remembers the last answer or failure, because
 * libraries in between replace both by words of their own.
 */
export class Exchange {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #mask: SecretMask;
  answer: Answer | undefined;
  failure: SendError | undefined;

  /** `mask` learns every assertion that is sent and every token that comes. */
  constructor(clock: Clock, signal: AbortSignal, mask: SecretMask) {
    this.#clock = clock;
    this.#signal = signal;
    this.#mask = mask;
  }

  /** Resolves with whatever the service answers, also with 4xx and 5xx. Rejects only with SendError. */
  async send(url: string, { method, headers, body }: Request): Promise<Answer> {
    this.answer = undefined;
    this.failure = undefined;
    if (body !== undefined) this.#learn(Object.fromEntries(new URLSearchParams(body)));
    const timeout = new AbortController();
    const callOff = this.#clock.after(ANSWER_TIMEOUT_MS, () => timeout.abort());
    try {
      const response = await fetch(url, {
        method,
        // A redirect could carry the secret to another host; none of these services redirects.
        redirect: "manual",
        signal: AbortSignal.any([this.#signal, timeout.signal]),
        ...(headers ? { headers } : {}),
        ...(body === undefined ? {} : { body }),
      });
      const text = await readSome(response);
      const parsed = objectOf(text);
      if (parsed) this.#learn(parsed);
      this.answer = {
        url: new URL(url),
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text,
        body: parsed,
      };
      return this.answer;
    } catch (error) {
      this.failure = this.#failure(error, new URL(url), timeout.signal.aborted);
      throw this.failure;
    } finally {
      callOff();
    }
  }

  #failure(error: unknown, url: URL, late: boolean): SendError {
    if (this.#signal.aborted) return cancelled(this.#signal, "token");
    return late ? timedOut(url, ANSWER_TIMEOUT_MS) : networkFailure(error, url);
  }

  #learn(fields: Readonly<Record<string, unknown>>): void {
    for (const name of SECRET_FIELDS) {
      const value = fields[name];
      if (typeof value === "string") this.#mask.learn(value);
    }
  }
}

async function readSome(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_CHARACTERS) break;
  }
  return text;
}

/** A JSON object, or undefined where the text is anything else. */
export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
