import { randomUUID } from "node:crypto";
import { composeTestMail } from "../../../src/compose/test-mail";
import { type Clock, systemClock } from "../../../src/model/clock";
import { Secret } from "../../../src/model/secret";
import type { AccessToken, TokenSource } from "../../../src/model/token";
import type { GraphSettings } from "../../../src/settings/graph";
import { parseSettings } from "../../../src/settings/parse";
import type { RawConfiguration, RawCredentials } from "../../../src/settings/raw";
import { GraphTransport } from "../../../src/transports/graph/graph-transport";

export const TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
export const CLIENT_SECRET = "client-secret-Ym9vdGxlZw";
const ALL = ["Mail.Send", "Mail.ReadWrite", "User.Read.All"];

/** Settings that parse, of an application with a client secret unless told otherwise. */
export function graphSettings(raw: Partial<RawConfiguration> = {}, credentials: RawCredentials = {}): GraphSettings {
  const configuration = {
    name: "Graph",
    kind: "graph",
    graphAuth: "client-secret",
    tenantId: TENANT,
    clientId: "00001111-aaaa-2222-bbbb-3333cccc4444",
    mailbox: "orders@example.com",
    outbox: "memory",
    giveUpAfter: 0,
    ...raw,
  };
  const parsed = parseSettings(configuration, { clientSecret: CLIENT_SECRET, ...credentials });
  if ("problems" in parsed)
    throw new Error(parsed.problems.map(({ field, message }) => `${field} ${message}`).join("; "));
  if (parsed.settings.kind !== "graph") throw new Error("not a Graph configuration");
  return parsed.settings;
}

/** Tokens out of nowhere: each renewal gives another one. */
export class FakeTokens implements TokenSource {
  renewals = 0;
  #current: AccessToken;

  constructor(
    private readonly permissions: readonly string[] = ALL,
    private readonly clock: Clock = systemClock,
    /** One that cannot be read tells neither tenant nor permissions. */
    private readonly readable = true,
  ) {
    this.#current = this.#make();
  }

  async get(): Promise<AccessToken> {
    return this.#current;
  }

  async renew(): Promise<AccessToken> {
    this.renewals++;
    this.#current = this.#make();
    return this.#current;
  }

  #make(): AccessToken {
    const value = new Secret(`token-${randomUUID()}`);
    const expiresAt = this.clock.now() + 3_600_000;
    return { value, expiresAt, permissions: this.permissions, ...(this.readable ? { tenant: TENANT } : {}) };
  }
}

export interface TransportOptions {
  settings?: GraphSettings;
  tokens?: TokenSource;
  clock?: Clock;
}

export function graphTransport(url: string, options: TransportOptions = {}): GraphTransport {
  const { settings = graphSettings(), tokens = new FakeTokens(), clock = systemClock } = options;
  return new GraphTransport(settings, {
    clock,
    tokens,
    graphUrl: url,
    composeTestMail: (request) => composeTestMail(settings, request, { id: randomUUID(), date: new Date(clock.now()) }),
  });
}
