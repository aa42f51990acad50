import type { NodeAPI } from "node-red";
import type { TlsMaterial } from "../../src/settings/generic";
import { isEnvReference, type Problem } from "../../src/settings/rules";
import type { TlsConfigNode } from "./nodes";

/** The certificates of the chosen `tls-config`; a problem where it is not there or not readable. */
export function tlsMaterialOf(RED: NodeAPI, id: unknown): { tls: TlsMaterial } | { problem: Problem } {
  // A variable that is not set is named by the check of the settings.
  if (typeof id !== "string" || id === "" || isEnvReference(id)) return { tls: {} };
  const node = RED.nodes.getNode(id) as TlsConfigNode | null;
  if (!node || typeof node.addTLSOptions !== "function") {
    return problem("tls-missing", "refers to TLS settings that are not deployed: deploy them first");
  }
  if (node.valid === false) {
    return problem("tls-unreadable", "refers to TLS settings whose certificate, key or CA file cannot be read");
  }
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = node.addTLSOptions({}) as TlsMaterial;
  const material = { ca, cert, key, passphrase, servername, rejectUnauthorized };
  return {
    tls: Object.fromEntries(Object.entries(material).filter(([, value]) => value !== undefined && value !== "")),
  };
}

function problem(rule: string, message: string): { problem: Problem } {
  return { problem: { field: "tls", rule, message } };
}
