import type { FlowNode } from "../../test/support/node-red";
import type { ServerPorts, ServerTask } from "./faulty-server";
import type { Queue } from "./plan";

const place = { z: "tab", x: 100, y: 100 };

export interface FlowOptions {
  readonly ports: ServerPorts;
  readonly account: ServerTask["account"];
  readonly attachmentFolder: string;
  readonly startedAt: number;
  readonly feedMs: number;
}

/**
 * A feeder, two steps with a configuration each, and what listens to them.
 *
 * The two differ where the package leaves a choice: encryption and login, whether the message waits for the
 * acceptance, what becomes of a lost answer, and whether a partly refused mail is an error.
 */
export function soakFlow({ ports, account, attachmentFolder, startedAt, feedMs }: FlowOptions): FlowNode[] {
  const common = { host: "localhost", from: "soak@example.com", keepSent: 0, keepFailed: 1, version: 1 };
  const limits = { maxConnections: 5, attachmentFolders: attachmentFolder };
  const feed =
    `global.get("soak").start(${startedAt}, ${feedMs}, ` +
    `(queue, message) => node.send(queue === "orders" ? [message, null] : [null, message]));`;
  const functions = { outputs: 1, timeout: 0, noerr: 0, initialize: "", finalize: "", libs: [] };
  return [
    { id: "tab", type: "tab", label: "Soak" },
    {
      ...{ id: "orders", type: "smtp-config", name: "Orders", isDefault: true, ...common, ...limits },
      ...{ port: ports.orders, security: "starttls", auth: "password", onUnconfirmed: "hold" },
      credentials: { username: account.user, password: account.pass },
    },
    {
      ...{ id: "invoices", type: "smtp-config", name: "Invoices", isDefault: false, ...common, ...limits },
      ...{ port: ports.invoices, security: "none", auth: "none", onUnconfirmed: "resend" },
    },
    {
      ...{ id: "feeder", type: "function", ...place, ...functions, name: "50 a second", outputs: 2, func: "" },
      ...{ initialize: feed, finalize: `global.get("soak").stop();` },
      wires: [["orders-step"], ["invoices-step"]],
    },
    step("orders", { finishWhen: "accepted", outputs: 1, failOnPartial: true, wires: [["told"]] }),
    step("invoices", { finishWhen: "queued", outputs: 2, failOnPartial: false, wires: [[], ["told"]] }),
    // So that Node-RED does not print every error.
    { id: "catch", type: "catch", ...place, scope: ["orders-step", "invoices-step"], uncaught: false, wires: [[]] },
    {
      ...{ id: "told", type: "function", ...place, ...functions, name: "What was told" },
      ...{ func: `global.get("soak").told(msg);`, wires: [[]] },
    },
  ];
}

function step(queue: Queue, settings: Record<string, unknown>): FlowNode {
  return { id: `${queue}-step`, type: "send-email", ...place, smtpConfig: queue, ...settings };
}
