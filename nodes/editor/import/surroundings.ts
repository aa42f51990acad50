import { CONFIGURATION_DEFAULTS } from "../../../src/settings/raw";
import { configurations, type SmtpConfigNode } from "../shared/configurations";
import { usernameOf } from "./accounts";
import type { KnownConfiguration, Surroundings } from "./plan";

interface TlsNode extends EditorNode {
  verifyservercert?: boolean;
  [material: string]: unknown;
}

/** Whatever a tls-config can bring besides the check of the server's certificate. */
const TLS_MATERIAL = ["cert", "key", "ca", "certname", "keyname", "caname", "servername", "alpnprotocol"] as const;

/** What is in the editor now, for the plan. */
export async function surroundings(): Promise<Surroundings> {
  const all = configurations();
  return {
    configurations: await Promise.all(all.filter(({ d }) => !d).map(knownConfiguration)),
    names: all.map(({ name }) => name),
    uncheckedTls: uncheckedTls(),
    newId: () => RED.nodes.id(),
  };
}

/** A tls-config that does nothing but leave certificates unchecked. */
export function uncheckedTlsNamed(id: string, name: string): object {
  const material = Object.fromEntries(TLS_MATERIAL.map((field) => [field, ""]));
  return { id, type: "tls-config", name, ...material, verifyservercert: false };
}

async function knownConfiguration(node: SmtpConfigNode): Promise<KnownConfiguration> {
  const tls = node.tls ? (RED.nodes.node(node.tls) as TlsNode | null | undefined) : undefined;
  const { z = "", id } = node;
  const fields = { ...CONFIGURATION_DEFAULTS, ...node };
  return { id, z, fields, username: await usernameOf(node), checksCertificate: tls?.verifyservercert !== false };
}

function uncheckedTls(): string | undefined {
  let found: string | undefined;
  RED.nodes.eachConfig((node) => {
    const tls = node as TlsNode;
    const fits = node.type === "tls-config" && !node.d && !node.z && tls.verifyservercert === false;
    if (fits && TLS_MATERIAL.every((field) => !tls[field])) found = node.id;
    return undefined;
  });
  return found;
}
