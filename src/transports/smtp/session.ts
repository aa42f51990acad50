import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SignMime } from "../../compose/dkim/dkim";
import { piecesOf, sizeOf } from "../../compose/whole-mime";
import { cancelled } from "../../model/cancelled";
import { phrase } from "../../model/catalogue";
import type { Clock } from "../../model/clock";
import type { PreparedEmail } from "../../model/email";
import type { SendReceipt } from "../../model/receipt";
import type { Redact } from "../../model/redaction";
import { SendError } from "../../model/send-error";
import type { TokenSource } from "../../model/token";
import type { GenericSettings } from "../../settings/generic";
import type { Capabilities } from "./capabilities";
import { factsOf } from "./classify-socket";
import { type NodemailerError, receiptOf, withRefusals } from "./classify-transaction";
import { ConversationFailures } from "./conversation-failures";
import { describeTls } from "./describe-tls";
import { askForSmtpUtf8, internationalAddresses } from "./international";
import { MarkedBody } from "./marked-body";
import { discard, openSocket } from "./open-socket";
import { greetingExpectsTls, waitsForTls } from "./tls-knock";
import { tlsOptionsOf } from "./tls-options";
import { TokenLogin } from "./token-login";
import { type SessionObserver, Transcript } from "./transcript";
import { FINAL_ANSWER_MS, MOST_REPLY_BYTES, TurnTaking } from "./turn-taking";

/** How long a goodbye may take before the connection is cut. */
const GOODBYE_MS = 2_000;

export interface SessionContext {
  readonly settings: GenericSettings;
  readonly clock: Clock;
  readonly redact: Redact;
  /** What to sign in with where the settings say OAuth. */
  readonly tokens?: TokenSource;
  /** Where the settings say DKIM. */
  readonly signMime?: SignMime;
}

/** How the server took the login: `not-offered` means that nothing was checked (T7). */
export type SignInOutcome = "signed-in" | "not-offered" | "not-needed";

/**
 * One conversation with an SMTP server, from the name's look-up to the goodbye.
 *
 * The test and the real sending both use it: what the test says is what sending does.
 * Every method rejects only with SendError.
 */
export class SmtpSession {
  #ended = false;
  #failure: NodemailerError | undefined;
  /** Why this side ended it. */
  #broken: SendError | undefined;
  private readonly failures: ConversationFailures;
  private readonly turns: TurnTaking;

  private constructor(
    private readonly context: SessionContext,
    private readonly connection: SMTPConnection,
    private readonly transcript: Transcript,
  ) {
    this.failures = new ConversationFailures(context, connection, transcript);
    this.turns = new TurnTaking(connection, context.clock, context.settings.timeoutMs, {
      late: () => this.#breakOff(this.failures.late()),
      refusedEarly: (reply) => this.#breakOff(this.failures.refused("body", reply)),
      outOfTurn: (what, phase) => this.#breakOff(this.failures.outOfTurn(what, phase)),
    });
    connection.once("end", () => {
      this.#ended = true;
    });
    // Without a listener a connection lost between two mails would end the process.
    connection.on("error", (error: NodemailerError) => {
      this.#failure ??= error;
    });
  }

  /** Connects, encrypts as the configuration says, and learns what the server can do. */
  static async open(context: SessionContext, signal: AbortSignal, observer?: SessionObserver): Promise<SmtpSession> {
    const { settings } = context;
    const socket = await openSocket({ settings, clock: context.clock, signal, observer });
    let session: SmtpSession | undefined;
    const transcript = new Transcript(context.redact, observer, {
      waitingForFinalAnswer: (waiting) => session?.waitForAnswer(waiting),
      introducing: () => {
        session?.turns.watch(session.socket);
        if (settings.security !== "tls" && session?.secure)
          observer?.reached("tls", describeTls(session.socket as TLSSocket));
      },
      // nodemailer would go on with HELO, after which nothing is offered: no STARTTLS, no login.
      putOff: (reply) => session?.putOff(reply),
      asked: () => session?.turns.asked(),
      permissionAsked: () => session?.failures.body?.permissionAsked(),
      answered: (phase, reply, next) => session?.turns.answered(phase, reply, next),
    });
    session = new SmtpSession(context, new SMTPConnection(connectionOptions(settings, socket, transcript)), transcript);
    try {
      await session.introduce(signal);
    } catch (error) {
      session.destroy();
      discard(socket);
      // What the test finds out earlier, while it is waiting; here only a server that stays silent is knocked at.
      if (
        error instanceof SendError &&
        error.reason === "greeting-timeout" &&
        (await waitsForTls(settings, signal, context.clock))
      )
        throw greetingExpectsTls(settings);
      throw error;
    }
    return session;
  }

  get capabilities(): Capabilities {
    return this.transcript.capabilities;
  }

  get secure(): boolean {
    return this.connection.secure && this.socket instanceof TLSSocket;
  }

  /** Whether another mail can go over this connection. */
  get usable(): boolean {
    return !this.#ended && !this.#failure && this.transcript.idle;
  }

  /** Whether the server answered anything to the last mail: if not, a stale connection may be to blame. */
  get answered(): boolean {
    return this.transcript.answered;
  }

  /** Calls `run` once when the connection is gone. */
  whenEnded(run: () => void): void {
    this.connection.once("end", run);
  }

  /** Signs in where the configuration has a login and the server offers one. */
  async signIn(signal: AbortSignal): Promise<SignInOutcome> {
    const { tokens, settings } = this.context;
    const { login, oauth } = settings;
    if (!login && !(oauth && tokens)) return "not-needed";
    const { auth } = this.capabilities;
    // nodemailer would also try after HELO, or after a refused STARTTLS (where it forbids it), with nothing offered.
    if (!this.connection.allowsAuth || auth.length === 0) return "not-offered";
    this.turns.signingIn();
    if (oauth && tokens) {
      if (!auth.includes("XOAUTH2")) throw this.#noMechanism("auth-no-xoauth2", auth);
      await this.#signInWithToken(oauth.username, tokens, signal);
    } else if (login) {
      if (!auth.some((mechanism) => ["PLAIN", "LOGIN", "CRAM-MD5"].includes(mechanism)))
        throw this.#noMechanism("auth-no-mechanism", auth);
      const credentials = { user: login.username, pass: login.password.reveal() };
      await this.#run<unknown>(signal, (done) => this.connection.login(credentials, done));
    }
    return "signed-in";
  }

  #noMechanism(reason: "auth-no-mechanism" | "auth-no-xoauth2", offered: readonly string[]): SendError {
    const facts = { ...factsOf(this.context.settings, "auth"), names: offered.join(", ") };
    return new SendError(reason, { phase: "auth", facts });
  }

  /** A server may refuse a token that looked good (revoked, clocks apart): one fresh one is tried then. */
  async #signInWithToken(username: string, tokens: TokenSource, signal: AbortSignal): Promise<void> {
    const login = new TokenLogin(username, await tokens.get(signal), (refused) => tokens.renew(refused, signal));
    const attempt = (): Promise<unknown> =>
      this.#run<unknown>(signal, (done) => this.connection.login(login.credentials as never, done));
    try {
      await attempt();
    } catch (error) {
      if (login.failure) throw login.failure;
      if (!(error instanceof SendError) || error.smtp?.replyCode !== 535 || !this.usable) throw error;
      if (!(await login.renewed())) throw error;
      await attempt();
    }
  }

  /** Hands one mail over; afterwards the session takes the next one if `usable` says so. */
  async send(
    email: PreparedEmail,
    signal: AbortSignal,
    beforeBody: () => Promise<void> = async () => {},
  ): Promise<SendReceipt> {
    // As late as this, the key is the one that is deployed, and nothing changes a byte any more.
    const dkim = await this.context.signMime?.(email);
    const size = sizeOf(email) + (dkim?.length ?? 0);
    this.#refuseUnsendable(email, size);
    this.transcript.startTransaction();
    const { from, to } = email.envelope;
    const envelope = { from, to: [...to], size };
    const body = new MarkedBody(leavingPieces(email, dkim), beforeBody, this.socket);
    this.failures.body = body;
    try {
      const info = await this.#run<SMTPConnection.SentMessageInfo>(signal, (done) =>
        this.connection.send(envelope, body.stream, done),
      );
      return receiptOf(email, info, this.context.redact);
    } catch (error) {
      if (!body.refusal) throw withRefusals(error as SendError, to, this.transcript.recipientReplies);
      // The server waits for what will not come: without the final dot it keeps nothing of it.
      this.destroy();
      throw body.refusal;
    } finally {
      this.failures.body = undefined;
    }
  }

  /** Clears what a refused mail left behind, so that the next one starts anew (RSET). */
  async reset(signal: AbortSignal): Promise<void> {
    await this.#run<unknown>(signal, (done) => this.connection.reset(done));
  }

  /** Says goodbye and closes; cuts the connection where the server does not answer. */
  quit(): Promise<void> {
    const { socket } = this;
    if (this.#ended || !socket || socket.destroyed) {
      this.destroy();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const callOff = this.context.clock.after(GOODBYE_MS, () => this.destroy());
      socket.once("close", () => {
        callOff();
        resolve();
      });
      this.connection.quit();
    });
  }

  destroy(): void {
    const { socket } = this;
    this.connection.close();
    if (socket) discard(socket);
  }

  private get socket(): Socket | undefined {
    return this.connection._socket || undefined;
  }

  private waitForAnswer(waiting: boolean): void {
    this.socket?.setTimeout(waiting ? FINAL_ANSWER_MS : this.context.settings.timeoutMs);
  }

  private introduce(signal: AbortSignal): Promise<void> {
    return this.#run(signal, (done) => {
      this.connection.connect(done);
      // What has come already must not begin to flow before nodemailer listens, who then lets it.
      this.turns.watch(this.socket?.pause());
    });
  }

  #refuseUnsendable(email: PreparedEmail, size: number): void {
    const { settings } = this.context;
    const { smtpUtf8, maxBytes } = this.capabilities;
    const international = internationalAddresses(email);
    if (international.length > 0 && !smtpUtf8) {
      const facts = { ...factsOf(settings, "mail"), names: international.join(", ") };
      throw new SendError("smtputf8-not-offered", { phase: "mail", facts });
    }
    if (maxBytes !== undefined && size > maxBytes) {
      const response = phrase("size-at-server", { value: size, limit: maxBytes });
      throw new SendError("message-too-large", { phase: "mail", facts: { ...factsOf(settings, "mail"), response } });
    }
    if (international.length > 0) askForSmtpUtf8(this.connection);
  }

  /** Runs one operation of nodemailer's; its errors, and an abort, become SendErrors. */
  #run<T = void>(
    signal: AbortSignal,
    start: (done: (error?: NodemailerError | null, result?: T) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settled = false;
      const settle = (end: () => void): void => {
        if (settled) return;
        settled = true;
        signal.removeEventListener("abort", aborted);
        this.connection.off("error", failed).off("end", ended);
        end();
      };
      const failed = (error: NodemailerError): void => settle(() => reject(this.#translate(error)));
      // nodemailer closes the connection first and tells why (a 421, say) right after.
      const ended = (): void => queueMicrotask(() => settle(() => reject(this.#translate(this.#failure ?? {}))));
      const aborted = (): void =>
        settle(() => {
          const { phase } = this.failures;
          this.destroy();
          reject(phase === "body" ? this.#translate({}) : cancelled(signal, phase));
        });
      if (signal.aborted) return aborted();
      if (this.#ended) return ended();
      signal.addEventListener("abort", aborted, { once: true });
      this.connection.once("error", failed).once("end", ended);
      start((error, result) => (error ? failed(error) : settle(() => resolve(result as T))));
    });
  }

  #translate(error: NodemailerError): SendError {
    return this.#broken ?? this.failures.reported(error);
  }

  /** The server takes nobody now; what it can do is not known. */
  private putOff(reply: string): void {
    this.#breakOff(this.failures.refused("ehlo", reply));
  }

  #breakOff(error: SendError): void {
    this.#broken ??= error;
    this.destroy();
  }
}

function leavingPieces(email: PreparedEmail, dkim?: Buffer): readonly Buffer[] | AsyncIterator<Buffer> {
  const { mime, files = [] } = email;
  if (files.length > 0) return piecesOf(email, dkim);
  return dkim ? [dkim, mime] : [mime];
}

function connectionOptions(settings: GenericSettings, socket: Socket, transcript: Transcript): SMTPConnection.Options {
  return {
    host: settings.host,
    port: settings.port,
    connection: socket,
    secure: settings.security === "tls",
    secured: settings.security === "tls",
    requireTLS: settings.security === "starttls",
    opportunisticTLS: settings.security === "starttls-if-offered",
    ignoreTLS: settings.security === "none",
    tls: tlsOptionsOf(settings),
    connectionTimeout: settings.connectTimeoutMs + settings.timeoutMs * 3,
    greetingTimeout: settings.timeoutMs,
    socketTimeout: settings.timeoutMs,
    socketCloseTimeout: GOODBYE_MS,
    maxResponseSize: MOST_REPLY_BYTES,
    transactionLog: true,
    logger: transcript.logger as SMTPConnection.Options["logger"],
  };
}
