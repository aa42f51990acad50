/** What a server answered: its reply code, its enhanced status code (RFC 3463), and its words. */
export interface SmtpAnswer {
  readonly replyCode?: number;
  readonly enhancedCode?: string;
  readonly response: string;
}

/** What a web service answered: Graph, or a sign-in service. Secrets are removed. */
export interface HttpAnswer {
  readonly status?: number;
  /** The service's own name for the failure: `ErrorAccessDenied`, `AADSTS7000215`, `invalid_grant`. */
  readonly error?: string;
  /** The service's own words. */
  readonly response: string;
  /** What the provider's support asks for: request, trace or correlation id. */
  readonly requestId?: string;
}

/** What the server said of one recipient. `accepted` is not delivered: the server took responsibility. */
export type RecipientState = "accepted" | "rejected" | "deferred" | "unknown";

export interface RecipientResult {
  readonly address: string;
  readonly state: RecipientState;
  readonly answer?: SmtpAnswer;
}

/** How a mail was kept from its recipients: it went to another address, or nowhere. */
export type KeptFrom = "redirect" | "dry-run";

/** The server's answer to one mail that it accepted for at least one recipient. */
export interface SendReceipt {
  readonly messageId: string;
  readonly recipients: readonly RecipientResult[];
  /** The server's own words after the content. */
  readonly response: string;
  /** By which the provider finds this request again; Graph has one. */
  readonly requestId?: string;
  readonly safeMode?: KeptFrom;
}
