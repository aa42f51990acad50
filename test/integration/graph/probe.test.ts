import assert from "node:assert/strict";
import { systemClock } from "../../../src/model/clock";
import type { ProbeReport, ProbeStepName } from "../../../src/model/probe";
import { SendError } from "../../../src/model/send-error";
import type { TokenSource } from "../../../src/model/token";
import { FakeTokens, graphTransport, TENANT } from "../../support/graph/graph-rig";
import type { GraphFault, GraphOptions } from "../../support/graph/start-graph";
import { bench, closeAll } from "./rig";

const from = "orders@example.com";
const to = "me@example.org";
const { signal } = new AbortController();

async function probing(
  options: GraphOptions & { tokens?: TokenSource } = {},
  faults: GraphFault[] = [],
  request: { to?: string } = { to },
) {
  const made = await bench(options);
  for (const fault of faults) made.graph.failNext(fault);
  const report = await made.transport.probe({ from, ...request }, signal);
  return { ...made, report };
}

const outcomes = ({ steps }: ProbeReport): string => steps.map(({ name, outcome }) => `${name} ${outcome}`).join(", ");
const step = ({ steps }: ProbeReport, wanted: ProbeStepName) =>
  steps.find(({ name }) => name === wanted) ?? assert.fail(wanted);

describe("testing a Graph configuration", () => {
  afterEach(closeAll);

  it("walks from the token to a test mail that was accepted, and tells what it found", async () => {
    const { report, graph } = await probing();
    assert.equal(outcomes(report), "token passed, mailbox passed, permission passed, send passed");
    assert.deepEqual([report.outcome, report.headline], ["passed", "complete"]);
    assert.match(
      step(report, "token").detail,
      new RegExp(`tenant ${TENANT} · allows Mail\\.Send, .* · valid for 60 min`),
    );
    assert.match(step(report, "mailbox").detail, /<orders@example\.com>$/);
    assert.match(step(report, "permission").detail, /Mail\.Send · Mail\.ReadWrite/);
    assert.match(step(report, "send").detail, /^202 Accepted · request-id [0-9a-f-]{36}$/);
    const [mail] = graph.mails;
    assert.deepEqual([mail?.to, mail?.subject], [[to], "Test mail from Node-RED (Graph)"]);
    assert.deepEqual(report.sent, { from, to, messageId: mail?.messageId, response: "202 Accepted" });
  });

  it("without sending tells the same, and sends nothing", async () => {
    const { report, graph } = await probing({}, [], {});
    assert.equal(outcomes(report), "token passed, mailbox passed, permission passed");
    assert.deepEqual([report.headline, graph.mails.length], ["checked", 0]);
  });

  it("tells the conversation without a token in it", async () => {
    const { report, graph } = await probing();
    const lines = report.dialogue.map(({ by, text }) => `${by} ${text}`);
    assert.ok(lines.includes("client POST /v1.0/users/orders%40example.com/sendMail"));
    assert.ok(lines.some((line) => /^server 202 Accepted · request-id /.test(line)));
    const token = graph.requests[0]?.headers.authorization?.split(" ")[1] ?? assert.fail();
    assert.ok(!JSON.stringify(report).includes(token));
  });

  it("tells that large attachments cannot be sent without Mail.ReadWrite", async () => {
    const { report } = await probing({ tokens: new FakeTokens(["Mail.Send"]) });
    assert.match(
      step(report, "permission").detail,
      /no Mail\.ReadWrite: mails with attachments above 3 MB cannot be sent/,
    );
  });

  it("goes on where the application may not look up the mailbox, as most may not", async () => {
    const { report } = await probing({ permissionsOf: () => ["Mail.Send"] });
    assert.equal(outcomes(report), "token passed, mailbox skipped, permission passed, send passed");
    assert.match(step(report, "mailbox").detail, /sending shows/);
  });

  it("tells that the mailbox is not there, with the request id", async () => {
    const { report } = await probing({ mailboxes: ["other@example.com"] });
    const { finding } = step(report, "mailbox");
    assert.equal(outcomes(report), "token passed, mailbox failed, permission skipped, send skipped");
    assert.deepEqual(
      [finding?.reason, finding?.field, report.headline],
      ["graph-mailbox-not-found", "mailbox", "failed"],
    );
    assert.match(finding?.requestId ?? "", /^[0-9a-f-]{36}$/);
    assert.match(report.summary, /ErrorInvalidUser/);
  });

  it("finds that the mailbox is not there when it sends, where it may not look", async () => {
    const { report } = await probing({}, [
      { on: /GET/, status: 403, code: "Authorization_RequestDenied" },
      { on: /sendMail/, status: 404, code: "ErrorInvalidUser" },
    ]);
    assert.equal(outcomes(report), "token passed, mailbox failed, permission skipped, send skipped");
  });

  const mayRead = new FakeTokens(["User.Read.All"]);
  for (const [what, tokens, names] of [
    ["lists other permissions only", mayRead, "User.Read.All"],
    ["lists none", new FakeTokens([]), "none"],
  ] as const) {
    it(`warns without sending where the token ${what}: consent is missing, or Exchange gives it`, async () => {
      const { report } = await probing({ tokens }, [], {});
      const { finding } = step(report, "permission");
      assert.equal(outcomes(report), "token passed, mailbox passed, permission warned");
      assert.equal(report.outcome, "warned");
      assert.equal(finding?.reason, "graph-mail-send-missing");
      assert.ok(finding?.cause.endsWith(`Permissions in it: ${names}.`), finding?.cause);
      assert.match(finding?.remedy ?? "", /API permissions .* Mail\.Send, then “Grant admin consent”/);
    });
  }

  it("fails where the token lacks Mail.Send and Graph refuses the mail", async () => {
    const { report } = await probing({ tokens: mayRead, permissionsOf: () => ["User.Read.All"] });
    const { finding } = step(report, "permission");
    assert.equal(outcomes(report), "token passed, mailbox passed, permission failed, send skipped");
    assert.equal(finding?.reason, "graph-mail-send-missing");
    assert.match(finding?.response ?? "", /ErrorAccessDenied/);
  });

  it("only warns where the token lacks Mail.Send and Exchange lets it send all the same", async () => {
    const { report } = await probing({ tokens: mayRead });
    assert.equal(outcomes(report), "token passed, mailbox passed, permission warned, send passed");
    assert.equal(report.headline, "complete-with-warning");
  });

  it("lets sending decide where the token cannot be read", async () => {
    const { report } = await probing({ tokens: new FakeTokens([], systemClock, false) });
    assert.equal(outcomes(report), "token passed, mailbox passed, permission skipped, send passed");
  });

  it("tells that the mailbox is outside the application's scope", async () => {
    const { report } = await probing({}, [{ on: /sendMail/, status: 403, code: "ErrorAccessDenied" }]);
    assert.equal(step(report, "permission").finding?.reason, "graph-access-denied");
    assert.equal(step(report, "send").outcome, "skipped");
  });

  it("tells that From may not be used", async () => {
    const made = await bench({ sendAs: [] });
    const report = await made.transport.probe({ from: "boss@example.com", to }, signal);
    assert.deepEqual(
      [step(report, "send").finding?.reason, step(report, "send").finding?.field],
      ["graph-send-as-denied", "from"],
    );
  });

  it("tells that Graph refuses the token", async () => {
    const { report } = await probing({ permissionsOf: () => undefined });
    assert.equal(outcomes(report), "token failed, mailbox skipped, permission skipped, send skipped");
    assert.deepEqual([step(report, "token").finding?.reason, report.headline], ["graph-token-refused", "login"]);
  });

  it("tells why there is no token", async () => {
    const refused = new SendError("token-missing", { phase: "token" });
    const { report, graph } = await probing({
      tokens: { get: () => Promise.reject(refused), renew: () => Promise.reject(refused) },
    });
    assert.equal(step(report, "token").finding?.reason, "token-missing");
    assert.equal(graph.requests.length, 0);
  });

  it("tells that Graph cannot be reached", async () => {
    const transport = graphTransport("http://127.0.0.1:9");
    const report = await transport.probe({ from, to }, signal);
    assert.equal(outcomes(report), "token passed, mailbox failed, permission skipped, send skipped");
    assert.deepEqual([step(report, "mailbox").finding?.reason, report.headline], ["graph-unreachable", "connection"]);
  });

  for (const [what, reason, headline] of [
    ["is cancelled", undefined, "cancelled"],
    ["takes too long, as whoever asked says", new SendError("answer-timeout", { phase: "request" }), "connection"],
  ] as const) {
    it(`reports that it ${what}`, async () => {
      const { transport, graph } = await bench();
      const stop = new AbortController();
      graph.failNext({ on: /GET/, cut: "silence" });
      const report = transport.probe({ from, to }, stop.signal);
      await graph.waitFor(() => graph.requests.length === 1);
      stop.abort(reason);
      assert.equal((await report).headline, headline);
    });
  }
});
