import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Mailer } from "../../../src/mailer";
import { tokenSourceFor } from "../../../src/oauth/token-source";
import { MemoryOutboxStore } from "../../../src/outbox/stores/memory-outbox-store";
import { PostOffice } from "../../../src/post-office";
import type { RawConfiguration } from "../../../src/settings/raw";
import { fastClock } from "../../faults/fast-clock";
import { CLIENT_SECRET, graphSettings, graphTransport, TENANT } from "../../support/graph/graph-rig";
import { type Graph, startGraph } from "../../support/graph/start-graph";
import { type Entra, startEntra } from "../../support/sign-in/entra";
import { compose } from "../../unit/compose/composing";

const MAILS = 500;
/** Minutes of waiting take moments; the time-outs are so long that they stay out of it. */
const clock = fastClock(200);
const patient: Partial<RawConfiguration> = { connectTimeout: 600, timeout: 3600, giveUpAfter: 720 };

describe("Graph that throttles", function () {
  this.timeout(60_000);
  let graph: Graph;
  let entra: Entra;

  beforeEach(async () => {
    graph = await startGraph({ permissionsOf: (token) => (entra.accepts(token) ? ["Mail.Send"] : undefined) });
    entra = await startEntra({ tenantId: TENANT, clientSecret: CLIENT_SECRET, graph: graph.url });
  });
  afterEach(async () => {
    await graph.close();
    await entra.close();
  });

  function mailerFor(queue: string, raw: Partial<RawConfiguration> = {}): Mailer {
    const postOffice = new PostOffice({ clock, makeDiskStore: () => new MemoryOutboxStore() });
    const settings = graphSettings({ ...patient, ...raw });
    const services = entra.services;
    return new Mailer(settings, queue, { clock, newId: randomUUID, random: Math.random, postOffice, services });
  }

  async function sendAll(mailer: Mailer, count: number) {
    const submitted = await Promise.all(
      Array.from({ length: count }, (_, at) =>
        mailer.submit({ to: "a@example.org", subject: `mail ${at}`, text: "x" }),
      ),
    );
    return Promise.all(submitted.map((each) => (each.state === "queued" ? each.result : assert.fail())));
  }

  for (const [what, retryAfterSeconds] of [
    ["with Retry-After", 2],
    ["without Retry-After", undefined],
  ] as const) {
    it(`${what} gets ${MAILS} mails, each once, never a fifth request at once`, async () => {
      graph.throttle({ every: 9, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) });
      const mailer = mailerFor("queue");
      const results = await sendAll(mailer, MAILS);
      await mailer.close(0);
      assert.ok(results.every(({ state, requestId }) => state === "accepted" && requestId));
      assert.equal(new Set(results.map(({ requestId }) => requestId)).size, MAILS, "each has its own request id");
      assert.equal(graph.mails.length, MAILS);
      assert.equal(new Set(graph.mails.map(({ messageId }) => messageId)).size, MAILS, "no duplicates");
      assert.equal(new Set(graph.mails.map(({ subject }) => subject)).size, MAILS, "none lost");
      assert.equal(graph.requests.filter(({ status }) => status === 429).length, Math.floor(graph.requests.length / 9));
      assert.ok(graph.mostAtOnce <= 4 && graph.mostAtOnce > 1, `${graph.mostAtOnce} at once`);
    });
  }

  it("sees four requests at once of all configurations with the same mailbox, deployed anew or not", async () => {
    const { services } = entra;
    const tokens = tokenSourceFor(graphSettings().signIn, { purpose: "graph", username: "", clock, services });
    const other = graphSettings({ name: "Other", mailbox: "Orders@Example.com" });
    const transports = [undefined, undefined, other].map((settings) =>
      graphTransport(graph.url, { tokens, ...(settings ? { settings } : {}) }),
    );
    const email = await compose({});
    const sending = Array.from({ length: 40 }, (_, at) =>
      transports[at % 3]?.send(email, new AbortController().signal, async () => {}),
    );
    const results = await Promise.allSettled(sending);
    for (const transport of transports) await transport.close();
    assert.ok(results.every(({ status }) => status === "fulfilled"));
    assert.deepEqual([graph.mails.length, graph.mostAtOnce], [40, 4]);
  });
});
