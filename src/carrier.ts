import type { Lookup } from "./attachments/web-access";
import { composeTestMail } from "./compose/test-mail";
import type { Clock } from "./model/clock";
import type { TokenSource } from "./model/token";
import type { Transport } from "./model/transport";
import type { SignInServices } from "./oauth/services";
import type { GenericSettings } from "./settings/generic";
import type { GraphSettings } from "./settings/graph";
import type { OAuthSignIn } from "./settings/oauth";
import type { MailSettings } from "./settings/parse";
import { SmtpTransport } from "./transports/smtp/smtp-transport";

export interface CarrierDependencies {
  readonly clock: Clock;
  /** Unique ids, unguessable enough for a Message-ID. */
  readonly newId: () => string;
  /** Where to sign in; those of the providers unless told otherwise. */
  readonly services?: SignInServices;
  /** How names of hosts that attachments come from are looked up; by this machine's resolver unless told otherwise. */
  readonly lookup?: Lookup;
  /** Environment variables that name a proxy for web services, where Node.js is to use one. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>;
}

/** What carries the mails of a configuration to its provider. */
export interface Carrier {
  readonly transport: Transport;
  /**
   * Takes the token that a message brought; true where it is another one than before.
   * Throws SendError where the configuration needs one and has none, or where this cannot be one.
   * A configuration that signs in otherwise does not look at it.
   */
  takeToken(token: unknown): boolean;
}

/** The carrier that fits the settings. Graph and the sign-in libraries are loaded only where one needs them. */
export function carrierFor(settings: MailSettings, dependencies: CarrierDependencies): Carrier {
  return settings.kind === "graph" ? graphCarrier(settings, dependencies) : smtpCarrier(settings, dependencies);
}

function smtpCarrier(settings: GenericSettings, dependencies: CarrierDependencies): Carrier {
  const { oauth } = settings;
  const tokens = oauth && tokensFor(oauth.signIn, oauth.username, "smtp", dependencies);
  const transport = new SmtpTransport(settings, {
    clock: dependencies.clock,
    composeTestMail: testMailOf(settings, dependencies),
    ...(tokens ? { tokens: tokens.source } : {}),
  });
  return { transport, takeToken: tokens?.take ?? (() => false) };
}

function graphCarrier(settings: GraphSettings, dependencies: CarrierDependencies): Carrier {
  const { GraphTransport } =
    require("./transports/graph/graph-transport") as typeof import("./transports/graph/graph-transport");
  const { servicesOr } = require("./oauth/services") as typeof import("./oauth/services");
  const { signIn, mailbox } = settings;
  const { proxyEnv } = dependencies;
  const transport = new GraphTransport(settings, {
    clock: dependencies.clock,
    composeTestMail: testMailOf(settings, dependencies),
    tokens: tokensFor(signIn, mailbox, "graph", dependencies).source,
    graphUrl: servicesOr(dependencies.services).clouds[signIn.cloud].graph,
    ...(proxyEnv ? { proxyEnv } : {}),
  });
  return { transport, takeToken: () => false };
}

interface Tokens {
  readonly source: TokenSource;
  take(token: unknown): boolean;
}

function tokensFor(
  signIn: OAuthSignIn,
  username: string,
  purpose: "graph" | "smtp",
  { clock, services }: CarrierDependencies,
): Tokens {
  if (signIn.provider === "message") {
    const { MessageTokens } = require("./oauth/message-tokens") as typeof import("./oauth/message-tokens");
    const source = new MessageTokens();
    return { source, take: (token) => source.take(token) };
  }
  const { tokenSourceFor } = require("./oauth/token-source") as typeof import("./oauth/token-source");
  const { servicesOr } = require("./oauth/services") as typeof import("./oauth/services");
  const source = tokenSourceFor(signIn, { purpose, username, clock, services: servicesOr(services) });
  return { source, take: () => false };
}

function testMailOf(settings: MailSettings, { clock, newId }: CarrierDependencies) {
  return (request: Parameters<typeof composeTestMail>[1]) =>
    composeTestMail(settings, request, { id: newId(), date: new Date(clock.now()) });
}
