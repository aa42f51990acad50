import assert from "node:assert/strict";
import { fastClock } from "../../faults/fast-clock";
import { errorOf } from "../../support/error-of";
import { FakeTokens, graphSettings } from "../../support/graph/graph-rig";
import { compose } from "../../unit/compose/composing";
import { bench, closeAll, large } from "./rig";

/** Pauses of seconds take a moment; time-outs, and the five seconds for tidying up, are still far away. */
const fast = { clock: fastClock(20), settings: graphSettings({ connectTimeout: 600, timeout: 3600 }) };
const withLarge = { attachments: [large(9)] };

describe("a mail that goes as a draft", () => {
  afterEach(closeAll);

  for (const [where, on] of [
    ["an attachment", /POST .*\/attachments$/],
    ["an upload session", /createUploadSession/],
    ["sending", /\/send$/],
  ] as const) {
    it(`is removed where ${where} is refused`, async () => {
      const { send, graph, steps } = await bench();
      graph.failNext({ on, status: 400, code: "ErrorInvalidProperty", message: "No." });
      const error = await errorOf(send({ attachments: [large(3.1, "small"), large(9)] }));
      assert.deepEqual([error.reason, error.disposition], ["graph-request-refused", "permanent"]);
      assert.deepEqual([graph.drafts, graph.mails, steps().at(-1)], [[], [], "DELETE *"]);
    });
  }

  it("is removed where the upload is cut again and again, and is safe to try again", async () => {
    const { send, graph, steps } = await bench(fast);
    graph.failNext({ on: /PUT/, cut: "before", times: 9 });
    const error = await errorOf(send(withLarge));
    assert.deepEqual([error.reason, error.disposition, graph.drafts], ["dropped", "transient", []]);
    assert.equal(steps().filter((step) => step === "PUT range").length, 4);
  });

  it("is removed where it is cancelled", async () => {
    const { sendPrepared, graph } = await bench();
    const stop = new AbortController();
    graph.failNext({ on: /PUT/, cut: "silence" });
    const sending = errorOf(sendPrepared(await compose(withLarge), stop.signal));
    await graph.waitFor(() => graph.requests.some(({ method, bytes }) => method === "PUT" && bytes > 0));
    stop.abort();
    assert.equal((await sending).reason, "cancelled");
    assert.deepEqual(graph.drafts, []);
  });

  it("stays where the answer to the last request was lost, because it may be on its way", async () => {
    const { send, graph, steps } = await bench();
    graph.failNext({ on: /\/send$/, cut: "after" });
    const error = await errorOf(send(withLarge));
    assert.deepEqual([error.reason, graph.mails.length, steps().at(-1)], ["unconfirmed", 1, "POST send"]);
  });

  it("that cannot be removed tells why the mail failed, not why it is still there", async () => {
    const { send, graph } = await bench();
    graph.failNext({ on: /createUploadSession/, status: 503 });
    graph.failNext({ on: /DELETE/, status: 500, code: "x" });
    assert.equal((await errorOf(send(withLarge))).http?.status, 503);
  });

  it("tells that Mail.ReadWrite is missing, for this mail alone", async () => {
    const permissionsOf = () => ["Mail.Send"];
    const { send, graph } = await bench({ permissionsOf, tokens: new FakeTokens(["Mail.Send"]) });
    const error = await errorOf(send(withLarge));
    const { reason, code, disposition, field } = error;
    assert.deepEqual(
      { reason, code, disposition, field },
      {
        reason: "graph-readwrite-missing",
        code: "ERR_MAIL_PERMISSION",
        disposition: "permanent",
        field: "mailbox",
      },
    );
    assert.match(error.remedy, /Mail\.ReadWrite/);
    await send();
    assert.equal(graph.mails.length, 1);
  });

  for (const [what, fault] of [
    ["busy", { status: 503, headers: { "Retry-After": "2" } }],
    ["throttled", { status: 429 }],
    ["out of order", { status: 504 }],
  ] as const) {
    it(`puts a range again where the service is ${what}`, async () => {
      const { send, graph, steps } = await bench(fast);
      graph.failNext({ on: /PUT/, ...fault });
      await send(withLarge);
      assert.equal(steps().filter((step) => step === "PUT range").length, 4);
      assert.ok(graph.mails[0]?.attachments[0]?.content.equals(withLarge.attachments[0]?.content ?? Buffer.alloc(0)));
    });
  }

  it("goes on where the service says that it has not got a range", async () => {
    const { send, graph, steps } = await bench();
    const body = JSON.stringify({ NextExpectedRanges: ["0-"] });
    graph.failNext({ on: /PUT/, status: 200, headers: { "Content-Type": "application/json" }, body });
    await send(withLarge);
    assert.equal(steps().filter((step) => step === "PUT range").length, 4);
    assert.ok(graph.mails[0]?.attachments[0]?.content.equals(withLarge.attachments[0]?.content ?? Buffer.alloc(0)));
  });

  for (const [what, body] of [
    ["never gets on", JSON.stringify({ NextExpectedRanges: ["0-"] })],
    ["says nothing that is known", "<html>"],
  ] as const) {
    it(`does not go on forever where the service ${what}`, async () => {
      const { send, graph, steps } = await bench();
      graph.failNext({ on: /PUT/, status: 200, body, times: 99 });
      const error = await errorOf(send(withLarge));
      assert.deepEqual([error.reason, error.disposition], ["graph-unexpected", "transient"]);
      assert.equal(steps().filter((step) => step === "PUT range").length, 4);
    });
  }

  it("never shows the upload's address or the token in it, even where the service quotes them", async () => {
    const { send, graph } = await bench();
    const quoting = (): string => graph.requests.find(({ method }) => method === "PUT")?.path ?? "";
    graph.failNext({ on: /PUT/, status: 400, code: "Bad", message: () => `no: ${graph.url}${quoting()}` });
    const error = await errorOf(send(withLarge));
    const [, token = ""] = /authtoken=(.+)/.exec(quoting()) ?? [];
    assert.ok(token.length > 20 && error.http?.response.includes("no: "));
    assert.ok(!JSON.stringify([error, error.message]).includes(token));
  });

  it("sends no attachment to an address that is less protected, or none", async () => {
    for (const uploadUrl of ["ftp://example.org/x", "no address", undefined]) {
      const { send, graph } = await bench();
      graph.failNext({ on: /createUploadSession/, status: 201, body: JSON.stringify({ uploadUrl }) });
      assert.equal((await errorOf(send(withLarge))).reason, "graph-unexpected");
      assert.deepEqual(graph.drafts, []);
    }
  });
});
