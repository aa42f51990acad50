import type { Configuration, INetworkModule } from "@azure/msal-node";
import { SecretMask } from "../model/redaction";
import { SendError } from "../model/send-error";
import type { AccessToken } from "../model/token";
import type { AzureSignIn } from "../settings/oauth";
import { tokenOf } from "./answers";
import { keyFits, readCertificate, readKey } from "./certificate";
import { type EntraCase, entraFailure } from "./entra-failures";
import { Exchange } from "./exchange";
import type { Acquire } from "./kept-tokens";
import type { Cloud } from "./services";
import type { TokenSourceOptions } from "./token-source-options";

/** What msal is given to prove with who the application is; nothing for a public one. */
type Credential = Pick<Configuration["auth"], "clientSecret" | "clientCertificate">;

/** Tokens of Microsoft Entra, got with msal-node, which is loaded with the first request. */
export function entraTokens(signIn: AzureSignIn, options: TokenSourceOptions): Acquire {
  const { purpose, clock, services } = options;
  const cloud = services.clouds[signIn.cloud];
  const mask = new SecretMask(options.username, secretsOf(signIn));
  const facts: EntraCase = { signIn, purpose, url: new URL(cloud.signIn), redact: mask.redact };
  return async (signal) => {
    const credential = credentialOf(signIn);
    const exchange = new Exchange(clock, signal, mask);
    const askedAt = clock.now();
    let said: unknown;
    try {
      // An instance of its own each time: after a 429 or 5xx msal answers for a while without asking.
      await ask(signIn, scopeOf(signIn, purpose, cloud), credential, cloud, exchange);
    } catch (error) {
      said = error;
    }
    return outcomeOf(exchange, askedAt) ?? raise(entraFailure(said, exchange, facts));
  };
}

/** msal takes a 503 with an empty object for an answer, so the answer itself decides. */
function outcomeOf({ answer }: Exchange, askedAt: number): AccessToken | undefined {
  return answer && tokenOf(answer, askedAt);
}

function raise(error: SendError): never {
  throw error;
}

async function ask(
  signIn: AzureSignIn,
  scope: string,
  credential: Credential,
  cloud: Cloud,
  exchange: Exchange,
): Promise<void> {
  const msal = require("@azure/msal-node") as typeof import("@azure/msal-node");
  const configuration: Configuration = {
    auth: {
      clientId: signIn.clientId,
      authority: `${cloud.signIn}/${encodeURIComponent(signIn.tenantId)}`,
      ...(cloud.metadata ? { authorityMetadata: cloud.metadata(signIn.tenantId) } : {}),
      ...credential,
    },
    system: { networkClient: networkOver(exchange), disableInternalRetries: true },
  };
  const scopes = [scope];
  if (signIn.way === "password") {
    const { username, password } = signIn;
    const { PublicClientApplication, ConfidentialClientApplication } = msal;
    const application = signIn.clientSecret
      ? new ConfidentialClientApplication(configuration)
      : new PublicClientApplication(configuration);
    await application.acquireTokenByUsernamePassword({ scopes, username, password: password.reveal() });
    return;
  }
  const application = new msal.ConfidentialClientApplication(configuration);
  // Without this, an environment variable of Azure's would choose another host to ask.
  const azureRegion = "DisableMsalForceRegion";
  await application.acquireTokenByClientCredential({ scopes, skipCache: true, azureRegion });
}

/**
 * What the token is asked for.
 *
 * `.default` also for a user's token for Graph: it carries every permission that was consented to.
 * Naming Mail.Send and Mail.ReadWrite would fail (AADSTS65001) where only the first is consented
 * to, although nothing but large attachments needs the second.
 */
function scopeOf({ way }: AzureSignIn, purpose: TokenSourceOptions["purpose"], cloud: Cloud): string {
  if (purpose === "graph") return `${cloud.graph}/.default`;
  return way === "password" ? cloud.smtpDelegated : cloud.smtpApplication;
}

function credentialOf(signIn: AzureSignIn): Credential {
  if (signIn.way !== "certificate") return signIn.clientSecret ? { clientSecret: signIn.clientSecret.reveal() } : {};
  const certificate = readCertificate(signIn.certificate);
  if (!certificate) throw new SendError("certificate-unreadable", { phase: "token" });
  const privateKey = signIn.privateKey.reveal();
  const key = readKey(privateKey);
  if (!key) throw new SendError("certificate-key-unreadable", { phase: "token" });
  if (!keyFits(signIn.certificate, privateKey)) {
    throw new SendError("certificate-key-mismatch", { phase: "token", facts: { value: certificate.thumbprint } });
  }
  // Entra takes only assertions that are signed with RSA; msal refuses keys under 2048 bits.
  if (key.asymmetricKeyType !== "rsa" || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new SendError("certificate-not-rsa", { phase: "token" });
  }
  return { clientCertificate: { thumbprintSha256: certificate.thumbprintSha256, privateKey } };
}

function secretsOf(signIn: AzureSignIn): string[] {
  if (signIn.way === "certificate") return [signIn.privateKey.reveal()];
  const password = signIn.way === "password" ? [signIn.password.reveal()] : [];
  return [...password, ...(signIn.clientSecret ? [signIn.clientSecret.reveal()] : [])];
}

/** msal's network, without its own words for what goes wrong: the exchange keeps the real ones. */
function networkOver(exchange: Exchange): INetworkModule {
  async function send<T>(
    method: "GET" | "POST",
    url: string,
    options?: { headers?: Record<string, string>; body?: string },
  ) {
    const { status, headers, body } = await exchange.send(url, { method, ...options });
    return { status, headers: { ...headers }, body: (body ?? {}) as T };
  }
  return {
    sendGetRequestAsync: (url, options) => send("GET", url, options),
    sendPostRequestAsync: (url, options) => send("POST", url, options),
  };
}
