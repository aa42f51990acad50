import { dkimSigner } from "../../compose/dkim/dkim";
import type { Clock } from "../../model/clock";
import type { PreparedEmail } from "../../model/email";
import type { ProbeReport, ProbeRequest } from "../../model/probe";
import type { SendReceipt } from "../../model/receipt";
import { SecretMask } from "../../model/redaction";
import { SendError } from "../../model/send-error";
import type { AccessToken, TokenSource } from "../../model/token";
import type { Transport } from "../../model/transport";
import type { GenericSettings } from "../../settings/generic";
import { type ComposeTestMail, probeSmtp } from "./probe";
import type { SessionContext } from "./session";
import { type Loan, SessionPool } from "./session-pool";

export interface SmtpTransportDependencies {
  readonly clock: Clock;
  readonly composeTestMail: ComposeTestMail;
  /** What to sign in with where the settings say OAuth. */
  readonly tokens?: TokenSource;
}

/** Sends over SMTP submission (RFC 6409) with pooled connections. */
export class SmtpTransport implements Transport {
  readonly kind = "generic";
  readonly #context: SessionContext;
  readonly #pool: SessionPool;
  readonly #composeTestMail: ComposeTestMail;

  constructor(settings: GenericSettings, { clock, composeTestMail, tokens }: SmtpTransportDependencies) {
    const { login, dkim } = settings;
    const mask = new SecretMask(settings.account, login ? [login.password.reveal()] : []);
    this.#context = {
      settings,
      clock,
      redact: mask.redact,
      ...(tokens ? { tokens: known(tokens, mask) } : {}),
      ...(dkim ? { signMime: dkimSigner(dkim) } : {}),
    };
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

/** The same tokens, each of which is removed from whatever is shown from then on. */
function known(tokens: TokenSource, mask: SecretMask): TokenSource {
  const learn = (token: AccessToken): AccessToken => {
    mask.learn(token.value.reveal());
    return token;
  };
  return {
    get: async (signal) => learn(await tokens.get(signal)),
    renew: async (refused, signal) => learn(await tokens.renew(refused, signal)),
  };
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
