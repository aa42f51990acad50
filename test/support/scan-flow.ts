import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import type { FlowNode, RunningNodeRed } from "./node-red";
import { filesIn } from "./publications";

export interface ScanFlow {
  /** The configuration, with its credentials in clear. */
  readonly configuration: Record<string, unknown> & { readonly credentials: Record<string, string> };
  /** Properties of the message besides its recipient and body. */
  readonly props?: readonly { p: string; v: string; vt: string }[];
  /** JSONata for what is shown; the whole message where left out. */
  readonly shown?: string;
  readonly more?: readonly FlowNode[];
}

/** One mail at the press of `inject`, and all that comes of it shown in the sidebar and on the console. */
export function scanFlow({ configuration, props = [], shown, more = [] }: ScanFlow): FlowNode[] {
  const at = { z: "tab", x: 100, y: 100 };
  const mail = [
    { p: "to", v: "a@example.com", vt: "str" },
    { p: "payload", v: "x", vt: "str" },
  ];
  const complete = shown ? { complete: shown, targetType: "jsonata" } : { complete: "true", targetType: "full" };
  return [
    { id: "tab", type: "tab", label: "Scan" },
    ...more,
    { id: "config", type: "smtp-config", ...configuration },
    { id: "inject", type: "inject", ...at, props: [...mail, ...props], wires: [["step"]] },
    { id: "step", type: "send-email", ...at, wires: [["debug"]] },
    { id: "catch", type: "catch", ...at, scope: null, wires: [["debug"]] },
    { id: "debug", type: "debug", ...at, active: true, tosidebar: true, console: true, ...complete, wires: [] },
  ];
}

/** Fails where one of these occurs in what was seen, or in a log, an answer or a file of this Node-RED. */
export async function assertNowhere(
  forms: readonly string[],
  seen: readonly string[],
  nodeRed: RunningNodeRed,
): Promise<void> {
  const flows = await (await nodeRed.fetch("flows")).text();
  const credentials = await (await nodeRed.fetch("credentials/smtp-config/config")).text();
  const files = filesIn(nodeRed.userDir).flatMap((file) => [readFileSync(file, "latin1"), readFileSync(file, "utf8")]);
  const everything = [...seen, nodeRed.log(), flows, credentials, ...files].join("\n");
  assert.ok(everything.includes("you said"), "the peers' words were captured");
  assert.ok(everything.includes('"status/step"'), "statuses were captured");
  for (const form of forms) {
    const at = everything.indexOf(form);
    assert.equal(at, -1, at < 0 ? "" : `found in: …${everything.slice(Math.max(0, at - 200), at)}⟨here⟩`);
  }
}
