import type { PreparedEmail } from "./email";
import type { ProbeReport, ProbeRequest } from "./probe";
import type { SendReceipt } from "./receipt";

/** A way to hand mails to a provider. One implementation per provider's protocol. */
export interface Transport {
  readonly kind: string;
  /**
   * Hands one email to the server and reports its answer for each recipient.
   *
   * Resolves when at least one recipient was accepted; read `recipients` for the rest.
   * Rejects only with SendError. An "ambiguous" rejection means the content left this
   * process unanswered: sending again may deliver twice. `beforeBody` is awaited before the
   * first byte of the content leaves.
   */
  send(email: PreparedEmail, signal: AbortSignal, beforeBody: () => Promise<void>): Promise<SendReceipt>;
  /** Tries the same way as `send` step by step. Never rejects: what fails is in the report. */
  probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeReport>;
  /** Ends idle connections at once and forgets the rest when they are done. */
  close(): Promise<void>;
}
