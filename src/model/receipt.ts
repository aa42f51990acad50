/** What a server answered: its reply code, its enhanced status code (RFC 3463), and its words. */
export interface SmtpAnswer {
  readonly replyCode?: number;
  readonly enhancedCode?: string;
  readonly response: string;
}

/** What the server said of one recipient. `accepted` is not delivered: the server took responsibility. */
export type RecipientState = "accepted" | "rejected" | "deferred" | "unknown";

export interface RecipientResult {
  readonly address: string;
  readonly state: RecipientState;
  readonly answer?: SmtpAnswer;
}

/** The server's answer to one mail that it accepted for at least one recipient. */
export interface SendReceipt {
  readonly messageId: string;
  readonly recipients: readonly RecipientResult[];
  /** The server's own words after the content. */
  readonly response: string;
}
