import type { PreparedEmail } from "../../../src/model/email";
import type { EntryState } from "../../../src/model/entry-state";
import type { RecipientState, SendReceipt } from "../../../src/model/receipt";
import type { SendError } from "../../../src/model/send-error";
import { Outbox, type OutboxOptions } from "../../../src/outbox/outbox";
import type { OutboxStore } from "../../../src/outbox/outbox-store";
import { type Outcome, Outcomes, type Progress } from "../../../src/outbox/outcomes";
import { MemoryOutboxStore } from "../../../src/outbox/stores/memory-outbox-store";
import { QUEUE } from "../../contract/sample-entries";
import { FakeClock } from "../../support/fake-clock";
import { HOUR } from "./failures";

const TO = ["anna@example.com"];

export function mail(name: string, to: readonly string[] = TO): PreparedEmail {
  const envelope = { from: "orders@example.com", to };
  return { messageId: `<${name}@example.com>`, envelope, mime: Buffer.from(`Subject: ${name}\r\n\r\nbody\r\n`) };
}

/** A receipt in which recipients that are not named are accepted. */
function receiptFor(email: PreparedEmail, states: Record<string, RecipientState> = {}): SendReceipt {
  const recipients = email.envelope.to.map((address) => ({ address, state: states[address] ?? "accepted" }));
  return { messageId: email.messageId, recipients, response: "250 2.0.0 Ok" };
}

/** A mail that is with the server, which answers when the test says so. */
export interface Handover {
  readonly name: string;
  readonly to: readonly string[];
  readonly at: number;
  readonly signal: AbortSignal;
  readonly beforeBody: () => Promise<void>;
  accept(states?: Record<string, RecipientState>): void;
  refuse(error: unknown): void;
}

export interface Watched {
  readonly id: string;
  readonly progress: Progress[];
  outcome: Outcome | undefined;
}

export interface Rig {
  readonly clock: FakeClock;
  readonly store: OutboxStore;
  readonly outcomes: Outcomes;
  readonly outbox: Outbox;
  /** What `onHeld` was told. */
  readonly held: (SendError | undefined)[];
  /** Everything that was handed over, in order, answered or not. */
  readonly handovers: Handover[];
  enqueue(name: string, to?: readonly string[]): Promise<Watched>;
  stateOf(watched: Watched): Promise<EntryState | undefined>;
}

export type Answer = (handover: Handover) => void;

export interface RigOptions extends Partial<Omit<OutboxOptions, "send" | "store" | "clock">> {
  readonly clock?: FakeClock;
  readonly store?: OutboxStore;
  /** Answers at once; without it the test answers each handover. */
  readonly answer?: Answer;
}

let ids = 0;

/** An outbox that was not started yet, with a clock that stands still and a server that does what the test says. */
export async function makeRig({ answer, ...given }: RigOptions = {}): Promise<Rig> {
  const { clock = new FakeClock(), store = new MemoryOutboxStore(), outcomes = new Outcomes() } = given;
  if (!given.store) await store.open();
  const held: (SendError | undefined)[] = [];
  const handovers: Handover[] = [];
  const outbox = new Outbox({
    queue: QUEUE,
    random: () => 0.5,
    newId: () => `id-${ids++}`,
    maxConnections: 1,
    policy: { giveUpAfterMs: 48 * HOUR, onUnconfirmed: "resend" },
    onHeld: (error) => held.push(error),
    ...given,
    clock,
    store,
    outcomes,
    send: (email, signal, beforeBody) =>
      new Promise((resolve, reject) => {
        const name = email.messageId.slice(1, email.messageId.indexOf("@"));
        const handover: Handover = {
          name,
          to: email.envelope.to,
          at: clock.now(),
          signal,
          beforeBody,
          accept: (states) => resolve(receiptFor(email, states)),
          refuse: reject,
        };
        signal.addEventListener("abort", () => reject(signal.reason));
        handovers.push(handover);
        answer?.(handover);
      }),
  });
  const enqueue = async (name: string, to: readonly string[] = TO): Promise<Watched> => {
    const progress: Progress[] = [];
    const queued = await outbox.enqueue(mail(name, to), { subject: name }, (event) => progress.push(event));
    const watched: Watched = { id: queued.id, progress, outcome: undefined };
    if (queued.state === "queued")
      void queued.outcome.then((outcome) => {
        watched.outcome = outcome;
      });
    return watched;
  };
  const stateOf = async ({ id }: Watched): Promise<EntryState | undefined> => (await store.get(id))?.state;
  return { clock, store, outcomes, outbox, held, handovers, enqueue, stateOf };
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const rig = await makeRig(options);
  await rig.outbox.start();
  return rig;
}

export const namesOf = (handovers: readonly Handover[]): string[] => handovers.map(({ name }) => name);

/** A store of which one call fails until it is healed. */
export class FailingStore extends MemoryOutboxStore {
  healed = false;

  constructor(call: "add" | "claim" | "startBody" | "complete" | "defer" | "bury" | "nextDueAt", error: SendError) {
    super();
    const healthy = this[call].bind(this) as (...given: unknown[]) => Promise<unknown>;
    const failing = async (...given: unknown[]): Promise<unknown> => {
      if (!this.healed) throw error;
      return healthy(...given);
    };
    Object.assign(this, { [call]: failing });
  }
}
