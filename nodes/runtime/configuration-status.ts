import type { Node, NodeAPI } from "node-red";
import type { SendError } from "../../src/model/send-error";
import { causeOf, type LookUp } from "../../src/model/translation";
import { errorForCatch } from "./email-result";

/** A status has one line; what does not fit is in the error. */
const MOST_CHARACTERS = 80;

/** What a configuration tells of itself, to the Status and Catch nodes of those who use it. */
export class ConfigurationStatus {
  /** What holds for as long as the configuration runs. */
  #lasting: Parameters<Node["status"]>[0] = {};

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
  ) {}

  /** All its mails wait for a person, because of this; undefined when they go on. */
  held(error: SendError | undefined): void {
    if (!error) {
      this.node.status(this.#lasting);
      return;
    }
    const { reason, message, facts } = error;
    const lookUp: LookUp = (key, options) => this.RED._(key, options as never);
    const cause = causeOf(lookUp, { reason, cause: message, facts });
    const text = `${this.RED._("smtp-config.status.held")}: ${cause}`.slice(0, MOST_CHARACTERS);
    this.node.status({ fill: "red", shape: "ring", text });
    this.node.error(errorForCatch(error), {});
  }

  /** Disk was asked for, and this machine has no engine for it. */
  noDisk(): void {
    this.#lasting = { fill: "yellow", shape: "ring", text: this.RED._("smtp-config.status.no-disk") };
    this.node.status(this.#lasting);
    this.node.warn(this.RED._("smtp-config.notice.no-disk"));
  }

  /** No mail can be kept now, and none that waits is sent. */
  noStore(error: SendError): void {
    this.node.error(errorForCatch(error), {});
  }
}
