import { fill } from "./fill";

/**
 * Words of ours that stand within a sentence of the catalogue, or beside a step of the test: in English, with
 * `{places}`. What a server says is never among them.
 */
export const PHRASES = {
  "stage-connect": "while connecting",
  "stage-greeting": "before its greeting",
  "stage-ehlo": "while introducing itself (EHLO)",
  "stage-starttls": "when encryption was to start (STARTTLS)",
  "stage-tls": "while encryption was being agreed on",
  "stage-auth": "during sign-in",
  "stage-mail": "after the sender was named",
  "stage-rcpt": "after a recipient was named",
  "stage-data": "before it took the content",
  "stage-body": "while it took the content",
  "stage-quit": "between two mails",
  "stage-request": "during a request",
  "stage-answer": "to a request",
  "stage-test": "for the whole test",
  "sample-host": "The step or its server",
  "no-answer": "no answer",
  "answer-early": "an answer before there was a question.",
  "answer-endless": "an answer without an end.",
  "no-reason": "no reason given",
  "no-permissions": "none",
  "another-name": "another name",
  unexpected: "unexpected failure",
  "size-at-server": "{value} bytes, the server takes at most {limit}.",
  "size-at-graph": "{value} MB without its attachments, and Microsoft Graph takes {limit} MB in one request.",
  "portal-exchange": "APIs my organization uses → Office 365 Exchange Online → Application permissions",
  "portal-application": "Microsoft Graph → Application permissions",
  "portal-delegated": "Microsoft Graph → Delegated permissions",
  tls: "{tls}, certificate of {name}, issued by {issuer}, valid to {date}",
  "tls-unverified":
    "{tls}, certificate of {name}, issued by {issuer}, valid to {date}, not verified, because the TLS settings say so",
  "tls-no-certificate": "{tls}, not verified, because the TLS settings say so",
  "tls-not-offered": "not offered: the connection is not encrypted",
  "no-extensions": "no extensions",
  "no-sign-in": "no sign-in configured",
  closed: "closed",
  "token-tenant": "tenant {tenant}",
  "token-allows": "allows {names}",
  "token-valid": "valid for {minutes} min",
  "token-from-message": "as the message brought it",
  "mailbox-hidden": "this application may not look it up; sending shows whether it is there",
  "permission-hidden": "the token does not tell what it allows; sending shows it",
  "dkim-published": "published in DNS",
  "dkim-dns-silent": "DNS did not answer, so nobody compared what is published with this key",
  "large-allowed": "Mail.ReadWrite, for mails above 4 MB",
  "large-refused": "no Mail.ReadWrite: mails with attachments above 3 MB cannot be sent",
} as const;

export type PhraseKey = keyof typeof PHRASES;

/** Words of ours in English, with what a translation of them needs. */
export interface Phrase {
  readonly phrase: PhraseKey;
  readonly text: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** What is wrong with fields of a configuration, in English, with what a translation of it needs. */
export interface WrongFields {
  readonly text: string;
  readonly wrong: readonly {
    readonly field: string;
    /** By which a translation is found. */
    readonly rule: string;
    /** English, without the field. */
    readonly message: string;
    readonly limit?: string | number;
  }[];
}

export function phrase(key: PhraseKey, values?: Readonly<Record<string, string | number>>): Phrase {
  return { phrase: key, text: fill(PHRASES[key], values ?? {}), ...(values ? { values } : {}) };
}

/** What is told of a step: words of ours, and what needs no translation, such as an address or a server's words. */
export type Telling = string | Phrase | readonly (string | Phrase)[];

export function partsOf(telling: Telling): readonly (string | Phrase)[] {
  return typeof telling === "string" || "phrase" in telling ? [telling] : telling;
}

export function inEnglish(telling: Telling): string {
  return partsOf(telling)
    .map((part) => (typeof part === "string" ? part : part.text))
    .join(" · ");
}
