import { SendError } from "../../model/send-error";
import { type SessionContext, SmtpSession } from "./session";

/** After this many mails a connection is replaced, because servers count and grow suspicious. */
const MAILS_PER_SESSION = 100;
/** An unused connection is given back before most servers hang up. */
const IDLE_MS = 15_000;

/** A session on loan, and whether it has carried mail before. */
export interface Loan {
  readonly session: SmtpSession;
  readonly reused: boolean;
}

/**
 * Signed-in sessions that wait for the next mail.
 *
 * It opens as many as are asked for at once: whoever asks (the outbox) keeps the limit.
 */
export class SessionPool {
  #idle: SmtpSession[] = [];
  readonly #mails = new WeakMap<SmtpSession, number>();
  readonly #callOff = new Map<SmtpSession, () => void>();
  readonly #leaving = new Set<Promise<void>>();
  #closed = false;

  constructor(private readonly context: SessionContext) {}

  /** A signed-in session, used before where `fresh` does not forbid it. Rejects with SendError. */
  async borrow(signal: AbortSignal, fresh = false): Promise<Loan> {
    while (!fresh) {
      const session = this.#take();
      if (!session) break;
      if (session.usable) return { session, reused: true };
      session.destroy();
    }
    // Before the connection, because signing in elsewhere may take longer than a server waits.
    await this.context.tokens?.get(signal);
    // A server counts a connection until it is closed: one more at once may be one too many.
    await Promise.all(this.#leaving);
    const session = await SmtpSession.open(this.context, signal);
    session.whenEnded(() => this.#forget(session));
    try {
      await session.signIn(signal);
    } catch (error) {
      await this.#discard(session, error);
      throw error;
    }
    return { session, reused: false };
  }

  /** Takes a session back; keeps it for the next mail where that works. */
  giveBack(session: SmtpSession): void {
    const mails = (this.#mails.get(session) ?? 0) + 1;
    this.#mails.set(session, mails);
    if (!session.usable) {
      session.destroy();
    } else if (this.#closed || mails >= MAILS_PER_SESSION) {
      this.#leave(session);
    } else {
      this.#idle.push(session);
      this.#callOff.set(
        session,
        this.context.clock.after(IDLE_MS, () => this.#retire(session)),
      );
    }
  }

  /** Says goodbye on every idle session, and resolves when none is left. Sessions on loan are ended when they come back. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const session of this.#idle) this.#retire(session);
    await Promise.all(this.#leaving);
  }

  #take(): SmtpSession | undefined {
    const session = this.#idle.at(-1);
    if (session) this.#forget(session);
    return session;
  }

  #retire(session: SmtpSession): void {
    this.#forget(session);
    this.#leave(session);
  }

  #leave(session: SmtpSession): void {
    const left = session.quit().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  #forget(session: SmtpSession): void {
    this.#callOff.get(session)?.();
    this.#callOff.delete(session);
    this.#idle = this.#idle.filter((other) => other !== session);
  }

  async #discard(session: SmtpSession, error: unknown): Promise<void> {
    const polite = error instanceof SendError && error.smtp !== undefined && session.usable;
    if (polite) await session.quit();
    else session.destroy();
  }
}
