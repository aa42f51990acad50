import type { CommonSettings } from "../settings/common";
import type { MailSettings } from "../settings/parse";

/** What a step hands over to be sent: values of any shape, none of them trusted yet. */
export interface EmailDraft {
  readonly to?: unknown;
  readonly cc?: unknown;
  readonly bcc?: unknown;
  readonly from?: unknown;
  readonly replyTo?: unknown;
  readonly subject?: unknown;
  readonly text?: unknown;
  readonly html?: unknown;
  readonly attachments?: unknown;
  readonly headers?: unknown;
  readonly priority?: unknown;
  readonly inReplyTo?: unknown;
  readonly references?: unknown;
  readonly listUnsubscribe?: unknown;
  readonly bounceTo?: unknown;
  readonly invitation?: unknown;
  /** The configuration's signature is added unless this is false (C6). */
  readonly includeSignature?: boolean;
}

/** What composing needs to know of the configuration. */
export type SenderSettings = Pick<
  CommonSettings,
  "from" | "fromName" | "overrideFrom" | "replyTo" | "signature" | "account" | "strictAddresses"
> & { readonly kind?: MailSettings["kind"] };
