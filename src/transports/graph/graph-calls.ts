import type { Clock } from "../../model/clock";
import type { HttpAnswer } from "../../model/receipt";
import { SecretMask } from "../../model/redaction";
import type { AccessToken, TokenSource } from "../../model/token";
import type { GraphSettings } from "../../settings/graph";
import { readAnswer } from "./answer";
import { classifyAnswer, type Purpose } from "./classify-answer";
import { classifyNoReply } from "./classify-connection";
import { type Connections, exchange, type HttpReply, type HttpRequest, NoReply, type Patience } from "./exchange";
import { GraphClient, type GraphRequest } from "./graph-client";
import { atMailbox } from "./mailbox-gate";

export interface GraphContext {
  readonly settings: GraphSettings;
  readonly clock: Clock;
  readonly tokens: TokenSource;
  /** Of the cloud, without path and version. */
  readonly graphUrl: string;
  readonly mask: SecretMask;
  readonly connections: Connections;
}

/** A call for the mailbox: `path` begins behind the user. */
export interface MailboxCall extends Omit<GraphRequest, "path"> {
  readonly path: string;
  readonly purpose: Purpose;
  /** The status that means success; any other becomes a SendError. */
  readonly expected: number;
  /** Awaited when everything else is ready, right before the request leaves. */
  readonly before?: () => Promise<void>;
  readonly recipients?: readonly string[];
}

/** Hears of every request and its answer; nothing of it is secret. */
export type Listen = (by: "client" | "server" | "note", text: string) => void;

/** Calls Graph for one mailbox. Everything here rejects only with SendError, or as `before` does. */
export class GraphCalls {
  readonly #client: GraphClient;
  readonly #patience: Patience;
  readonly #gate: string;

  constructor(
    private readonly context: GraphContext,
    private readonly listen: Listen = () => {},
  ) {
    const { settings, clock, graphUrl } = context;
    this.#client = new GraphClient(graphUrl);
    this.#patience = { clock, connectTimeoutMs: settings.connectTimeoutMs, timeoutMs: settings.timeoutMs };
    this.#gate = `${graphUrl} ${settings.mailbox.toLowerCase()}`;
  }

  /** A token good enough to call with; from here on it is removed from whatever is shown. */
  async token(signal: AbortSignal): Promise<AccessToken> {
    return this.#known(await this.context.tokens.get(signal));
  }

  /** Resolves with the answer that was expected. A refused token is renewed, and the call made again, once. */
  async call(call: MailboxCall, signal: AbortSignal): Promise<HttpReply> {
    const token = await this.token(signal);
    const reply = await this.#request(call, token, signal, call.before);
    if (reply.status !== 401) return this.#expect(call, reply, token);
    const fresh = this.#known(await this.context.tokens.renew(token, signal));
    if (fresh.value.reveal() === token.value.reveal()) return this.#expect(call, reply, token);
    return this.#expect(call, await this.#request(call, fresh, signal), fresh);
  }

  /**
   * One request without a token, to an address that is a secret itself: whoever has it may write.
   * Any status is a reply. A service may quote the address, or the token in it; that is taken out.
   */
  async secret(request: HttpRequest, note: string, signal: AbortSignal): Promise<HttpReply> {
    this.listen("client", note);
    const { redact } = new SecretMask("", [request.url, ...new URL(request.url).searchParams.values()]);
    const { status, headers, text } = await atMailbox(this.#gate, signal, () => this.#exchange(request, false, signal));
    const id = headers["request-id"];
    const shown = { ...headers, ...(typeof id === "string" ? { "request-id": redact(id) } : {}) };
    const reply = { status, headers: shown, text: redact(text) };
    this.#heard(reply);
    return reply;
  }

  /** What the reply says, without secrets. */
  answer(reply: HttpReply): HttpAnswer {
    return readAnswer(reply, this.context.mask.redact);
  }

  /** Turns an unexpected answer into its SendError. */
  failure(reply: HttpReply, purpose: Purpose, token?: AccessToken, recipients: readonly string[] = []) {
    const { settings, mask, clock, graphUrl } = this.context;
    const host = new URL(graphUrl).hostname;
    const permissions = token?.permissions ?? [];
    const asked = { purpose, mailbox: settings.mailbox, host, permissions, recipients };
    return classifyAnswer(reply, asked, mask.redact, clock.now());
  }

  #request(
    call: MailboxCall,
    token: AccessToken,
    signal: AbortSignal,
    before: () => Promise<void> = async () => {},
  ): Promise<HttpReply> {
    // Accounts of guests have a # in their name.
    const path = `/users/${encodeURIComponent(this.context.settings.mailbox)}${call.path}`;
    return atMailbox(this.#gate, signal, async () => {
      await before();
      this.listen("client", `${call.method} /v1.0${path}`);
      const reply = await this.#client.call({ ...call, path }, token.value, (request) =>
        this.#exchange(request, call.purpose === "send", signal),
      );
      this.#heard(reply);
      return reply;
    });
  }

  async #exchange(request: HttpRequest, sends: boolean, signal: AbortSignal): Promise<HttpReply> {
    try {
      return await exchange({ ...request, fresh: sends }, this.context.connections, this.#patience, signal);
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      const failure = classifyNoReply(error, { url: request.url, sends, signal }, this.#patience);
      this.listen("note", failure.message);
      throw failure;
    }
  }

  #expect(call: MailboxCall, reply: HttpReply, token: AccessToken): HttpReply {
    if (reply.status === call.expected) return reply;
    throw this.failure(reply, call.purpose, token, call.recipients);
  }

  #heard(reply: HttpReply): void {
    const { response, requestId } = this.answer(reply);
    this.listen("server", requestId === undefined ? response : `${response} · request-id ${requestId}`);
  }

  #known(token: AccessToken): AccessToken {
    this.context.mask.learn(token.value.reveal());
    return token;
  }
}
