import assert from "node:assert/strict";
import type { PreparedEmail } from "../../src/model/email";
import { SendError } from "../../src/model/send-error";
import type { Transport } from "../../src/model/transport";
import { errorOf } from "../support/error-of";
import { compose } from "../unit/compose/composing";

/** A mail that the other side has taken responsibility for. */
export interface TakenMail {
  readonly messageId: string;
  readonly to: readonly string[];
}

/** A transport and the server that it talks to, with everything that a server may do to a mail. */
export interface TransportRig {
  readonly transport: Transport;
  /** What was taken so far, oldest first. */
  taken(): readonly TakenMail[];
  /** Whether any of a mail's content has reached the server. */
  contentArrived(): boolean;
  connectionsNow(): number;
  /** What must never be shown. */
  readonly secrets: readonly string[];
  /** From now on every mail is refused for good; the server's words quote the secrets. */
  refuse(): void;
  /** From now on the server asks to slow down. */
  throttle(): void;
  /** From now on the server takes the content and hangs up instead of answering. */
  loseAnswers(): void;
  /** From now on the server says nothing any more once it has been asked for something. */
  fallSilent(): void;
  /** Resolves when the condition, which the server's doings decide, holds. */
  waitFor(condition: () => boolean): Promise<void>;
  /** Whether the server was asked for anything. */
  asked(): boolean;
  /** Nobody listens any more. */
  goAway(): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

const TO = ["a@example.org", "b@example.org", "hidden@example.org"];
const forever = new AbortController().signal;
const nothing = async (): Promise<void> => {};

/** What every transport promises, whatever protocol it speaks. */
export function transportContract(name: string, makeRig: () => Promise<TransportRig>): void {
  describe(`${name} as a Transport`, () => {
    let rig: TransportRig;
    let email: PreparedEmail;

    beforeEach(async () => {
      rig = await makeRig();
      const draft = { to: "a@example.org", cc: "b@example.org", bcc: "hidden@example.org", subject: "Contract" };
      email = await compose({ ...draft, attachments: ["attached"] });
    });
    afterEach(() => rig.close());

    const send = (signal = forever, beforeBody = nothing) => rig.transport.send(email, signal, beforeBody);
    const failure = (signal?: AbortSignal, beforeBody?: () => Promise<void>) => errorOf(send(signal, beforeBody));

    it("tells everybody of the envelope as accepted, with the server's words", async () => {
      const receipt = await send();
      assert.equal(receipt.messageId, email.messageId);
      assert.deepEqual(
        receipt.recipients.map(({ address, state }) => [address, state]),
        TO.map((to) => [to, "accepted"]),
      );
      assert.match(receipt.response, /^2\d\d/);
      assert.deepEqual(
        rig.taken().map(({ to }) => [...to].sort()),
        [[...TO].sort()],
      );
    });

    it("awaits beforeBody before any of the content leaves", async () => {
      let arrivedBefore: boolean | undefined;
      await send(forever, async () => {
        for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
        arrivedBefore = rig.contentArrived();
      });
      assert.deepEqual([arrivedBefore, rig.contentArrived(), rig.taken().length], [false, true, 1]);
    });

    it("sends nothing where beforeBody rejects, and rejects with the same", async () => {
      const refusal = new SendError("store-failed", { phase: "queue", facts: { value: "x" } });
      const error = await failure(forever, () => Promise.reject(refusal));
      assert.equal(error, refusal);
      assert.deepEqual([rig.contentArrived(), rig.taken()], [false, []]);
    });

    it("keeps the Message-ID when the same mail is sent again", async () => {
      await send();
      await send();
      assert.deepEqual(
        rig.taken().map(({ messageId }) => messageId),
        [email.messageId, email.messageId],
      );
    });

    it("takes several mails at the same time", async () => {
      await Promise.all(Array.from({ length: 6 }, () => send()));
      assert.equal(rig.taken().length, 6);
    });

    it("tells a refusal for good as permanent, with the server's words and without secrets", async () => {
      rig.refuse();
      const error = await failure();
      assert.equal(error.disposition, "permanent");
      const shown = JSON.stringify([error, error.message, error.stack, error.cause]);
      assert.ok(shown.includes("•••"), shown);
      for (const secret of rig.secrets) assert.ok(!shown.includes(secret), secret);
      assert.equal(rig.taken().length, 0);
    });

    it("tells “slow down” as transient", async () => {
      rig.throttle();
      const { disposition, code } = await failure();
      assert.deepEqual({ disposition, code }, { disposition: "transient", code: "ERR_MAIL_THROTTLED" });
    });

    it("tells a server that is away as transient, before the content", async () => {
      await rig.goAway();
      const { disposition, phase } = await failure();
      assert.deepEqual({ disposition, phase }, { disposition: "transient", phase: "connect" });
    });

    it("tells an answer that was lost after the content as ambiguous", async () => {
      rig.loseAnswers();
      const { disposition, code } = await failure();
      assert.deepEqual({ disposition, code }, { disposition: "ambiguous", code: "ERR_MAIL_UNCONFIRMED" });
    });

    it("is cancelled before it has begun", async () => {
      const error = await failure(AbortSignal.abort());
      assert.equal(error.code, "ERR_MAIL_CANCELLED");
      assert.equal(rig.contentArrived(), false);
    });

    it("is cancelled before the content, and nothing of it leaves", async () => {
      const stop = new AbortController();
      const error = await failure(stop.signal, async () => stop.abort());
      assert.equal(error.code, "ERR_MAIL_CANCELLED");
      assert.deepEqual([rig.contentArrived(), rig.taken()], [false, []]);
    });

    it("rejects with the reason of the abort where that is a SendError", async () => {
      const reason = new SendError("cancelled", { phase: "queue", facts: { value: "it was deployed anew" } });
      assert.equal(await failure(AbortSignal.abort(reason)), reason);
    });

    it("leaves no connection behind when it is closed", async () => {
      await send();
      await rig.transport.close();
      await rig.waitFor(() => rig.connectionsNow() === 0);
    });

    it("leaves no connection behind when it is closed and the last mail ends after that", async () => {
      let closing: Promise<void> | undefined;
      await send(forever, async () => {
        closing = rig.transport.close();
      });
      await closing;
      await rig.waitFor(() => rig.connectionsNow() === 0);
    });

    it("reports a test that is cancelled, and never rejects", async () => {
      rig.fallSilent();
      const stop = new AbortController();
      const report = rig.transport.probe({ from: "orders@example.com", to: "a@example.org" }, stop.signal);
      await rig.waitFor(() => rig.asked());
      stop.abort();
      const { headline, outcome, sent } = await report;
      assert.deepEqual({ headline, outcome, sent }, { headline: "cancelled", outcome: "failed", sent: undefined });
    });

    it("tests the whole way of a mail", async () => {
      const request = { from: "orders@example.com", to: "a@example.org" };
      const report = await rig.transport.probe(request, forever);
      // A warning is not about the way: the server of a test may have no encryption.
      assert.match(report.headline, /^complete/, JSON.stringify(report, null, 1));
      assert.deepEqual(
        rig.taken().map(({ messageId }) => messageId),
        [report.sent?.messageId],
      );
      for (const secret of rig.secrets) assert.ok(!JSON.stringify(report).includes(secret));
    });
  });
}
