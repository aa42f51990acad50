/** Whom a provider serves: people with a mailbox, organisations, programs that send, or owners of a domain. */
export type ProviderSort = "mailbox" | "organisation" | "sending" | "hosting";

/** How a well-known provider's server is reached. Only fills the form: the flow file keeps host, port and so on. */
export interface Provider {
  /** Its paragraph in the catalogue is named so. */
  readonly id: string;
  readonly name: string;
  readonly sort: ProviderSort;
  readonly host: string;
  /** For a provider whose accounts belong to a region: the host that is likely right in Europe. */
  readonly hostInEurope?: string;
  /** Its other hosts: further regions, countries, plans and older names. */
  readonly alsoAt?: RegExp;
  readonly port: number;
  readonly security: "starttls" | "tls";
  /** The most that the provider accepts, where it says so. */
  readonly maxConnections?: number;
  readonly perMinute?: number;
}

const STARTTLS = { port: 587, security: "starttls" } as const;
const IMPLICIT_TLS = { port: 465, security: "tls" } as const;

/** In the order of the dialog. STARTTLS on 587 where the provider's own help gives it, otherwise implicit TLS. */
export const PROVIDERS = [
  {
    id: "gmail",
    name: "Gmail",
    sort: "mailbox",
    host: "smtp.gmail.com",
    alsoAt: /^smtp\.googlemail\.com$/,
    ...STARTTLS,
  },
  {
    id: "microsoft-365",
    name: "Microsoft 365 (SMTP)",
    sort: "organisation",
    host: "smtp.office365.com",
    alsoAt: /^(?:smtp\.office365\.us|smtp\.partner\.outlook\.cn)$/,
    ...STARTTLS,
    // Exchange Online answers more with 432 4.3.2.
    maxConnections: 3,
    perMinute: 30,
  },
  { id: "outlook", name: "Outlook.com", sort: "mailbox", host: "smtp-mail.outlook.com", ...STARTTLS },
  {
    id: "amazon-ses",
    name: "Amazon SES",
    sort: "sending",
    host: "email-smtp.us-east-1.amazonaws.com",
    hostInEurope: "email-smtp.eu-west-1.amazonaws.com",
    alsoAt: /^email-smtp(?:-fips)?\.[a-z]{2}(?:-[a-z]+){1,3}-\d+\.amazonaws\.com$/,
    ...STARTTLS,
  },
  {
    id: "sendgrid",
    name: "SendGrid",
    sort: "sending",
    host: "smtp.sendgrid.net",
    alsoAt: /^smtp\.eu\.sendgrid\.net$/,
    ...STARTTLS,
  },
  {
    id: "mailgun",
    name: "Mailgun",
    sort: "sending",
    host: "smtp.mailgun.org",
    alsoAt: /^smtp\.eu\.mailgun\.org$/,
    ...STARTTLS,
  },
  {
    id: "postmark",
    name: "Postmark",
    sort: "sending",
    host: "smtp.postmarkapp.com",
    alsoAt: /^smtp-broadcasts\.postmarkapp\.com$/,
    ...STARTTLS,
  },
  {
    id: "brevo",
    name: "Brevo",
    sort: "sending",
    host: "smtp-relay.brevo.com",
    alsoAt: /^smtp-relay\.sendinblue\.com$/,
    ...STARTTLS,
  },
  { id: "yahoo", name: "Yahoo", sort: "mailbox", host: "smtp.mail.yahoo.com", ...STARTTLS },
  { id: "icloud", name: "iCloud", sort: "mailbox", host: "smtp.mail.me.com", ...STARTTLS },
  {
    id: "zoho",
    name: "Zoho",
    sort: "organisation",
    host: "smtp.zoho.com",
    hostInEurope: "smtp.zoho.eu",
    alsoAt: /^smtp(?:pro)?\.zoho(?:cloud)?\.(?:com|eu|in|com\.au|jp|ca|sa|com\.cn)$/,
    ...STARTTLS,
  },
  { id: "fastmail", name: "Fastmail", sort: "mailbox", host: "smtp.fastmail.com", ...IMPLICIT_TLS },
  {
    id: "ovh",
    name: "OVH",
    sort: "hosting",
    host: "ssl0.ovh.net",
    alsoAt: /^(?:ssl0|(?:smtp|pro\d*|ex\d*)\.mail)\.ovh\.(?:net|ca)$/,
    ...IMPLICIT_TLS,
  },
  {
    id: "ionos",
    name: "IONOS",
    sort: "hosting",
    host: "smtp.ionos.com",
    alsoAt: /^smtp\.(?:ionos|1und1|1and1)\.(?:com|de|at|fr|es|it|ca|mx|co\.uk)$/,
    ...STARTTLS,
  },
] as const satisfies readonly Provider[];

/** The provider that this host belongs to; none for an own server, and for `${HOST}`. */
export function providerOf(host: string): Provider | undefined {
  const name = host.trim().toLowerCase();
  return (PROVIDERS as readonly Provider[]).find(
    (provider) => provider.host === name || provider.alsoAt?.test(name) || provider.hostInEurope === name,
  );
}

/** The provider's host that is likely right for somebody in this time zone, such as "Europe/Vienna". */
export function hostFor(provider: Provider, timeZone: string): string {
  return (timeZone.startsWith("Europe/") && provider.hostInEurope) || provider.host;
}
