/** What a server says in answer to EHLO that it can do (RFC 5321 §4.1.1.1). */
export interface Capabilities {
  readonly starttls: boolean;
  /** SASL mechanisms, upper case; empty where the server offers no login. */
  readonly auth: readonly string[];
  /** Largest mail in bytes; absent where the server does not say. */
  readonly maxBytes?: number;
  readonly smtpUtf8: boolean;
  readonly pipelining: boolean;
}

/** RFC 4422 §3.1: what is anything else is none, and would stand in an error. */
const MECHANISM = /^[A-Z\d_-]{1,20}$/;
const MOST_MECHANISMS = 30;

/** Reads the reply to EHLO; a reply to HELO reads as "can do nothing". */
export function readCapabilities(reply: string): Capabilities {
  const lines = reply
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.replace(/^\d{3}[ -]/, "").trim());
  const keywords = new Map(lines.map((line) => [line.split(/[\s=]/)[0]?.toUpperCase() ?? "", line]));
  const maxBytes = Number(/^SIZE\s+(\d+)/i.exec(keywords.get("SIZE") ?? "")?.[1] ?? 0);
  const auth = lines
    .filter((line) => /^AUTH[\s=]/i.test(line))
    .flatMap((line) =>
      line
        .slice(5)
        .toUpperCase()
        .split(/[\s=]+/),
    )
    .filter((mechanism) => MECHANISM.test(mechanism));
  return {
    starttls: keywords.has("STARTTLS"),
    auth: [...new Set(auth)].slice(0, MOST_MECHANISMS),
    ...(maxBytes > 0 ? { maxBytes } : {}),
    smtpUtf8: keywords.has("SMTPUTF8"),
    pipelining: keywords.has("PIPELINING"),
  };
}
