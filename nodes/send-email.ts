import type { Node, NodeAPI } from "node-red";
import type { SendError } from "../src/model/send-error";
import { SEND_EMAIL_DEFAULTS } from "../src/settings/send-email-raw";
import { errorForCatch } from "./runtime/email-result";
import { machine } from "./runtime/machine";
import type { SendEmailDef } from "./runtime/nodes";
import { mayHaveMail, postOfficeOf } from "./runtime/post-office";
import { serveSample } from "./runtime/sample-endpoint";
import { StatusLine } from "./runtime/status-line";
import { type EmailStepMessage, introduceSteps, Step } from "./runtime/step";

export = function register(RED: NodeAPI): void {
  function SendEmail(this: Node, saved: SendEmailDef): void {
    RED.nodes.createNode(this, saved);
    const definition = { ...SEND_EMAIL_DEFAULTS, ...saved };
    const status = new StatusLine(RED, this, machine.clock);
    const step = new Step(RED, this, definition, status);

    // Exactly three parameters: that is how Node-RED knows that `done` will be called.
    this.on("input", (msg: EmailStepMessage, send, done) => {
      step.take(msg, send).then(
        () => finish(this, msg, done),
        (error: SendError) => fail(step, msg, done, errorForCatch(error)),
      );
    });
    // Mails of an earlier process end here, too; where there can be none, nothing that sends is loaded for it.
    const stopListening = mayHaveMail(RED, "disk")
      ? postOfficeOf(RED).outcomes.listen(this.id, (outcome) => step.tellOutcome(outcome))
      : () => {};
    this.on("close", () => {
      stopListening();
      step.close();
      status.close();
    });
  }

  RED.nodes.registerType("send-email", SendEmail as never);
  serveSample(RED);
  introduceSteps(RED);
};

/** The Catch nodes of now are to hear it, although the node that took the message may be gone. */
function fail(step: Step, msg: EmailStepMessage, done: (error?: Error) => void, error: Error): void {
  const { node } = step.current;
  if (node === step.node) finish(node, msg, done, error);
  // Not `done` of the closed one as well: without the error Complete would take it for sent, with it Catch hears twice.
  else finish(node, msg, () => node.error(error as never, msg), error);
}

/**
 * Node-RED copies the message for Catch and Complete, and with it runs what is in it. What a getter throws, or a depth
 * that no copy reaches, would be nobody's to catch, and end the process. Catch then gets the error without the rest.
 */
function finish(node: Node, { _msgid }: EmailStepMessage, done: (error?: Error) => void, error?: Error): void {
  try {
    done(error);
  } catch {
    if (error) node.error(error as never, (typeof _msgid === "string" ? { _msgid } : {}) as never);
  }
}
