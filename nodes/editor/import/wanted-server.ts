import { isAddress } from "../../../src/model/address-syntax";
import type { Security } from "../../../src/settings/raw";
import type { Account, OldNode } from "./old-node";

/** What a configuration must be for the mails of an e-mail node to go the way they went. */
export interface WantedServer {
  host: string;
  port: string | number;
  security: Security;
  auth: "none" | "password" | "oauth2";
  username: string;
  /** The user name, where that is an address: it was the sender wherever a message named none. */
  from: string;
  uncheckedCertificate: boolean;
  /** The flow whose environment variables the values refer to; empty for all flows. */
  scope: string;
}

/** `account` is undefined where nobody can tell, as for a node whose package is not installed. */
export function wantedServer(node: OldNode, account: Account | undefined): WantedServer {
  const host = (node.server ?? "").trim();
  const port = portOf(node);
  const username = (account?.username ?? "").trim();
  const auth = signInOf(node, account);
  const refersToEnvironment = [host, port, username].some((value) => /\$\{[^}]+\}/.test(String(value)));
  return {
    host,
    port,
    security: securityOf(node, port, auth),
    auth,
    username,
    from: isAddress(username, true) ? username : "",
    uncheckedCertificate: node.tls === false,
    scope: refersToEnvironment && node.hasFlowEnvironment ? node.z : "",
  };
}

/** Two nodes with the same key share a configuration. */
export function keyOf(wanted: WantedServer): string {
  return JSON.stringify({ ...wanted, host: wanted.host.toLowerCase(), port: String(wanted.port) });
}

function portOf({ port, secure }: OldNode): string | number {
  const text = String(port ?? "").trim();
  if (text === "") return secure ? 465 : 587;
  return /^\d+$/.test(text) ? Number(text) : text;
}

function signInOf({ authtype }: OldNode, account: Account | undefined): WantedServer["auth"] {
  if (authtype === "NONE") return "none";
  if (authtype === "XOAUTH2") return "oauth2";
  // The node signed in only where it had both.
  return !account || (account.username !== "" && account.hasPassword) ? "password" : "none";
}

/**
 * The node took STARTTLS where the server offered it, whatever the port. For port 587 with a login, and for
 * tokens, it becomes required: there every server offers it, and without it a secret would leave in clear.
 */
function securityOf({ secure }: OldNode, port: string | number, auth: WantedServer["auth"]): Security {
  if (secure === true || port === 465) return "tls";
  return auth === "oauth2" || (auth === "password" && port === 587) ? "starttls" : "starttls-if-offered";
}
