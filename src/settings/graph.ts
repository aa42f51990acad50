import type { CommonSettings } from "./common";
import type { AzureSignIn } from "./oauth";

/** A Microsoft 365 mailbox that sends through Microsoft Graph. */
export interface GraphSettings extends CommonSettings {
  readonly kind: "graph";
  readonly signIn: AzureSignIn;
  /** The address or object id of the mailbox that sends. */
  readonly mailbox: string;
  readonly saveToSentItems: boolean;
}
