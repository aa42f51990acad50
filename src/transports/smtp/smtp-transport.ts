import type { Clock } from "../../model/clock";
import type { PreparedEmail } from "../../model/email";
import type { ProbeReport, ProbeRequest } from "../../model/probe";
import type { SendReceipt } from "../../model/receipt";
import { type Redact, redactorOf } from "../../model/redaction";
import { SendError } from "../../model/send-error";
import type { Transport } from "../../model/transport";
import type { GenericSettings } from "../../settings/generic";
import { type ComposeTestMail, probeSmtp } from "./probe";
import type { SessionContext } from "./session";
import { type Loan, SessionPool } from "./session-pool";

export interface SmtpTransportDependencies {
  readonly clock: Clock;
  readonly composeTestMail: ComposeTestMail;
}

/** Sends over SMTP submission (RFC 6409) with pooled connections. */
export class SmtpTransport implements Transport {
  readonly kind = "generic";
  readonly #context: SessionContext;
  readonly #pool: SessionPool;
  readonly #composeTestMail: ComposeTestMail;

  constructor(settings: GenericSettings, { clock, composeTestMail }: SmtpTransportDependencies) {
    const redact: Redact = redactorOf({
      username: settings.login?.username,
      password: settings.login?.password.reveal(),
    });
    this.#context = { settings, clock, redact };
    this.#pool = new SessionPool(this.#context);
    this.#composeTestMail = composeTestMail;
  }

  async send(email: PreparedEmail, signal: AbortSignal, beforeBody: () => Promise<void>): Promise<SendReceipt> {
    const loan = await this.#pool.borrow(signal);
    try {
      return await this.#sendOver(loan, email, signal, beforeBody);
    } catch (error) {
      if (!isStale(loan, error)) throw error;
      // The server hung up between two mails and had seen nothing of this one.
      return await this.#sendOver(await this.#pool.borrow(signal, true), email, signal, beforeBody);
    }
  }

  probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeReport> {
    return probeSmtp(this.#context, request, this.#composeTestMail, signal);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #sendOver(
    { session }: Loan,
    email: PreparedEmail,
    signal: AbortSignal,
    beforeBody: () => Promise<void>,
  ): Promise<SendReceipt> {
    try {
      return await session.send(email, signal, beforeBody);
    } catch (error) {
      if (error instanceof SendError && error.smtp && session.usable)
        await session.reset(signal).catch(() => session.destroy());
      throw error;
    } finally {
      this.#pool.giveBack(session);
    }
  }
}

/**
 * Whether the server had ended a kept connection before it saw anything of this mail: by hanging
 * up, or by answering the first command with 421 (RFC 5321 §3.8).
 */
function isStale({ session, reused }: Loan, error: unknown): boolean {
  if (!reused || !(error instanceof SendError)) return false;
  const goodbye = error.smtp?.replyCode === 421 && error.phase === "mail";
  return goodbye || (!session.answered && error.reason === "dropped");
}
