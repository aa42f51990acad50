import { CONFIGURATION_DEFAULTS, type RawConfiguration, type RawCredentials } from "../../../src/settings/raw";
import { SEND_EMAIL_DEFAULTS } from "../../../src/settings/send-email-raw";
import type { FlowNode } from "../../support/node-red";

export const tab: FlowNode = { id: "tab1", type: "tab", label: "Orders" };

/** A configuration as the editor exports it; without sign-in and security unless told otherwise. */
export function configuration(id: string, raw: Partial<RawConfiguration> & { credentials?: RawCredentials }): FlowNode {
  const { credentials, ...properties } = raw;
  const base = { ...CONFIGURATION_DEFAULTS, name: id, host: "localhost", security: "none", auth: "none" };
  const node = { ...base, from: "orders@example.com", ...properties, id, type: "smtp-config" };
  return (credentials ? { ...node, credentials } : node) as FlowNode;
}

export function step(id: string, raw: Partial<typeof SEND_EMAIL_DEFAULTS> = {}): FlowNode {
  return { ...SEND_EMAIL_DEFAULTS, ...raw, id, type: "send-email", z: tab.id, x: 300, y: 100, wires: [[]] };
}

/** Sends what a flow wired for Node-RED's own e-mail node would send. */
export function inject(id: string, message: { to: string; topic: string; payload: string }): FlowNode {
  return {
    id,
    type: "inject",
    z: tab.id,
    name: "order",
    props: [{ p: "payload" }, { p: "topic", vt: "str" }, { p: "to", v: message.to, vt: "str" }],
    topic: message.topic,
    payload: message.payload,
    payloadType: "str",
    repeat: "",
    crontab: "",
    once: false,
    onceDelay: 0.1,
    x: 130,
    y: 60,
    wires: [[]],
  };
}

/** A tls-config that trusts this certificate authority. */
export function trusting(id: string, ca: string): FlowNode {
  const names = { cert: "", key: "", ca: "", certname: "", keyname: "", caname: "ca.pem", servername: "" };
  return { id, type: "tls-config", name: "Our_CA", ...names, verifyservercert: true, credentials: { cadata: ca } };
}
