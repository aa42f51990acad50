import type { FailureEntry } from "./entry";

const PERMISSIONS =
  "Microsoft Entra admin center → App registrations → the application → API permissions → Add a permission → Microsoft Graph";
const CONSENT = "then “Grant admin consent”";

const PROXY = "environment variables HTTPS_PROXY and NODE_USE_ENV_PROXY=1 (Node.js 22.21, 24.5 and later)";

/** What Microsoft Graph answers (learn.microsoft.com/graph/errors, /graph/throttling). */
export const GRAPH_FAILURES = {
  "graph-dns": {
    code: "ERR_MAIL_DNS",
    disposition: "transient",
    verdict: "connection",
    field: "cloud",
    cause: "Microsoft Graph was not found: this machine's DNS does not know {host}.",
    remedy: `Check this machine's DNS and internet access, and Cloud. In a closed network have {host} allowed, or give Node.js the proxy: ${PROXY}.`,
  },
  "graph-unreachable": {
    code: "ERR_MAIL_CONNECT",
    disposition: "transient",
    verdict: "connection",
    field: "cloud",
    cause: "Microsoft Graph at {host} cannot be reached on port {port} ({response}).",
    remedy: `Check network, firewall and proxy of this machine: {host} has to be allowed on port {port}. A proxy is used with the ${PROXY}.`,
  },
  "graph-timeout": {
    code: "ERR_MAIL_TIMEOUT",
    disposition: "transient",
    verdict: "connection",
    field: "timeout",
    cause: "Microsoft Graph at {host} did not answer within {seconds} seconds {stage}.",
    remedy: `It is tried again by itself. If it stays, a firewall may drop the connection: have {host} allowed on port {port}. A proxy is used with the ${PROXY}.`,
  },
  "graph-tls": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "cloud",
    cause: "The certificate of {host} cannot be trusted, or encryption with Microsoft Graph failed ({response}).",
    remedy:
      "Usually a proxy or virus scanner of the company opens the connection: save its CA certificate as a file and name it to Node.js with the environment variable NODE_EXTRA_CA_CERTS. Check this machine's date and time too.",
  },
  "graph-throttled": {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "failed",
    cause: "Microsoft Graph asks to slow down: {response}",
    remedy:
      "Nothing to do: it is tried again when Microsoft allows. Fewer mails per minute in this configuration avoid it.",
  },
  "graph-busy": {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "failed",
    cause: "Microsoft Graph cannot do it at the moment: {response}",
    remedy:
      "Nothing to do: it is tried again. If it stays, look in the Microsoft 365 admin center → Health → Service health.",
  },
  "graph-token-refused": {
    code: "ERR_MAIL_TOKEN",
    disposition: "configuration",
    verdict: "login",
    field: "cloud",
    cause: "Microsoft Graph did not accept the token, not even a fresh one: {response}",
    remedy: `Check Cloud and Tenant id: a token of one national cloud is not good for another. Then check that the application has Mail.Send: ${PERMISSIONS} → Mail.Send, ${CONSENT}.`,
  },
  "graph-access-denied": {
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
    verdict: "failed",
    field: "mailbox",
    cause: "This application may not send from the mailbox {mailbox}: {response}",
    remedy: `Give it the permission: ${PERMISSIONS} → Application permissions (with user name and password: Delegated permissions) → Mail.Send, ${CONSENT}. If the application is limited to some mailboxes, check in Exchange Online PowerShell with Test-ServicePrincipalAuthorization or Test-ApplicationAccessPolicy whether {mailbox} is one of them.`,
  },
  "graph-mail-send-missing": {
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
    verdict: "failed",
    field: "clientId",
    cause: "The token does not contain the permission Mail.Send. Permissions in it: {names}.",
    remedy: `${PERMISSIONS} → Application permissions (with user name and password: Delegated permissions) → Mail.Send, ${CONSENT}. New permissions come with the next token; test again after some minutes. Where Exchange Online gives the permission for single mailboxes (role based access control for applications), no token shows it: send a test mail.`,
  },
  "graph-readwrite-missing": {
    code: "ERR_MAIL_PERMISSION",
    disposition: "permanent",
    verdict: "failed",
    field: "mailbox",
    cause:
      "The mail is larger than one request to Microsoft Graph may be (4 MB), so it goes as a draft, and this application may not make drafts in the mailbox {mailbox}: {response}",
    remedy: `Give it the permission Mail.ReadWrite besides Mail.Send: ${PERMISSIONS} → Application permissions (with user name and password: Delegated permissions) → Mail.ReadWrite, ${CONSENT}. Or send attachments of less than 3 MB in all.`,
  },
  "graph-send-as-denied": {
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    field: "from",
    cause: "The mailbox {mailbox} may not send as this From address: {response}",
    remedy:
      "Set From to the mailbox's own address. Or give it the right: Exchange admin center → Recipients → Mailboxes → the From mailbox → Delegation → Send as → Edit → add {mailbox}.",
  },
  "graph-no-bounce-address": {
    code: "ERR_MAIL_FIELD",
    disposition: "configuration",
    verdict: "input",
    field: "bounceTo",
    cause: "The mail asks for bounces at another address, and through Microsoft Graph they always go to the mailbox.",
    remedy: "Leave “Bounces to” empty, or choose a configuration of the type SMTP server in the node; then deploy.",
  },
  "graph-mailbox-not-found": {
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
    verdict: "failed",
    field: "mailbox",
    cause: "There is no mailbox {mailbox} in this tenant: {response}",
    remedy:
      "Check Mailbox for the spelling and Tenant id for the right tenant. Microsoft 365 admin center → Users → Active users shows the user name that is meant.",
  },
  "graph-mailbox-not-online": {
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
    verdict: "failed",
    field: "mailbox",
    cause: "The user {mailbox} has no mailbox in Exchange Online: {response}",
    remedy:
      "Give the user a licence with Exchange Online: Microsoft 365 admin center → Users → Active users → the user → Licenses and apps. Guests, and mailboxes on an own Exchange server, cannot send through Microsoft Graph.",
  },
  "graph-recipient-invalid": {
    code: "ERR_MAIL_RECIPIENTS_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    cause: "Microsoft Graph does not take one of the recipients {names}: {response}",
    remedy: "Check the addresses. One bad address makes Microsoft Graph refuse the mail for all of them.",
  },
  "graph-request-refused": {
    code: "ERR_MAIL_CONTENT_REJECTED",
    disposition: "permanent",
    verdict: "failed",
    cause: "Microsoft Graph refused the mail: {response}",
    remedy:
      "Its words say why: often a header or an attachment that it does not take. With the request id Microsoft's support finds the request.",
  },
  "graph-daily-limit": {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "failed",
    field: "perMinute",
    cause: "The mailbox {mailbox} has sent as much as Microsoft allows for a day: {response}",
    remedy:
      "Nothing to do: it is tried again every hour. Exchange Online lets a mailbox send to 10,000 recipients a day; spread the mails over several mailboxes, or use a service for mass mail.",
  },
  "graph-mailbox-full": {
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "configuration",
    verdict: "failed",
    field: "mailbox",
    cause: "The mailbox {mailbox} is full, so it cannot send: {response}",
    remedy:
      "Make room in it, above all in Sent Items, or turn off “Save to Sent Items” in this configuration; then test it here.",
  },
  "graph-submission-blocked": {
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "configuration",
    verdict: "failed",
    field: "mailbox",
    cause: "Microsoft has blocked the mailbox {mailbox} from sending: {response}",
    remedy:
      "Microsoft Defender portal → Email & collaboration → Review → Restricted entities shows it and lets an administrator unblock it.",
  },
  "graph-draft-lost": {
    code: "ERR_MAIL_PROTOCOL",
    disposition: "transient",
    verdict: "failed",
    cause: "The draft of this mail disappeared before it was sent: {response}",
    remedy:
      "It is tried again. If it stays, look for a rule or another program that tidies the Drafts folder of the mailbox.",
  },
  "graph-unexpected": {
    code: "ERR_MAIL_PROTOCOL",
    disposition: "transient",
    verdict: "connection",
    field: "cloud",
    cause: "What answered at {host} is not Microsoft Graph, or not in a way that is known: {response}",
    remedy: "Check whether a proxy, a firewall or a virus scanner stands between this machine and Microsoft Graph.",
  },
} as const satisfies Record<string, FailureEntry>;
