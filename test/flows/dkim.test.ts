import { strict as assert } from "node:assert";
import { createPublicKey } from "node:crypto";
import { getServers, setServers } from "node:dns";
import type { ProbeReport } from "../../src/model/probe";
import type { SampleReport } from "../../src/model/sample";
import type { Problem } from "../../src/settings/rules";
import { rsaKey } from "../support/dkim-keys";
import { type DnsServer, startDnsServer } from "../support/dns-server";
import {
  adminRequest,
  configurationNode,
  describeOnEachVersion,
  type FlowNode,
  loadFlow,
  stepNode,
  unload,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";
import { verifyDkim } from "../support/verify-dkim";

type Answer = { status: number; body: ProbeReport & { problems?: Problem[] }; text: string };

const KEY = rsaKey();
const STORED = "__PWRD__";
const DKIM = { dkimDomain: "example.com", dkimSelector: "mail2026" };
const NAME = "mail2026._domainkey.example.com";
const PUBLIC = createPublicKey(KEY).export({ type: "spki", format: "der" }).toString("base64");
const RECORD = `v=DKIM1; k=rsa; p=${PUBLIC}`;

describeOnEachVersion("a configuration that signs with DKIM", () => {
  const asBefore = getServers();
  let server: MailServer;
  let dns: DnsServer;

  beforeEach(async () => {
    server = await startMailServer();
    dns = await startDnsServer();
    dns.answer(NAME, [RECORD]);
    setServers([dns.address]);
  });
  afterEach(async () => {
    setServers(asBefore);
    await unload();
    await server.close();
    await dns.close();
  });

  const configuration = (raw = {}): FlowNode => configurationNode(server.port, { ...DKIM, ...raw });
  const problemsOf = (raw: Buffer): string[] =>
    verifyDkim(raw, (name) => (name === NAME ? RECORD : undefined)).map(({ problem }) => problem);

  async function test(dkimKey: string, config: FlowNode, rest = {}): Promise<Answer> {
    const body = { id: "config", config, credentials: { dkimKey }, to: "me@example.com", send: true, ...rest };
    return (await adminRequest().post("/smtp-config/test").send(body)) as unknown as Answer;
  }

  it("warns, in the preview and the test of a step, of a sender that it does not sign for", async () => {
    await loadFlow([configuration(), stepNode()], { config: { dkimKey: KEY } });
    const ask = async (from: string, rest: object): Promise<SampleReport> => {
      const body = { id: "step", flow: "tab", config: { from, fromType: "str" }, msg: { payload: "x" }, ...rest };
      return ((await adminRequest().post("/send-email/test").send(body)) as unknown as { body: SampleReport }).body;
    };
    for (const rest of [{ preview: true }, { to: "me@example.org" }]) {
      const other = await ask("alerts@example.net", rest);
      assert.deepEqual([other.outcome, other.warning?.reason], ["passed", "dkim-not-aligned"]);
      assert.deepEqual(other.warning?.facts, { names: "example.net", value: "example.com" });
      for (const from of ["", "alerts@example.com", "alerts@shop.example.com"])
        assert.equal((await ask(from, rest)).warning, undefined, from);
    }
  });

  it("has a step's mails verify where they arrive", async () => {
    const flow = await loadFlow([configuration(), stepNode()], { config: { dkimKey: KEY } });
    flow.send({ to: "a@example.org", topic: "Grüße", payload: ".\nGrüße\n.", cc: "Jörg <b@example.org>" });
    await flow.next();
    assert.deepEqual(problemsOf((await server.waitForMail()).raw), [""]);
  });

  it("takes domain, selector and key from environment variables", async () => {
    Object.assign(process.env, { DKIM_DOMAIN: "example.com", DKIM_SELECTOR: "mail2026", DKIM_KEY: KEY });
    const raw = { dkimDomain: "${DKIM_DOMAIN}", dkimSelector: "${DKIM_SELECTOR}" };
    const flow = await loadFlow([configuration(raw), stepNode()], { config: { dkimKey: "${DKIM_KEY}" } });
    flow.send({ to: "a@example.org", payload: "x" });
    await flow.next();
    assert.deepEqual(problemsOf((await server.waitForMail()).raw), [""]);
    for (const name of ["DKIM_DOMAIN", "DKIM_SELECTOR", "DKIM_KEY"]) delete process.env[name];
  });

  it("fails with the field's name where the key cannot be used, and sends nothing unsigned", async () => {
    const flow = await loadFlow([configuration(), stepNode()], { config: { dkimKey: rsaKey(1016) } });
    flow.send({ to: "a@example.org", payload: "x" });
    const { error } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_CONFIG");
    assert.match(String(error?.["message"]), /dkimKey has 1016 bits/);
    assert.equal(server.connectionsTotal, 0);
  });

  it("is tested with its stored key, whatever server the form names: the key goes to none", async () => {
    await loadFlow([configuration({ host: "mail.example.com", port: 1 })], { config: { dkimKey: KEY } });
    const { status, body } = await test(STORED, configuration());
    assert.equal(status, 200, JSON.stringify(body));
    const [step] = body.steps;
    assert.deepEqual([body.headline, step?.name, step?.outcome], ["complete", "dkim", "passed"]);
    assert.deepEqual(step?.record, { name: NAME, type: "TXT", value: RECORD });
    assert.deepEqual(problemsOf((await server.waitForMail()).raw), [""]);
  });

  it("shows the public half of its key in the test, and nothing else of it", async () => {
    await loadFlow([configuration()], { config: { dkimKey: KEY } });
    const answers = [await test(STORED, configuration()), await test(KEY, configuration(), { send: false, to: "" })];
    for (const { text } of answers) {
      assert.ok(text.includes(PUBLIC));
      for (const line of KEY.trim().split("\n").slice(1)) assert.ok(!text.includes(line), "a line of the key");
    }
  });

  it("is asked for its key where none is stored", async () => {
    await loadFlow([configurationNode(server.port)]);
    for (const key of ["", STORED]) {
      const { status, body } = await test(key, configuration());
      assert.deepEqual([status, body.problems?.[0]?.field], [400, "dkimKey"]);
    }
    assert.equal(server.connectionsTotal, 0);
  });

  it("is told at the field what is wrong with a key that was entered", async () => {
    await loadFlow([]);
    const { status, body } = await test(rsaKey(1016), configuration());
    assert.equal(status, 400);
    assert.deepEqual(
      body.problems?.map(({ field, rule, limit }) => [field, rule, limit]),
      [["dkimKey", "dkim-key-short", 1016]],
    );
  });
});
