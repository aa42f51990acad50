import { createHash } from "node:crypto";
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Outcome, SendResult, Submitted } from "../../src/mailer";
import { SendError } from "../../src/model/send-error";
import { DEDUPE_HOURS, type RawSendEmail } from "../../src/settings/send-email-raw";
import { configurationFor, configurationsOf } from "./configuration-for";
import { draftOf } from "./draft-from-message";
import { emailResultOf, errorForCatch, inWords, isResult, partlyRefused } from "./email-result";
import { loadMailer } from "./load-mailer";
import type { SmtpConfigNode } from "./nodes";
import { fillPlaceholders } from "./placeholders";
import type { StatusLine } from "./status-line";
import { evaluateFields } from "./typed-values";

const HOUR_MS = 60 * 60 * 1000;
/** A longer key is kept as its hash: cut off, it would be that of other mails as well. */
const MOST_KEY_CHARACTERS = 500;

export type EmailStepMessage = NodeMessage & { email?: unknown; filename?: unknown };

type SendOn = (msg: NodeMessage | (NodeMessage | null)[]) => void;

/** The steps that run now, by the id of their node: a mail may outlast the step that queued it. */
const running = new Map<string, Step>();
const listening = new WeakSet<object>();

/**
 * Has each step known to its configurations as soon as all nodes of a deploy are there: a configuration may be held
 * for mails of before, and Catch must hear of it though no message comes.
 */
export function introduceSteps({ events }: NodeAPI): void {
  if (listening.has(events)) return;
  listening.add(events);
  events.on("flows:started", () => {
    for (const step of running.values()) step.introduce();
  });
}

/** What a send-email does with a message: it has it queued, and goes on when the node's setting says so. */
export class Step {
  readonly #used = new Set<SmtpConfigNode>();

  constructor(
    private readonly RED: NodeAPI,
    readonly node: Node,
    private readonly definition: RawSendEmail,
    private readonly status: StatusLine,
  ) {
    running.set(node.id, this);
  }

  /** Resolves when the message has gone on. Rejects with SendError where it has not. */
  async take(given: EmailStepMessage, send: SendOn): Promise<void> {
    // A frozen one could not be told what became of its mail.
    const msg = Object.isExtensible(given) ? given : { ...given };
    // Not the message itself: the same one may come again, and a queued mail outlives it.
    const mail: MailInStatus = {};
    const before = msg.email;
    try {
      await this.#submit(mail, msg, send);
    } catch (error) {
      // An earlier step's mail, which Catch would take for this one. Until now fields may have referred to it.
      if (msg.email === before && isResult(before)) delete msg.email;
      const told = error instanceof SendError ? error : unexpected();
      this.current.status.failed(mail, told);
      throw told;
    }
  }

  async #submit(mail: MailInStatus, msg: EmailStepMessage, send: SendOn): Promise<void> {
    const { definition } = this;
    const fields = await evaluateFields(this.RED, this.node, definition, msg);
    const { dedupeKey, accessToken, configurationName, ...read } = fields;
    const configuration = configurationFor(this.RED, this.node, definition, configurationName);
    this.#use(configuration);
    // The one that is deployed now, whatever is deployed until the values are there.
    const mailer = configuration.mailer();
    const { maxBytes } = configuration.settings();
    const { values } = await fillPlaceholders(this.RED, this.node, definition, read, msg, maxBytes);
    const waits = definition.finishWhen === "queued";
    const submitted = await mailer.submit(draftOf(definition, values, msg.filename), {
      ...dedupeOf(dedupeKey, definition),
      accessToken,
      origin: this.node.id,
      onProgress: (progress) => this.current.status.progress(mail, progress),
    });
    const name = configuration.name ?? configuration.id;
    if (submitted.state === "duplicate") {
      this.status.duplicate(mail);
      msg.email = { ...submitted, configuration: name };
      return this.#goOn(msg, send);
    }
    if (!waits) return this.#goOnWhenAccepted(mail, msg, submitted, name, send);
    const { result: _, ...queued } = submitted;
    msg.email = { ...queued, configuration: name };
    this.#followUp(mail, msg, submitted, name);
    this.#goOn([msg, null], send);
  }

  /** The step that runs now in the place of this one: nothing that a closed node sends arrives. */
  get current(): Step {
    return running.get(this.node.id) ?? this;
  }

  /** Where Node-RED cannot copy the message for several wires, its mail is sent all the same: that is no failure of it. */
  #goOn(msg: Parameters<SendOn>[0], send: SendOn): void {
    try {
      send(msg);
    } catch {
      this.node.warn("The mail is on its way, but its message could not go on: Node-RED cannot copy it.");
    }
  }

  /** What a configuration tells, now or later, is to reach the Catch and Status nodes of this flow. */
  introduce(): void {
    this.#leaveConfigurations();
    for (const configuration of configurationsOf(this.node, this.definition)) this.#use(configuration);
  }

  #use(configuration: SmtpConfigNode): void {
    if (this.#used.has(configuration)) return;
    // With messages that choose, mails of this step may wait in each of them.
    if (!this.definition.chooseByMessage) this.#leaveConfigurations();
    configuration.users[this.node.id] = this.node;
    this.#used.add(configuration);
  }

  close(): void {
    this.#leaveConfigurations();
    if (running.get(this.node.id) === this) running.delete(this.node.id);
  }

  #leaveConfigurations(): void {
    for (const { users } of this.#used) if (users[this.node.id] === this.node) delete users[this.node.id];
    this.#used.clear();
  }

  async #goOnWhenAccepted(
    mail: MailInStatus,
    msg: EmailStepMessage,
    submitted: Queued,
    name: string,
    send: SendOn,
  ): Promise<void> {
    const result = await submitted.result;
    const { current } = this;
    msg.email = { ...emailResultOf(result), configuration: name };
    current.status.accepted(mail, result);
    const refused = result.state === "partial" ? partlyRefused(result) : undefined;
    if (refused && this.definition.failOnPartial) throw refused;
    if (refused) current.node.warn(inWords(refused));
    this.#goOn(msg, current === this ? send : (sent) => current.node.send(sent as never));
  }

  /**
   * The outcome of a mail of an earlier process: only the mail is known, no longer its message. Where that would have
   * waited for it, it cannot go on any more, but nobody must take for sent what was not.
   */
  tellOutcome(outcome: Outcome): void {
    const { resultOf } = loadMailer();
    const result = Promise.resolve(outcome).then(resultOf);
    if (this.definition.finishWhen === "queued")
      this.#followUp({}, {} as EmailStepMessage, { ...outcome, state: "queued", result }, undefined);
    else result.then((sent) => this.#orRefused(sent)).catch((error: SendError) => this.#failAlone(outcome, error));
  }

  #orRefused(result: SendResult): void {
    if (result.state === "partial" && this.definition.failOnPartial) throw partlyRefused(result);
  }

  #failAlone({ id, messageId }: Outcome, error: SendError): void {
    this.status.failed({}, error);
    this.node.error(errorForCatch(error) as never, { email: { state: "failed", id, messageId } } as never);
  }

  /** Tells the outcome at the second output, with what little of the message is worth keeping until then. */
  #followUp(
    mail: MailInStatus,
    { _msgid, topic }: EmailStepMessage,
    { id, messageId, result }: Queued,
    configuration: string | undefined,
  ): void {
    const kept = { ...(_msgid ? { _msgid } : {}), ...(topic === undefined ? {} : { topic }) };
    const tell = (email: Record<string, unknown>): void => {
      const known = configuration === undefined ? {} : { configuration };
      this.current.#sendOutcome({ ...kept, email: { ...email, ...known } } as unknown as NodeMessage);
    };
    result.then(
      (sent: SendResult) => {
        this.current.status.accepted(mail, sent);
        tell(emailResultOf(sent));
      },
      (error: SendError) => {
        this.current.status.failed(mail, error);
        const { message, code, cause } = errorForCatch(error) as Error & { code: string };
        tell({ state: "failed", id, messageId, error: { message, code, cause } });
      },
    );
  }

  /** Nobody waits for it any more: what Node-RED throws here, because it cannot copy a topic, would end the process. */
  #sendOutcome(outcome: NodeMessage): void {
    try {
      this.node.send([null, outcome]);
    } catch {
      this.node.warn("The outcome of a mail could not go on: Node-RED cannot copy its topic.");
    }
  }
}

/** What a mail is known by to the status, for as long as it is on its way. */
type MailInStatus = object;

type Queued = Extract<Submitted, { state: "queued" }>;

function dedupeOf(key: unknown, { dedupeHours }: RawSendEmail): { dedupeKey?: string; dedupeForMs?: number } {
  if (key === undefined || key === null || key === "") return {};
  if (typeof key === "object") {
    throw new SendError("field-type", {
      phase: "input",
      facts: { field: "dedupeKey", value: "must be a text or a number" },
    });
  }
  const hours = Number(dedupeHours);
  return { dedupeKey: keptKey(String(key)), dedupeForMs: (hours > 0 ? hours : DEDUPE_HOURS) * HOUR_MS };
}

function keptKey(key: string): string {
  return key.length <= MOST_KEY_CHARACTERS ? key : createHash("sha256").update(key).digest("hex");
}

/** Nothing of an unknown error is shown, because nobody knows what it carries. */
export function unexpected(): SendError {
  const facts = { value: "an unexpected failure inside this package" };
  return new SendError("compose-failed", { phase: "input", facts });
}
