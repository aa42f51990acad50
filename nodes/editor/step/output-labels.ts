import type { SendEmailNode } from "./step-node";

/** What the output with this number gives. */
export function outputLabel(node: SendEmailNode, index: number): string {
  if (node.finishWhen !== "queued") return node._("send-email.output.accepted");
  return node._(index === 0 ? "send-email.output.queued" : "send-email.output.outcome");
}
