/**
 * What a failure asks of whoever sent the mail.
 *
 * `transient`: trying again later may help. `permanent`: this mail will never pass as it is.
 * `configuration`: no mail will pass until a person changes something. `ambiguous`: the content
 * left this process and nobody answered; sending again may deliver twice.
 */
export type Disposition = "transient" | "permanent" | "configuration" | "ambiguous";

/** Where in the conversation with the server a failure happened. */
export type Phase =
  | "input"
  | "queue"
  | "token"
  | "mailbox"
  | "permission"
  | "request"
  | "dns"
  | "connect"
  | "greeting"
  | "ehlo"
  | "starttls"
  | "tls"
  | "auth"
  | "mail"
  | "rcpt"
  | "data"
  | "body"
  | "dot"
  | "quit";

/** Stable, append-only codes that flows match on as `error.code`. */
export const ERROR_CODES = [
  "ERR_MAIL_CONFIG",
  "ERR_MAIL_NO_DEFAULT",
  "ERR_MAIL_ADDRESS",
  "ERR_MAIL_FIELD",
  "ERR_MAIL_HEADER",
  "ERR_MAIL_COMPOSE",
  "ERR_MAIL_ATTACHMENT",
  "ERR_MAIL_TOO_LARGE",
  "ERR_MAIL_DNS",
  "ERR_MAIL_CONNECT",
  "ERR_MAIL_TLS",
  "ERR_MAIL_AUTH",
  "ERR_MAIL_SENDER_REJECTED",
  "ERR_MAIL_RECIPIENTS_REJECTED",
  "ERR_MAIL_CONTENT_REJECTED",
  "ERR_MAIL_THROTTLED",
  "ERR_MAIL_TIMEOUT",
  "ERR_MAIL_UNCONFIRMED",
  "ERR_MAIL_PROTOCOL",
  "ERR_MAIL_STORE",
  "ERR_MAIL_EXPIRED",
  "ERR_MAIL_CANCELLED",
  "ERR_MAIL_TOKEN",
  "ERR_MAIL_PERMISSION",
  "ERR_MAIL_SAFE_MODE",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
