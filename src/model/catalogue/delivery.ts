import type { FailureEntry } from "./entry";

/** What the server says of sender, recipients and content. */
export const DELIVERY_FAILURES = {
  "sender-refused": {
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    field: "from",
    cause: "The server does not take mail from this sender: {response}",
    remedy: "Use a From address that the server knows, usually the one you sign in with.",
  },
  "sender-not-allowed": {
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    field: "from",
    cause: "The account that signed in may not send as this From address: {response}",
    remedy:
      "Set From to the account's own address, or ask the administrator for the right to send as the other one (Microsoft 365: Send As).",
  },
  "sender-deferred": {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "failed",
    cause: "The server cannot take mail from this sender at the moment: {response}",
    remedy: "Try again later.",
  },
  "recipient-refused": {
    code: "ERR_MAIL_RECIPIENTS_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    cause: "The server refused the recipient {names}: {response}",
    remedy: "Check the address. The server says that it cannot or will not deliver to it.",
  },
  "recipient-deferred": {
    code: "ERR_MAIL_RECIPIENTS_REJECTED",
    disposition: "transient",
    verdict: "failed",
    cause: "The server cannot take mail for {names} at the moment: {response}",
    remedy: "Try again later. Greylisting servers accept the same mail after a few minutes.",
  },
  "recipients-partly-refused": {
    code: "ERR_MAIL_RECIPIENTS_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    cause: "The server accepted the mail, but not for {names}: {response}",
    remedy:
      "The other recipients are served: send again only to those refused, after correcting them. msg.email.recipients tells each one's answer.",
  },
  "relay-denied": {
    code: "ERR_MAIL_RECIPIENTS_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    field: "auth",
    cause: "The server does not pass mail on to {names} for this sender: {response}",
    remedy:
      "Servers relay to other domains only for those who signed in: set Sign-in to user name and password, or have this machine's address allowed on the server.",
  },
  "relay-deferred": {
    code: "ERR_MAIL_RECIPIENTS_REJECTED",
    disposition: "transient",
    verdict: "failed",
    field: "auth",
    cause: "The server does not pass mail on to {names} for this sender, and calls that temporary: {response}",
    remedy:
      "Waiting rarely helps. Servers relay to other domains only for those who signed in: set Sign-in to user name and password, or have this machine's address allowed on the server.",
  },
  "mailbox-full": {
    code: "ERR_MAIL_RECIPIENTS_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    cause: "The mailbox of {names} is full: {response}",
    remedy: "The recipient has to make room; then send again.",
  },
  "sender-limit": {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "failed",
    cause: "The mailbox has sent as much as its provider allows for now: {response}",
    remedy:
      "It is tried again later; a daily limit takes hours. Spread the mails, or send bulk mail through a service that is made for it.",
  },
  "sender-mailbox-full": {
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    field: "username",
    cause: "The mailbox that sends is full: {response}",
    remedy: "Make room in it (its Sent Items count, too); then send again.",
  },
  "message-too-large": {
    code: "ERR_MAIL_TOO_LARGE",
    disposition: "permanent",
    verdict: "failed",
    cause: "The mail is larger than the server takes: {response}",
    remedy: "Send smaller or fewer attachments; they grow by a third on the way.",
  },
  "content-refused": {
    code: "ERR_MAIL_CONTENT_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    cause: "The server refused the mail because of its content: {response}",
    remedy:
      "Its words say why: often a spam or virus filter, a forbidden kind of attachment, or a From address that does not fit.",
  },
  "content-deferred": {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "failed",
    cause: "The server could not take the mail at the moment: {response}",
    remedy: "Try again later.",
  },
  throttled: {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "failed",
    field: "perMinute",
    cause: "The server asks to slow down or is closing: {response}",
    remedy: "Set fewer connections and fewer mails per minute in this configuration, then try again in a few minutes.",
  },
  unconfirmed: {
    code: "ERR_MAIL_UNCONFIRMED",
    disposition: "ambiguous",
    verdict: "failed",
    cause: "The whole mail was handed to {host}, but the answer never came: it may have been accepted or not.",
    remedy:
      "Look into the recipient's inbox or the server's log before you send it again, because it could arrive twice.",
  },
  expired: {
    code: "ERR_MAIL_EXPIRED",
    disposition: "permanent",
    verdict: "failed",
    cause: "The mail could not be sent within {seconds} hours. The last attempt: {value}",
    remedy: "It is kept among the failed ones of the outbox: mend the reason, then send it again from there.",
  },
  "smtputf8-not-offered": {
    code: "ERR_MAIL_ADDRESS",
    disposition: "permanent",
    verdict: "failed",
    cause:
      "The address {names} has letters outside ASCII before the @, and {host} cannot carry them (it does not offer SMTPUTF8).",
    remedy: "Use an address of the recipient with plain letters, or a server that offers SMTPUTF8.",
  },
} as const satisfies Record<string, FailureEntry>;
