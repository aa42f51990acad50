import { strict as assert } from "node:assert";
import { EventEmitter } from "node:events";
import { SAMPLE_DEADLINE_MS, serveSample } from "../../nodes/runtime/sample-endpoint";
import { DEADLINE_MS, serveTest } from "../../nodes/runtime/test-endpoint";
import type { ProbeReport } from "../../src/model/probe";
import type { SampleReport } from "../../src/model/sample";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { TestClock } from "./mailing";

type Handler = (request: unknown, response: unknown, next: () => void) => void;

/** What Node-RED hands to the endpoint, as far as it is used; everybody may do everything. */
function fakeNodeRed<Report = ProbeReport>(): { RED: never; post(body: unknown): Promise<Report> } {
  let handlers: Handler[] = [];
  const RED = {
    auth: { needsPermission: (): Handler => (_request, _response, next) => next() },
    httpAdmin: {
      post: (_path: string, ...given: Handler[]) => {
        handlers = given;
      },
    },
    nodes: { getNode: () => null, getCredentials: () => ({}), eachNode: () => {} },
    // Of a context store that never answers.
    util: { generateId: () => "1", evaluateNodeProperty: () => {} },
  };
  const post = (body: unknown): Promise<Report> =>
    new Promise((resolve) => {
      const response = Object.assign(new EventEmitter(), {
        set: () => response,
        status: () => response,
        destroyed: false,
        json: resolve,
      });
      handlers.at(-1)?.({ body }, response, () => {});
    });
  return { RED: RED as never, post };
}

describe("a test of a server that never comes to an end", () => {
  let server: ScriptedSmtpServer;

  afterEach(() => server.close());

  for (const [reached, stage] of ["greeting", "ehlo", "mail", "rcpt"].entries()) {
    it(`at ${stage} ends after ${DEADLINE_MS / 1000} seconds, whatever the time-outs, and leaves no connection`, async () => {
      server = await startScriptedSmtpServer({ [stage]: "silence" });
      const clock = new TestClock();
      const { RED, post } = fakeNodeRed();
      serveTest(RED, clock);
      const config = {
        name: "Slow",
        from: "orders@example.com",
        host: "127.0.0.1",
        port: server.port,
        security: "none",
        auth: "none",
        connectTimeout: 600,
        timeout: 3600,
      };
      const answering = post({ id: "slow", config, credentials: {}, to: "me@example.com" });
      await server.waitFor(() => (server.sessions[0]?.commands.length ?? -1) >= reached);
      clock.advance(DEADLINE_MS);
      const report = await answering;
      const failed = report.steps.find(({ outcome }) => outcome === "failed");
      assert.equal(report.outcome, "failed");
      assert.equal(failed?.finding?.code, "ERR_MAIL_TIMEOUT");
      assert.ok(failed?.finding?.cause.includes("90"), failed?.finding?.cause);
      await server.waitFor(() => server.connectionsNow === 0);
    });
  }
});

it(`a step's test whose values never come ends after ${SAMPLE_DEADLINE_MS / 1000} seconds`, async () => {
  const clock = new TestClock();
  const { RED, post } = fakeNodeRed<SampleReport>();
  serveSample(RED, clock);
  const answering = post({ id: "step", flow: "tab", config: {}, msg: {}, to: "me@example.com" });
  clock.advance(SAMPLE_DEADLINE_MS);
  const { outcome, finding } = await answering;
  assert.deepEqual([outcome, finding?.code], ["failed", "ERR_MAIL_TIMEOUT"]);
});
