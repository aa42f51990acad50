import type { CloudName } from "../settings/raw";

/** One of Microsoft's national clouds: its sign-in service and what tokens are asked for. */
export interface Cloud {
  /** The sign-in service, without a path. */
  readonly signIn: string;
  /** Microsoft Graph, without a path and version. */
  readonly graph: string;
  /** What an application's token for SMTP is asked for. */
  readonly smtpApplication: string;
  /** What a user's token for SMTP is asked for. */
  readonly smtpDelegated: string;
  /** Endpoints of a tenant, where they do not follow from `signIn`: the JSON of an OpenID configuration. */
  readonly metadata?: (tenantId: string) => string;
}

/** Where configurations sign in. */
export interface SignInServices {
  readonly clouds: Readonly<Record<CloudName, Cloud>>;
  /** Google's token endpoint. */
  readonly googleTokenUrl: string;
}

/**
 * The providers' own. Hosts as Microsoft's “National cloud deployments” lists them; the host of
 * a scope must be that of the same cloud.
 */
export const SERVICES: { clouds: Record<CloudName, Cloud>; googleTokenUrl: string } = {
  clouds: {
    global: {
      signIn: "https://login.microsoftonline.com",
      graph: "https://graph.microsoft.com",
      smtpApplication: "https://outlook.office365.com/.default",
      smtpDelegated: "https://outlook.office.com/SMTP.Send",
    },
    "us-gcc-high": {
      signIn: "https://login.microsoftonline.us",
      graph: "https://graph.microsoft.us",
      smtpApplication: "https://outlook.office365.us/.default",
      smtpDelegated: "https://outlook.office365.us/SMTP.Send",
    },
    "us-dod": {
      signIn: "https://login.microsoftonline.us",
      graph: "https://dod-graph.microsoft.us",
      smtpApplication: "https://outlook-dod.office365.us/.default",
      smtpDelegated: "https://outlook-dod.office365.us/SMTP.Send",
    },
    china: {
      signIn: "https://login.chinacloudapi.cn",
      graph: "https://microsoftgraph.chinacloudapi.cn",
      smtpApplication: "https://partner.outlook.cn/.default",
      smtpDelegated: "https://partner.outlook.cn/SMTP.Send",
    },
  },
  googleTokenUrl: "https://oauth2.googleapis.com/token",
};

export function servicesOr(given: SignInServices | undefined): SignInServices {
  return given ?? SERVICES;
}
