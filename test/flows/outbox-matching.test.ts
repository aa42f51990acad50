import { strict as assert } from "node:assert";
import type { EntryState } from "../../src/model/entry-state";
import type { QueueView } from "../../src/model/outbox-view";
import { adminRequest, configurationNode, describeOnEachVersion, loadFlow, stepNode, unload } from "../support/flow";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

const root = "/smtp-config/outbox";

describeOnEachVersion("mails of the outbox that are not named one by one", () => {
  let server: ScriptedSmtpServer;

  beforeEach(async () => {
    server = await startScriptedSmtpServer({ greeting: { say: "", close: "reset" } });
  });
  afterEach(async () => {
    await change("discard", {});
    await unload();
    await server.close();
  });

  it("are counted, held and thrown away by what they have in common", async () => {
    await queueMails("matched", ["Order 1", "Order 2", "Order 3", "Alarm"]);
    assert.equal(await howMany("search=order"), 3);
    assert.equal(await howMany("search=order&states=held"), 0);
    assert.equal(await howMany("queue=matched"), 4);
    assert.equal(await change("hold", { search: "order" }), 3);
    assert.equal(await howMany("states=held"), 3);
    assert.equal(await change("release", { search: "Order 2", queue: "another" }), 0);
    assert.equal(await change("release", { search: "Order 2" }), 1);
    assert.equal(await change("discard", { states: "held" }), 2);
    assert.equal(await howMany("queue=matched&states=queued,deferred,sending"), 2);
  });

  it("have a line of their own when their configuration is gone, and can only be thrown away", async () => {
    await queueMails("leaving", ["Order 1", "Order 2"]);
    assert.equal((await gone()).length, 0);
    await unload();
    await loadFlow([configurationNode(server.port, {}, "staying"), stepNode()]);
    const [left] = await gone();
    assert.equal(left?.queue, "leaving");
    assert.equal((left?.counts.queued ?? 0) + (left?.counts.deferred ?? 0), 2);
    assert.equal(await change("discard", { queue: "leaving" }), 2);
    assert.deepEqual(await gone(), []);
  });

  it("are never all of them by a slip", async () => {
    await loadFlow([configurationNode(server.port)]);
    for (const matching of [null, "held", { states: ["held"] }, { state: "held" }, { states: "helf" }, { queue: 1 }]) {
      const answer = await adminRequest().post(`${root}/discard`).send({ matching });
      assert.equal(answer.status, 400, JSON.stringify(matching));
      assert.match((answer.body as { message: string }).message, /queue, search and known states/);
    }
  });

  async function queueMails(queue: string, subjects: readonly string[]): Promise<void> {
    const flow = await loadFlow([configurationNode(server.port, { giveUpAfter: 48 }, queue), stepNode()]);
    for (const topic of subjects) flow.send({ to: "a@example.com", topic, payload: "x" });
    await flow.untilStatus(/status\.retry/);
    while ((await howMany(`queue=${queue}`)) < subjects.length);
  }
});

async function howMany(query: string): Promise<number> {
  const { body } = (await adminRequest().get(`${root}/matching?${query}`)) as unknown as {
    body: { counts: Partial<Record<EntryState, number>> };
  };
  return Object.values(body.counts).reduce((sum, n) => sum + n, 0);
}

async function change(action: string, matching: object): Promise<number> {
  const { body } = await adminRequest().post(`${root}/${action}`).send({ matching });
  return (body as { count: number }).count;
}

async function gone(): Promise<QueueView[]> {
  const { body } = (await adminRequest().get(`${root}/overview`)) as unknown as { body: { queues: QueueView[] } };
  return body.queues.filter(({ standing }) => standing.state === "gone");
}
