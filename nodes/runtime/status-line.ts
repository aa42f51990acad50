import type { Node, NodeAPI } from "node-red";
import type { Progress, SendResult } from "../../src/mailer";
import type { Clock } from "../../src/model/clock";
import type { SendError } from "../../src/model/send-error";

/** A burst of mails changes the status at most this often. */
const REFRESH_MS = 100;

type Status = { fill: "red" | "green" | "yellow" | "blue"; shape: "dot" | "ring"; text: string };

/** Shows under a step what its mails are doing, and what became of the last one. */
export class StatusLine {
  readonly #progress = new Map<object, Progress>();
  #last: Status | undefined;
  #callOff: (() => void) | undefined;
  #closed = false;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly clock: Clock,
  ) {}

  progress(mail: object, progress: Progress): void {
    this.#progress.set(mail, progress);
    this.#refresh();
  }

  accepted(mail: object, result: SendResult): void {
    const refused = result.recipients.filter(({ state }) => state !== "accepted").length;
    const places = { refused, all: result.recipients.length, time: this.#time(this.clock.now()) };
    this.#end(
      mail,
      refused === 0
        ? {
            fill: "green",
            shape: result.safeMode ? "ring" : "dot",
            text: this.#text(result.safeMode ?? "accepted", places),
          }
        : { fill: "yellow", shape: "dot", text: this.#text("partial", places) },
    );
  }

  duplicate(mail: object): void {
    this.#end(mail, { fill: "green", shape: "ring", text: this.#text("duplicate", {}) });
  }

  failed(mail: object, error: SendError): void {
    this.#end(mail, { fill: "red", shape: "ring", text: this.#label(error) });
  }

  /** `login refused · 535`, `no token · AADSTS7000215`: short enough to stand under a node. */
  #label(error: SendError): string {
    const key = `send-email.status.code.${error.code}`;
    const label = this.RED._(key);
    const { smtp, http } = error;
    const words = smtp?.replyCode ?? http?.error ?? http?.status;
    return `${label === key ? error.code : label}${words === undefined ? "" : ` · ${words}`}`;
  }

  close(): void {
    this.#closed = true;
    this.#callOff?.();
  }

  #end(mail: object, status: Status): void {
    this.#progress.delete(mail);
    this.#last = status;
    this.#refresh();
  }

  #refresh(): void {
    if (this.#closed || this.#callOff) return;
    this.#show();
    this.#callOff = this.clock.after(REFRESH_MS, () => {
      this.#callOff = undefined;
      if (!this.#closed) this.#show();
    });
  }

  #show(): void {
    const status = this.#current() ?? this.#last;
    if (status) this.node.status(status);
  }

  #current(): Status | undefined {
    const all = [...this.#progress.values()];
    const held = all.find(({ state }) => state === "held");
    const retry = earliest(all);
    const limited = all.find(({ state }) => state === "limited");
    const sending = all.filter(({ state }) => state === "sending").length;
    const queued = all.length - sending;
    if (held?.state === "held") {
      return {
        fill: "red",
        shape: "ring",
        text: this.#text("held", { because: held.error ? this.#label(held.error) : "", queued }),
      };
    }
    if (sending > 0)
      return {
        fill: "blue",
        shape: "dot",
        text: this.#text(queued > 0 ? "sending-queued" : "sending", { sending, queued }),
      };
    if (retry) {
      const because = retry.error ? this.#label(retry.error) : "";
      return {
        fill: "yellow",
        shape: "ring",
        text: this.#text("retry", { time: this.#time(retry.at), because, queued }),
      };
    }
    if (limited?.state === "limited") {
      return {
        fill: "yellow",
        shape: "ring",
        text: this.#text("limited", { queued, time: this.#time(limited.until) }),
      };
    }
    return queued > 0 ? { fill: "blue", shape: "ring", text: this.#text("queued", { queued }) } : undefined;
  }

  #text(key: string, places: Record<string, string | number>): string {
    return this.RED._(`send-email.status.${key}`, places as never);
  }

  #time(ms: number): string {
    return new Date(ms).toTimeString().slice(0, 8);
  }
}

type Retry = Extract<Progress, { state: "retry" }>;

function earliest(all: readonly Progress[]): Retry | undefined {
  const retries = all.filter((progress): progress is Retry => progress.state === "retry");
  return retries.reduce<Retry | undefined>((first, each) => (first && first.at <= each.at ? first : each), undefined);
}
