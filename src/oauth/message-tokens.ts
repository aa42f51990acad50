import { Secret } from "../model/secret";
import { SendError } from "../model/send-error";
import type { AccessToken, TokenSource } from "../model/token";

/** Many times what services make; a server takes a command of 12,288 octets at most (RFC 4954 §4). */
const MOST_CHARACTERS = 65_536;

/**
 * The token that the latest message brought, for flows that fetch tokens themselves.
 *
 * It is kept in memory only: after a restart, mails that wait are held until a message brings one.
 */
export class MessageTokens implements TokenSource {
  #token: AccessToken | undefined;

  /** Whether this is another token than before. Throws SendError where there is none at all, or this is none. */
  take(given: unknown): boolean {
    if (given === undefined || given === null || given === "") {
      if (!this.#token) throw missing();
      return false;
    }
    // Its value is never part of an error (RFC 6750 §2.1 says which characters it has).
    if (typeof given !== "string" || given.length > MOST_CHARACTERS || !/^[\x21-\x7e]+$/.test(given)) throw noToken();
    if (given === this.#token?.value.reveal()) return false;
    // Whoever made it knows when it expires; the server says so when it has.
    this.#token = { value: new Secret(given), expiresAt: Number.POSITIVE_INFINITY, permissions: [] };
    return true;
  }

  async get(): Promise<AccessToken> {
    if (!this.#token) throw missing();
    return this.#token;
  }

  /** Only the flow can bring another one; the refused one is tried once more if nothing came in between. */
  renew(): Promise<AccessToken> {
    return this.get();
  }
}

function noToken(): SendError {
  const facts = { field: "accessToken", value: "must be a token as a text, without spaces and of at most 64 kB" };
  return new SendError("field-type", { phase: "input", facts });
}

function missing(): SendError {
  return new SendError("token-missing", { phase: "token", facts: { field: "accessToken" } });
}
