import type { FailureEntry } from "./entry";

/** No mail passes before a person has changed something. */
const MEND = { code: "ERR_MAIL_TOKEN", disposition: "configuration", verdict: "login" } as const;
/** The application or the user lacks a right. */
const GRANT = { ...MEND, code: "ERR_MAIL_PERMISSION" } as const;
/** It passes by itself. */
const WAIT = { ...MEND, disposition: "transient" } as const;
/** The sign-in service was not reached. */
const REACH = { ...WAIT, verdict: "connection" } as const;

const APP = "In the Entra admin centre (entra.microsoft.com): App registrations → All applications → the application";
const USER = "In the Entra admin centre (entra.microsoft.com): Users → All users";
const CLOUD_CONSOLE = "In the Google Cloud console (console.cloud.google.com)";
const ONLY_APPLICATION =
  "Use a client secret or a certificate instead: then the application signs in by itself, without a user's password";

/** Reaching a sign-in service, whoever's it is. */
const REACHING = {
  "signin-dns": {
    ...REACH,
    cause: "The sign-in service {host} was not found: this machine's DNS does not know the name ({response}).",
    remedy:
      "Check this machine's DNS and internet access. In a closed network, have {host} allowed, or give Node.js the proxy: environment variables HTTPS_PROXY and NODE_USE_ENV_PROXY=1 (Node.js 22.21, 24 and later).",
  },
  "signin-refused": {
    ...REACH,
    cause: "The sign-in service {host} refused the connection on port {port}: most likely a firewall did.",
    remedy:
      "Have {host} on port {port} allowed in the firewall, or give Node.js the proxy: environment variables HTTPS_PROXY and NODE_USE_ENV_PROXY=1 (Node.js 22.21, 24 and later).",
  },
  "signin-unreachable": {
    ...REACH,
    cause: "The sign-in service {host} cannot be reached from this machine ({response}).",
    remedy:
      "Check network, VPN, firewall and proxy of this machine. A proxy is used with the environment variables HTTPS_PROXY and NODE_USE_ENV_PROXY=1 (Node.js 22.21, 24 and later).",
  },
  "signin-timeout": {
    ...REACH,
    cause: "The sign-in service {host} did not answer within {seconds} seconds.",
    remedy:
      "Usually a firewall drops the connection, or a proxy has to be used: environment variables HTTPS_PROXY and NODE_USE_ENV_PROXY=1 (Node.js 22.21, 24 and later). Have {host} on port {port} allowed.",
  },
  "signin-dropped": {
    ...REACH,
    cause: "The connection to the sign-in service {host} broke before it answered ({response}).",
    remedy:
      "It is tried again by itself. If it stays, a firewall or proxy cuts in: have {host} on port {port} allowed.",
  },
  "signin-tls": {
    ...REACH,
    disposition: "configuration",
    cause: "The certificate of the sign-in service {host} cannot be trusted, or encryption failed ({response}).",
    remedy:
      "Usually a proxy or virus scanner of the company opens the connection: save its CA certificate as a file and name it to Node.js with the environment variable NODE_EXTRA_CA_CERTS. Check this machine's date and time too.",
  },
  "signin-not-json": {
    ...REACH,
    cause: "What answers for the sign-in service {host} is something else, perhaps a proxy's page: {response}",
    remedy: "Have {host} exempted from the proxy's sign-in page and filters, and try again.",
  },
  "signin-authority": {
    ...REACH,
    field: "cloud",
    cause: "The sign-in service {host} did not say where tenant {tenant} signs in: {response}",
    remedy: "Check Tenant and Cloud in this configuration, and that this machine reaches {host}.",
  },
  "signin-throttled": {
    ...WAIT,
    cause: "The sign-in service {host} asks to slow down: {response}",
    remedy: "Nothing to do: it is tried again when the service allows. If it stays, too many programs sign in at once.",
  },
  "signin-unavailable": {
    ...WAIT,
    cause: "The sign-in service {host} is out of order at the moment: {response}",
    remedy: "Nothing to do: it is tried again by itself. If it stays, look at the provider's service health page.",
  },
} as const satisfies Record<string, FailureEntry>;

/** What this configuration itself lacks, found before anything is sent. */
const OWN = {
  "token-missing": {
    ...MEND,
    field: "accessToken",
    cause: "This configuration signs in with a token that the message brings, and there is none.",
    remedy:
      "Fill the field Access token of the step, for example with msg.accessToken, and have the flow fetch one before.",
  },
  "certificate-unreadable": {
    ...MEND,
    field: "certificate",
    cause: "The application's certificate cannot be read.",
    remedy: "Paste the whole certificate in PEM form, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
  },
  "certificate-key-unreadable": {
    ...MEND,
    field: "certificateKey",
    cause: "The private key of the application's certificate cannot be read.",
    remedy:
      "Paste the whole key in PEM form, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----, without a passphrase.",
  },
  "certificate-key-mismatch": {
    ...MEND,
    field: "certificateKey",
    cause: "The private key does not belong to the certificate with the thumbprint {value}.",
    remedy: "Paste certificate and key of the same pair; most tools write both at once.",
  },
  "certificate-not-rsa": {
    ...MEND,
    field: "certificateKey",
    cause: "The private key is of a kind that Microsoft Entra does not accept for applications.",
    remedy: "Make a new certificate with an RSA key of at least 2048 bits and upload it to the application.",
  },
} as const satisfies Record<string, FailureEntry>;

/** What Microsoft Entra says (learn.microsoft.com/entra/identity-platform/reference-error-codes). */
const ENTRA = {
  "entra-secret-wrong": {
    ...MEND,
    field: "clientSecret",
    cause: "The client secret is wrong: {response}",
    remedy: `Paste the secret's Value, not its Secret ID. ${APP} → Certificates & secrets → Client secrets → New client secret; copy the Value at once, because it is shown only this one time.`,
  },
  "entra-secret-expired": {
    ...MEND,
    field: "clientSecret",
    cause: "The client secret has expired: {response}",
    remedy: `${APP} → Certificates & secrets → Client secrets → New client secret; paste its Value here.`,
  },
  "entra-credential": {
    ...MEND,
    field: "clientSecret",
    cause: "The application has to prove who it is with either a client secret or a certificate: {response}",
    remedy: "Enter exactly one of the two in this configuration.",
  },
  "entra-not-public": {
    ...MEND,
    field: "clientSecret",
    cause: "The application is not a public one, so it has to prove who it is: {response}",
    remedy: `${APP} → Authentication → Settings (Advanced settings) → Allow public client flows → Yes → Save. Or enter a client secret, where this configuration has a field for it.`,
  },
  "entra-public": {
    ...MEND,
    field: "clientSecret",
    cause: "The application is a public one, which must not send a secret or a certificate: {response}",
    remedy: `Remove the client secret here. Or, to sign in without a user: ${APP} → Authentication → Settings (Advanced settings) → Allow public client flows → No → Save.`,
  },
  "entra-certificate-rejected": {
    ...MEND,
    field: "certificate",
    cause: "The certificate was not accepted: {response}",
    remedy: `${APP} → Certificates & secrets → Certificates: the thumbprint there has to be the one that this configuration shows, and not expired; otherwise → Upload certificate. Check this machine's date and time too.`,
  },
  "entra-app-unknown": {
    ...MEND,
    field: "clientId",
    cause: "Tenant {tenant} does not know an application with this client id: {response}",
    remedy: `${APP} → Overview: copy Application (client) ID and Directory (tenant) ID from there. Check Cloud too. If the application belongs to another tenant, an administrator of this one has to consent to it first.`,
  },
  "entra-app-disabled": {
    ...MEND,
    field: "clientId",
    cause: "The application is turned off: {response}",
    remedy:
      "In the Entra admin centre (entra.microsoft.com): Enterprise applications → the application → Properties → Enabled for users to sign-in? → Yes → Save.",
  },
  "entra-tenant-unknown": {
    ...MEND,
    field: "tenantId",
    cause: "There is no tenant {tenant} in this cloud: {response}",
    remedy:
      "In the Entra admin centre (entra.microsoft.com): Overview → Tenant ID; copy it from there. Check Cloud too: national clouds know only their own tenants.",
  },
  "entra-other-cloud": {
    ...MEND,
    field: "cloud",
    cause: "Tenant {tenant} belongs to another of Microsoft's national clouds: {response}",
    remedy: "Choose the tenant's cloud in the field Cloud; the tenant's administrator knows it.",
  },
  "entra-tenant-missing": {
    ...MEND,
    field: "tenantId",
    cause: "Microsoft Entra did not recognise a tenant: {response}",
    remedy: "In the Entra admin centre (entra.microsoft.com): Overview → Tenant ID; copy it into the field Tenant.",
  },
  "entra-tenant-common": {
    ...MEND,
    field: "tenantId",
    cause: "This sign-in needs the tenant's own id: {response}",
    remedy:
      "Replace “common”, “organizations” or “consumers” in the field Tenant by the tenant's id. In the Entra admin centre (entra.microsoft.com): Overview → Tenant ID.",
  },
  "entra-user-unknown": {
    ...MEND,
    field: "username",
    cause: "Tenant {tenant} does not know the user {user}: {response}",
    remedy: `${USER}: copy the User principal name of the user from there; it may differ from the e-mail address. Guests and personal accounts cannot sign in this way.`,
  },
  "entra-password-wrong": {
    ...MEND,
    field: "password",
    cause: "The user name or password is wrong: {response}",
    remedy:
      "Sign in once at office.com with the same two. An app password does not work here. Correct them in this configuration; several wrong attempts lock the account.",
  },
  "entra-locked": {
    ...MEND,
    field: "username",
    cause: "The account is locked, or this machine's address is blocked, after too many failed sign-ins: {response}",
    remedy: `Wait for half an hour without trying. Correct the password first, then test once. ${USER} → the user → Sign-in logs shows who tries.`,
  },
  "entra-password-expired": {
    ...MEND,
    field: "password",
    cause: "The user's password has expired: {response}",
    remedy:
      "Sign in once at office.com and choose a new password; enter it here. For an account that only programs use, have the administrator set the password not to expire.",
  },
  "entra-user-disabled": {
    ...MEND,
    field: "username",
    cause: "The user's account is turned off: {response}",
    remedy: `${USER} → the user → Edit properties → Settings → Account enabled → Save. A shared mailbox's own account stays off: sign in as an application instead.`,
  },
  "entra-mfa": {
    ...MEND,
    field: "graphAuth",
    cause: "The account asks for a second factor, which user name and password cannot give: {response}",
    remedy: `${ONLY_APPLICATION}. Turning multi-factor authentication off for the account also works, but is not recommended.`,
  },
  "entra-policy": {
    ...MEND,
    field: "graphAuth",
    cause: "Conditional Access, security defaults or a device policy blocks this sign-in: {response}",
    remedy: `Give the correlation id to the administrator: Entra admin centre → Monitoring & health → Sign-in logs finds the sign-in and the policy by it. ${ONLY_APPLICATION}; policies for users do not apply then.`,
  },
  "entra-consent": {
    ...GRANT,
    field: "clientId",
    cause: "Nobody has consented to what the application wants to do: {response}",
    remedy: `${APP} → API permissions → Grant admin consent for the tenant → Yes. {names} then has a green tick under Status.`,
  },
  "entra-permission-missing": {
    ...GRANT,
    field: "clientId",
    cause: "The permission {names} is not listed on the application: {response}",
    remedy: `${APP} → API permissions → Add a permission → {value} → tick {names} → Add permissions; then → Grant admin consent for the tenant → Yes.`,
  },
  "entra-resource-unknown": {
    ...MEND,
    field: "cloud",
    cause: "Tenant {tenant} does not know the service that the token is for: {response}",
    remedy:
      "Check that Cloud is the tenant's own. If it is, the tenant may have no Exchange Online: ask the administrator for the licences.",
  },
  "entra-scope": {
    ...GRANT,
    field: "cloud",
    cause: "Microsoft Entra does not accept what the token is asked for: {response}",
    remedy: `Check Cloud first. Then: ${APP} → API permissions → Add a permission → {value} → {names}, and Grant admin consent.`,
  },
  "entra-refresh-expired": {
    ...MEND,
    field: "password",
    cause: "The sign-in was revoked or has expired: {response}",
    remedy: "Enter the user's password again; usually it was changed, or an administrator revoked the user's sessions.",
  },
  "entra-user-unassigned": {
    ...GRANT,
    field: "username",
    cause: "The application is only for assigned users, and {user} is not one of them: {response}",
    remedy:
      "In the Entra admin centre (entra.microsoft.com): Enterprise applications → the application → Users and groups → Add user/group → choose the user → Assign.",
  },
  "entra-loop": {
    ...WAIT,
    cause: "Microsoft Entra sees the same sign-in again and again and pauses it: {response}",
    remedy:
      "It goes on by itself after a few minutes. If it stays, look for other programs or Node-REDs that sign in with the same client id.",
  },
  "entra-busy": {
    ...WAIT,
    cause: "Microsoft Entra is busy: {response}",
    remedy: "Nothing to do: it is tried again by itself. If it stays, look at status.cloud.microsoft.",
  },
  "entra-refused": {
    ...MEND,
    field: "clientId",
    cause: "Microsoft Entra refused the sign-in: {response}",
    remedy:
      "Look the AADSTS number up at login.microsoftonline.com/error. The administrator finds the sign-in by its correlation id in the Entra admin centre: Monitoring & health → Sign-in logs.",
  },
} as const satisfies Record<string, FailureEntry>;

/** What Google says (developers.google.com/identity/protocols/oauth2). */
const GOOGLE = {
  "google-key-unreadable": {
    ...MEND,
    field: "serviceAccountKey",
    cause: "The private key in the service account's key file cannot be read.",
    remedy: `${CLOUD_CONSOLE}: IAM & Admin → Service Accounts → the account → Keys → Add key → Create new key → JSON; paste the whole file.`,
  },
  "google-assertion-refused": {
    ...MEND,
    field: "username",
    cause: "Google does not let the service account {value} sign in for {user}: {response}",
    remedy:
      "Check that the user name is the address of a mailbox in your Google Workspace (an alias or group does not work), that the key was not deleted, and that this machine's date and time are right.",
  },
  "google-account-unknown": {
    ...MEND,
    field: "serviceAccountKey",
    cause: "Google does not know the service account {value}: {response}",
    remedy: `${CLOUD_CONSOLE}: IAM & Admin → Service Accounts: the account must exist and be enabled; → Keys → Add key → Create new key → JSON, and paste the whole file.`,
  },
  "google-delegation-missing": {
    ...GRANT,
    field: "serviceAccountKey",
    cause: "The service account {value} may not act for {user}: {response}",
    remedy:
      "In the Google Admin console (admin.google.com): Security → Access and data control → API controls → Manage domain-wide delegation → Add new: the service account's Client ID (its number) and the scope https://mail.google.com/ → Authorise. It takes effect within minutes, at most a day.",
  },
  "google-refresh-refused": {
    ...MEND,
    field: "refreshToken",
    cause: "The refresh token has expired or was revoked: {response}",
    remedy: `Have the mailbox's owner give consent again and enter the new refresh token. If it stops after seven days each time: ${CLOUD_CONSOLE}: Google Auth Platform → Audience → Publish app. A new password of the owner also ends the token.`,
  },
  "google-client-refused": {
    ...MEND,
    field: "clientSecret",
    cause: "Google does not accept the client id or its secret: {response}",
    remedy: `${CLOUD_CONSOLE}: Google Auth Platform → Clients → the client: copy Client ID and Client secret from there.`,
  },
  "google-client-mismatch": {
    ...MEND,
    field: "clientId",
    cause: "The refresh token was not given to this client id: {response}",
    remedy:
      "Enter the client id and secret with which the refresh token was made; with the OAuth 2.0 Playground, tick “Use your own OAuth credentials” before.",
  },
  "google-policy": {
    ...GRANT,
    field: "clientId",
    cause: "An administrator's policy does not allow this application: {response}",
    remedy:
      "In the Google Admin console (admin.google.com): Security → Access and data control → API controls → Manage app access → add the client id as trusted.",
  },
  "google-refused": {
    ...MEND,
    field: "clientId",
    cause: "Google refused the sign-in: {response}",
    remedy: "Its words say why; they are explained at developers.google.com/identity/protocols/oauth2.",
  },
} as const satisfies Record<string, FailureEntry>;

/** Getting a token from a sign-in service: Microsoft Entra, Google. */
export const SERVICE_FAILURES = { ...REACHING, ...OWN, ...ENTRA, ...GOOGLE } as const;
