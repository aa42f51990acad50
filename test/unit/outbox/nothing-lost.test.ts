import assert from "node:assert/strict";
import fc from "fast-check";
import type { RecipientState } from "../../../src/model/receipt";
import { away, greylisted, HOUR, lostAnswer, throttled } from "./failures";
import { type Handover, makeRig, type Rig, type Watched } from "./rig";

type Reply = "accept" | "450" | "550" | "421" | "away" | "lost" | "lost after accepting" | "mixed";
type Reaction = readonly [Reply, number];

const RECIPIENTS = ["a@example.com", "b@example.com", "c@example.com"];
const replies: readonly Reply[] = ["accept", "450", "550", "421", "away", "lost", "lost after accepting", "mixed"];

/** A server that does what it is told, and keeps the truth of what it accepted. */
class Server {
  /** How often it accepted a mail for a recipient, and how often it did so without its answer arriving. */
  readonly accepted = new Map<string, number>();
  readonly unanswered = new Map<string, number>();
  #next = 0;

  constructor(private readonly script: readonly Reaction[]) {}

  react(rig: Rig, handover: Handover): void {
    const [reply, lasts] = this.script[this.#next++] ?? (["accept", 0] as const);
    rig.clock.after(lasts, () => this.#answer(reply, handover));
  }

  #answer(reply: Reply, handover: Handover): void {
    if (handover.signal.aborted) return;
    const failures = {
      "450": greylisted,
      "421": throttled,
      away,
      lost: lostAnswer,
      "lost after accepting": lostAnswer,
    };
    if (reply === "lost after accepting") this.#took(handover, handover.to, true);
    if (reply in failures) handover.refuse(failures[reply as keyof typeof failures]());
    else this.#take(handover, reply);
  }

  #take(handover: Handover, reply: Reply): void {
    const states: Record<string, RecipientState> = {};
    const [, second, third] = handover.to;
    if (reply === "mixed" && second) states[second] = "deferred";
    if (reply !== "accept" && third) states[third] = "rejected";
    this.#took(
      handover,
      handover.to.filter((address) => !states[address]),
      false,
    );
    handover.accept(states);
  }

  #took({ name }: Handover, to: readonly string[], lost: boolean): void {
    for (const address of to) {
      const key = `${name} ${address}`;
      this.accepted.set(key, (this.accepted.get(key) ?? 0) + 1);
      if (lost) this.unanswered.set(key, (this.unanswered.get(key) ?? 0) + 1);
    }
  }
}

describe("Whatever the server does", () => {
  const script = fc.array(fc.tuple(fc.constantFrom(...replies), fc.nat({ max: 20_000 })), { maxLength: 60 });
  const redeploys = fc.array(fc.nat({ max: 600_000 }), { maxLength: 3 });
  const settings = fc.record({
    mails: fc.integer({ min: 1, max: 8 }),
    maxConnections: fc.integer({ min: 1, max: 4 }),
    perMinute: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
    onUnconfirmed: fc.constantFrom("resend" as const, "hold" as const),
  });

  it("nothing is lost, and nothing sent twice but after a lost answer, redeploys included", async () => {
    const property = fc.asyncProperty(script, redeploys, settings, async (reactions, stops, given) => {
      const { mails, onUnconfirmed, ...limits } = given;
      const server = new Server(reactions);
      const policy = { giveUpAfterMs: 48 * HOUR, onUnconfirmed };
      const options = { ...limits, policy, answer: (handover: Handover) => server.react(rig, handover) };
      let rig = await makeRig(options);
      await rig.outbox.start();
      const watched: Watched[] = [];
      for (let at = 0; at < mails; at++) watched.push(await rig.enqueue(`m${at}`, RECIPIENTS));
      for (const wait of stops) {
        await rig.clock.advance(wait);
        await Promise.all([rig.outbox.stop(10_000), rig.clock.advance(10_000)]);
        const { clock, store, outcomes } = rig;
        rig = await makeRig({ ...options, clock, store, outcomes });
        await rig.outbox.start();
      }
      await rig.clock.advance(60 * HOUR);
      await checkEnd(rig, watched, server);
      await rig.outbox.stop(0);
      assert.equal(rig.clock.timers, 0);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});

async function checkEnd(rig: Rig, watched: readonly Watched[], server: Server): Promise<void> {
  for (const { id, outcome } of watched) {
    const entry = await rig.store.get(id);
    assert.ok(entry && ["sent", "dead", "held"].includes(entry.state), `${id} is ${entry?.state}`);
    assert.equal(outcome?.state, entry.state === "held" ? undefined : entry.state);
    const name = entry.messageId.slice(1, entry.messageId.indexOf("@"));
    for (const { address, state } of entry.recipients) {
      const key = `${name} ${address}`;
      const [accepted, lost] = [server.accepted.get(key) ?? 0, server.unanswered.get(key) ?? 0];
      assert.ok(accepted <= lost + 1, `${key} has it ${accepted} times, ${lost} answers were lost`);
      assert.equal(state === "accepted", accepted > lost, `${key} is ${state}, accepted ${accepted} times`);
      assert.ok(entry.unconfirmed >= lost, "each lost answer is marked");
    }
  }
}
