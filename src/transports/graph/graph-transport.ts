import { readMime } from "../../compose/read-back/read-mime";
import type { Clock } from "../../model/clock";
import type { PreparedEmail } from "../../model/email";
import type { ProbeReport, ProbeRequest } from "../../model/probe";
import type { SendReceipt } from "../../model/receipt";
import { SecretMask } from "../../model/redaction";
import { SendError } from "../../model/send-error";
import type { TokenSource } from "../../model/token";
import type { Transport } from "../../model/transport";
import type { GraphSettings } from "../../settings/graph";
import type { AzureSignIn } from "../../settings/oauth";
import { sendAsDraft } from "./draft";
import { Connections, type HttpReply, type ProxyEnv } from "./exchange";
import { GraphCalls, type GraphContext, type Listen } from "./graph-calls";
import { type Parcel, pack } from "./outgoing";
import { probeGraph } from "./probe";

export interface GraphTransportDependencies {
  readonly clock: Clock;
  readonly composeTestMail: (request: Required<ProbeRequest>) => Promise<PreparedEmail>;
  readonly tokens: TokenSource;
  /** Of the cloud, without path and version: https://graph.microsoft.com */
  readonly graphUrl: string;
  readonly proxyEnv?: ProxyEnv;
}

/**
 * Sends through Microsoft Graph ("user: sendMail"), always as the mailbox of the settings.
 *
 * With user name and password, too, the way is /users/{mailbox}, never /me: it is the same for one's
 * own mailbox, and the only one for a shared one. Graph takes a mail for all of its recipients or for none.
 */
export class GraphTransport implements Transport {
  readonly kind = "graph";
  readonly #context: GraphContext;
  readonly #composeTestMail: GraphTransportDependencies["composeTestMail"];

  constructor(settings: GraphSettings, dependencies: GraphTransportDependencies) {
    const { clock, composeTestMail, tokens, graphUrl, proxyEnv } = dependencies;
    const mask = new SecretMask(settings.account, secretsOf(settings.signIn));
    this.#context = { settings, clock, tokens, graphUrl, mask, connections: new Connections(clock, proxyEnv) };
    this.#composeTestMail = composeTestMail;
  }

  send(email: PreparedEmail, signal: AbortSignal, beforeBody: () => Promise<void>): Promise<SendReceipt> {
    return sendMail(this.#context, email, signal, beforeBody);
  }

  probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeReport> {
    const send = (email: PreparedEmail, listen: Listen): Promise<SendReceipt> =>
      sendMail(this.#context, email, signal, async () => {}, listen);
    return probeGraph(this.#context, request, { compose: this.#composeTestMail, send }, signal);
  }

  async close(): Promise<void> {
    this.#context.connections.close();
  }
}

async function sendMail(
  context: GraphContext,
  email: PreparedEmail,
  signal: AbortSignal,
  beforeBody: () => Promise<void>,
  listen?: Listen,
): Promise<SendReceipt> {
  const { envelope, messageId } = email;
  const calls = new GraphCalls(context, listen);
  // Before anything is packed: a configuration that cannot sign in need not work for it.
  await calls.token(signal);
  const parcel = packed(email, context.settings.saveToSentItems);
  const { body, contentType, separate } = parcel;
  const recipients = envelope.to;
  const once = (): Promise<HttpReply> =>
    calls.call(
      {
        method: "POST",
        path: "/sendMail",
        purpose: "send",
        expected: 202,
        body,
        contentType,
        recipients,
        before: beforeBody,
      },
      signal,
    );
  const reply =
    separate.length === 0
      ? await once()
      : await sendAsDraft(parcel, { context, calls, signal, beforeBody, recipients });
  const { response, requestId } = calls.answer(reply);
  return {
    messageId,
    recipients: recipients.map((address) => ({ address, state: "accepted" as const })),
    response,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** What the composer wrote can be read back; what a damaged store gives may not. */
function packed(email: PreparedEmail, saveToSentItems: boolean): Parcel {
  try {
    return pack(readMime(email), email.envelope, saveToSentItems);
  } catch (error) {
    if (error instanceof SendError) throw error;
    throw new SendError("compose-failed", { phase: "input", facts: { value: "its stored bytes cannot be read" } });
  }
}

function secretsOf(signIn: AzureSignIn): string[] {
  switch (signIn.way) {
    case "certificate":
      return [signIn.privateKey.reveal()];
    case "password":
      return [signIn.password.reveal(), ...(signIn.clientSecret ? [signIn.clientSecret.reveal()] : [])];
    default:
      return [signIn.clientSecret.reveal()];
  }
}
