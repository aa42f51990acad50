import type { FailureEntry } from "./entry";

const GOOGLE_APP_PASSWORD =
  "Google accepts only an app password here: Google account → Security → 2-Step Verification → App passwords. Enter the 16 letters as the password.";

/** Signing in with a user name and a password. */
export const SIGN_IN_FAILURES = {
  "auth-refused": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "username",
    cause: "The server refused the user name or password: {response}",
    remedy:
      "Check both. Many providers want the whole e-mail address as user name, and an app password where two-step verification is on.",
  },
  "auth-google-app-password": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "password",
    cause: "Google refused the account's own password: {response}",
    remedy: GOOGLE_APP_PASSWORD,
  },
  "auth-google-refused": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "password",
    cause: "Google did not accept the user name or password: {response}",
    remedy: GOOGLE_APP_PASSWORD,
  },
  "auth-microsoft-disabled": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "auth",
    cause: "Microsoft 365 does not let this account sign in with SMTP: {response}",
    remedy:
      "Authenticated SMTP is off for the tenant or the mailbox, or security defaults or a policy block it. In the Microsoft 365 admin centre: Users → the user → Mail → Manage email apps → Authenticated SMTP.",
  },
  "auth-microsoft-refused": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "password",
    cause: "Microsoft 365 did not accept the sign-in: {response}",
    remedy:
      "Check user name (the whole address) and password. With multi-factor authentication a password cannot work here.",
  },
  "auth-microsoft-retired": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "auth",
    cause: "Microsoft 365 no longer accepts user name and password on this port: {response}",
    remedy:
      "Basic authentication is retired for this tenant. An administrator can turn it on again for a while; the lasting way is OAuth.",
  },
  "auth-token-refused": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "auth",
    cause: "The server refused the token for {user}: {response}",
    remedy:
      "A fresh token was refused as well. Check that the user name is the mailbox that the token is for, and that the token allows sending over SMTP.",
  },
  "auth-microsoft-token-refused": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "username",
    cause: "Microsoft 365 gave out a token and then refused it for the mailbox {user}: {response}",
    remedy:
      "For an application: register its service principal in Exchange Online (New-ServicePrincipal with the object id of the Enterprise application, not of the App registration) and give it the mailbox (Add-MailboxPermission … -AccessRights FullAccess). The user name must be that mailbox; the application needs SMTP.SendAsApp with admin consent, a user SMTP.Send. Authenticated SMTP must be on for the mailbox. Changes take up to an hour.",
  },
  "auth-google-token-refused": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "username",
    cause: "Google refused the token for {user}: {response}",
    remedy:
      "Check that the user name is the mailbox that the token is for, and that the scope https://mail.google.com/ was granted: for a service account in the Google Admin console under Security → API controls → Domain-wide delegation.",
  },
  "auth-required": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "auth",
    cause: "The server wants a login before it takes mail: {response}",
    remedy:
      "Set Sign-in to user name and password. If it is already set, the server offers the login only over an encrypted connection: set Security to STARTTLS or implicit TLS.",
  },
  "auth-no-mechanism": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "auth",
    cause: "The server offers only ways to sign in that a user name and password cannot serve: {names}.",
    remedy: "Ask the provider for SMTP with user name and password (PLAIN or LOGIN), or for an app password.",
  },
  "auth-no-xoauth2": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "auth",
    cause: "The server does not take tokens (XOAUTH2). It offers: {names}.",
    remedy:
      "Check host and port: OAuth works with Microsoft 365 (smtp.office365.com) and Gmail (smtp.gmail.com) on port 587. For another server choose user name and password.",
  },
  "auth-encryption-required": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "security",
    cause: "The server takes passwords only over an encrypted connection: {response}",
    remedy: "Set Security to STARTTLS, required (port 587) or to implicit TLS (port 465).",
  },
  "auth-temporary": {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "login",
    cause: "The server could not check the login at the moment: {response}",
    remedy: "Try again in a few minutes. After many failed logins some providers block an address for a while.",
  },
  "password-in-clear": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "security",
    cause: "The login worked, but the password crossed the network unencrypted.",
    remedy: "Set Security to STARTTLS, required (port 587) or to implicit TLS (port 465) if the server can do it.",
  },
  "auth-not-checked": {
    code: "ERR_MAIL_AUTH",
    disposition: "configuration",
    verdict: "login",
    field: "auth",
    cause: "The server offers no login on this port, so user name and password were not checked and not sent.",
    remedy:
      "If mail goes through, nothing needs to change: set Sign-in to none. Otherwise use the submission port, usually 587, with encryption.",
  },
} as const satisfies Record<string, FailureEntry>;
