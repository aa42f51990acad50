import { LINK_PATH } from "./file-link";

/** Removes secrets from a text that is about to be shown, logged or stored. */
export type Redact = (text: string) => string;

const MASK = "•••";

/**
 * Shorter than this is no secret, but would be found inside every other word: masking it would
 * spoil the text and give the password away by where the masks stand.
 */
const LEAST_CHARACTERS = 4;

/** Tokens come and go; an old one that nobody accepts any more need not be looked for forever. */
const MOST_TOKENS = 16;

/**
 * Whatever looks like a signed token (RFC 7519), also one that was never ours: what has a full stop. Without one it
 * is passed over as a whole; to look for one from each of its characters takes minutes on a hostile server's megabyte.
 */
const SIGNED_TOKEN = /\beyJ[\w-]{10,}(?:\.[\w-]*){0,4}/g;

/** A link to a file is all that a download takes, and filters quote the links that they dislike. */
const LINK_TOKEN = new RegExp(`(${LINK_PATH}/)[\\w-]{22}`, "gi");

/**
 * Knows the secrets of a configuration, also those that come later (tokens), and removes them in
 * every form in which a mail conversation or its report carries them: as they are, escaped, and in
 * base64, alone (AUTH LOGIN, RFC 4954) or joined with the user name (AUTH PLAIN, RFC 4616; XOAUTH2).
 */
export class SecretMask {
  readonly #username: string;
  readonly #lasting: readonly string[];
  readonly #ofTokens = new Map<string, readonly string[]>();
  #longestFirst: readonly string[] = [];

  /** `secrets`: those of the configuration itself, for as long as it lives. */
  constructor(username = "", secrets: readonly string[] = []) {
    this.#username = username;
    this.#lasting = secrets.flatMap((secret) => linesOf(secret).flatMap((line) => formsOf(username, line)));
    this.#sort();
  }

  /** From now on this token is removed, too. */
  learn(token: string): void {
    if (token === "" || this.#ofTokens.has(token)) return;
    this.#ofTokens.set(token, formsOf(this.#username, token));
    const [oldest] = this.#ofTokens.keys();
    if (this.#ofTokens.size > MOST_TOKENS && oldest !== undefined) this.#ofTokens.delete(oldest);
    this.#sort();
  }

  #sort(): void {
    this.#longestFirst = [...new Set([...this.#lasting, ...[...this.#ofTokens.values()].flat()])]
      .filter(({ length }) => length >= LEAST_CHARACTERS)
      .sort((a, b) => b.length - a.length);
  }

  readonly redact: Redact = (text) => {
    // A reply code is not a secret, even where the password is "250"; what it means must stay readable.
    const code = /^\d{3}(?=[ -]|$)/.exec(text)?.[0] ?? "";
    const rest = this.#longestFirst.reduce((left, form) => left.replaceAll(form, MASK), text.slice(code.length));
    return (
      code + rest.replace(SIGNED_TOKEN, (run) => (run.includes(".") ? MASK : run)).replace(LINK_TOKEN, `$1${MASK}`)
    );
  };
}

/** A key of several lines is also removed where only some of them are quoted. */
function linesOf(secret: string): string[] {
  const lines = secret.split(/\r?\n|\\n/).filter((line) => line.length >= 16 && !line.startsWith("-----"));
  return secret === "" ? [] : [secret, ...(lines.length > 1 ? lines : [])];
}

function formsOf(username: string, secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    base64(secret),
    base64(`\0${username}\0${secret}`),
    base64(`${username}\0${username}\0${secret}`),
    base64(`user=${username}\u0001auth=Bearer ${secret}\u0001\u0001`),
  ];
}

function base64(text: string): string {
  // Without the padding, because a server may quote it either way.
  return Buffer.from(text, "utf8").toString("base64").replace(/=+$/, "");
}
