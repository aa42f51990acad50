import { strict as assert } from "node:assert";
import type { SampleReport } from "../../src/model/sample";
import type { Problem } from "../../src/settings/rules";
import type { RawSendEmail } from "../../src/settings/send-email-raw";
import { selfSigned } from "../support/certificates";
import {
  adminRequest,
  configurationNode,
  describeOnEachVersion,
  type FlowNode,
  listenAdmin,
  loadFlow,
  nodeById,
  stepNode,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

type Answer = {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: SampleReport & { problems?: Problem[]; busy?: boolean };
};
type Form = Partial<RawSendEmail>;

const PASSWORD = "stored-Passw0rd";
const sample = { to: "ann@example.com", topic: "Order 4711", payload: "Thank you." };

async function ask(config: Form, rest: Record<string, unknown> = {}): Promise<Answer> {
  const body = { id: "step", flow: "tab", config, msg: sample, to: "me@example.com", ...rest };
  return (await adminRequest().post("/send-email/test").send(body)) as unknown as Answer;
}

const preview = (config: Form, rest: Record<string, unknown> = {}): Promise<Answer> =>
  ask(config, { to: undefined, preview: true, ...rest });

const addresses = (mailboxes: readonly { address: string }[] = []): string[] => mailboxes.map(({ address }) => address);

/** What waits in memory outlives its configuration, and the next test's has the same id. */
async function discardWaiting(): Promise<void> {
  const { body } = (await adminRequest().get("/smtp-config/outbox/entries?states=held,deferred,queued")) as unknown as {
    body: { entries: { id: string }[] };
  };
  await adminRequest()
    .post("/smtp-config/outbox/discard")
    .send({ ids: body.entries.map(({ id }) => id) });
}

describeOnEachVersion("POST send-email/test", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer({ accounts: [{ user: "user", pass: PASSWORD }] });
  });
  afterEach(() => server.close());

  const configuration = (raw = {}): FlowNode =>
    configurationNode(server.port, { auth: "password", signature: "Example Ltd", ...raw });
  const login = { config: { username: "user", password: PASSWORD } };
  const deploy = (...nodes: FlowNode[]): Promise<unknown> => loadFlow([configuration(), stepNode(), ...nodes], login);

  describe("sends", () => {
    it("one mail of form and sample to the test's recipient alone, marked as a test", async () => {
      await deploy();
      const copies = { cc: "ben@example.com", ccType: "str", bcc: "carl@example.com", bccType: "str" };
      const { status, body, headers } = await ask({ ...copies, subjectType: "jsonata", subject: '"Re: " & topic' });
      assert.deepEqual([status, body.outcome, body.configuration], [200, "passed", "Config_config"]);
      assert.equal(headers["cache-control"], "no-store");
      const [mail, ...others] = server.mails;
      assert.equal(others.length, 0);
      assert.deepEqual(mail?.envelope, { from: "orders@example.com", to: ["me@example.com"] });
      assert.equal(mail?.parsed.subject, "[Test] Re: Order 4711");
      assert.match(mail?.parsed.text ?? "", /^Thank you\.\n\n-- \nExample Ltd/);
      assert.doesNotMatch(mail?.raw.toString() ?? "", /ann@|ben@|carl@/);
      assert.deepEqual([body.sent?.to, body.sent?.subject], ["me@example.com", "[Test] Re: Order 4711"]);
      assert.match(body.sent?.response ?? "", /queued/);
      assert.deepEqual(addresses(body.mail?.to), ["ann@example.com"]);
      assert.deepEqual(addresses(body.mail?.cc), ["ben@example.com"]);
      assert.deepEqual(addresses(body.mail?.bcc), ["carl@example.com"]);
    });

    for (const safe of [{ safeMode: "redirect", redirectTo: "tests@example.com" }, { safeMode: "dry-run" }])
      it(`it in safe mode “${safe.safeMode}” too, and says that the flow's mails do not reach theirs`, async () => {
        await loadFlow([configuration(safe), stepNode()], login);
        const { body } = await ask({});
        assert.deepEqual([body.outcome, body.safeMode], ["passed", safe.safeMode]);
        assert.deepEqual(server.mails[0]?.envelope.to, ["me@example.com"]);
        assert.equal((await preview({})).body.safeMode, safe.safeMode);
      });

    it("nothing where the recipient's domain is not allowed, and names the field", async () => {
      await loadFlow([configuration({ allowedDomains: "example.org" }), stepNode()], login);
      const { status, body } = await ask({});
      assert.deepEqual(
        [status, body.problems?.map(({ field, rule }) => [field, rule])],
        [400, [["testTo", "domain-not-allowed"]]],
      );
      assert.equal(server.connectionsTotal, 0);
    });

    it("without a trace in the outbox, and again with the same dedupe key", async () => {
      await deploy();
      const key = { dedupeKey: "order-1", dedupeKeyType: "str" };
      await ask(key);
      await ask(key);
      assert.equal(server.mails.length, 2);
      const entries = (await adminRequest().get("/smtp-config/outbox/entries")) as unknown as {
        body: { entries: unknown[] };
      };
      assert.deepEqual(entries.body.entries, []);
    });

    it("an attempt only: a server that is busy is told at once", async () => {
      await server.close();
      server = await startMailServer({ onMail: () => "451 4.7.1 Try again later" });
      await loadFlow([configurationNode(server.port, { giveUpAfter: 48 }), stepNode()]);
      const { body } = await ask({});
      assert.equal(body.outcome, "failed");
      assert.match(body.finding?.response ?? "", /451 4\.7\.1 Try again later/);
      assert.ok(body.finding?.code && body.finding.cause && body.finding.remedy);
      assert.equal(body.mail?.subject, "Order 4711");
    });

    it("nothing where the server refuses the login, and the answer has no secret", async () => {
      await loadFlow([configuration(), stepNode()], { config: { username: "user", password: "wrong-Passw0rd" } });
      const { body, text } = await ask({});
      assert.deepEqual([body.outcome, body.finding?.code], ["failed", "ERR_MAIL_AUTH"]);
      assert.doesNotMatch(text, /Passw0rd/);
      const encoded = Buffer.from("\0user\0wrong-Passw0rd").toString("base64");
      assert.ok(!text.includes(encoded));
    });

    it("nothing where the recipient is none, and names the field", async () => {
      await deploy();
      for (const to of ["", "nobody", "a@example.com, b@example.com"]) {
        const { status, body } = await ask({}, { to });
        assert.deepEqual([status, body.problems?.[0]?.field], [400, "testTo"], to);
      }
      assert.equal(server.connectionsTotal, 0);
    });

    it("nothing where a field of the step is wrong, and says which and what to do", async () => {
      await deploy();
      const { status, body } = await ask({ cc: "Ben", ccType: "str" });
      assert.deepEqual([status, body.outcome, body.finding?.field], [200, "failed", "cc"]);
      assert.match(body.finding?.remedy ?? "", /name@example\.com/);
      const broken = (await ask({ subject: "$sum(", subjectType: "jsonata" })).body;
      assert.deepEqual([broken.outcome, broken.finding?.field], ["failed", "subject"]);
      assert.equal(server.connectionsTotal, 0);
    });

    it("nothing without a configuration: none is default, none with this id, one that is not usable", async () => {
      await loadFlow([
        configuration({ isDefault: false }),
        configurationNode(0, { host: "", isDefault: false }, "empty"),
        stepNode(),
      ]);
      const reason = async (smtpConfig: string) => (await ask({ smtpConfig })).body.finding?.reason;
      assert.equal(await reason(""), "no-default");
      assert.equal(await reason("unknown"), "config-missing");
      assert.equal(await reason("empty"), "config-invalid");
    });

    it("nothing while the configuration is held: a refused login is not tried once more", async () => {
      const logins = { config: { username: "user", password: "wrong-Passw0rd" } };
      const flow = await loadFlow([configuration({ giveUpAfter: 48 }), stepNode()], logins);
      flow.send(sample);
      await flow.untilStatus(/status\.held/);
      const tried = server.connectionsTotal;
      const { body } = await ask({});
      assert.deepEqual([body.outcome, body.held, body.finding?.code], ["failed", true, "ERR_MAIL_AUTH"]);
      assert.equal(server.connectionsTotal, tried);
      await discardWaiting();
    });

    it("one at a time with a configuration, and stops when the person goes away", async () => {
      const silent = await startScriptedSmtpServer({ ehlo: "silence" });
      await loadFlow([configurationNode(silent.port), stepNode()]);
      const admin = await listenAdmin();
      try {
        const leave = new AbortController();
        const body = JSON.stringify({ id: "step", flow: "tab", config: {}, msg: sample, to: "me@example.com" });
        const headers = { "content-type": "application/json" };
        const first = fetch(`${admin.url}/send-email/test`, { method: "POST", headers, body, signal: leave.signal });
        await silent.waitFor(() => silent.connectionsNow === 1);
        const second = await ask({});
        assert.deepEqual([second.status, second.body.busy], [409, true]);
        leave.abort();
        await assert.rejects(first, { name: "AbortError" });
        await silent.waitFor(() => silent.connectionsNow === 0);
      } finally {
        await admin.close();
        await silent.close();
      }
    });
  });

  describe("reads", () => {
    it("flow and global values from the contexts of the step that runs", async () => {
      await deploy();
      const context = nodeById("step").context();
      context.flow.set("subject", "From the flow");
      context.global.set("to", "global@example.com");
      const { body } = await preview({ subject: "subject", subjectType: "flow", to: "to", toType: "global" });
      assert.deepEqual([body.mail?.subject, addresses(body.mail?.to)], ["From the flow", ["global@example.com"]]);
    });

    it("those of its flow for a step that is not deployed, and says what is empty in a flow that is not either", async () => {
      await deploy();
      const context = nodeById("output").context();
      context.flow.set("subject", "From the flow");
      context.global.set("to", "global@example.com");
      const form = { subject: "subject", subjectType: "flow", to: "to", toType: "global" };
      const beside = (await preview(form, { id: "new" })).body;
      assert.deepEqual([beside.mail?.subject, addresses(beside.mail?.to)], ["From the flow", ["global@example.com"]]);
      const apart = (
        await preview({ ...form, cc: "$flowContext('subject')", ccType: "jsonata" }, { id: "new", flow: "other" })
      ).body;
      assert.deepEqual([apart.mail?.subject, addresses(apart.mail?.to)], ["", ["global@example.com"]]);
      assert.deepEqual(apart.empty, ["cc", "bcc", "subject", "attachments"]);
    });

    it("no kind of value that the dialog does not offer", async () => {
      await deploy();
      for (const toType of ["cred", "bin", "date", "re"]) {
        const { status, body } = await preview({ to: "password", toType });
        assert.deepEqual([status, body.problems?.[0]?.field], [400, "to"], toType);
      }
      assert.equal((await preview({}, { id: "config" })).status, 200);
    });

    it("nothing of a body that is none, and names what is wrong", async () => {
      await deploy();
      const wrong: [Record<string, unknown>, string][] = [
        [{ id: "" }, ""],
        [{ config: "x" }, ""],
        [{ flow: 5 }, ""],
        [{ msg: [] }, "msg"],
        [{ msg: "text" }, "msg"],
        [{ config: { bodyType: "video" } }, "bodyType"],
        [{ config: { smtpConfig: {} } }, "smtpConfig"],
        [{ config: { to: ["a@example.com"] } }, "to"],
      ];
      for (const [rest, field] of wrong) {
        const { status, body } = await ask({}, rest);
        assert.deepEqual([status, body.problems?.[0]?.field], [400, field], JSON.stringify(rest));
        assert.ok(body.problems?.[0]?.message);
      }
      assert.equal(server.connectionsTotal, 0);
    });
  });

  describe("shows", () => {
    it("a mail as it goes out: sender rule, signature, text made from HTML, pictures; and sends none", async () => {
      await loadFlow([configuration({ overrideFrom: true, fromName: "Orders" }), stepNode()], login);
      const png = Buffer.from("89504e47", "hex").toString("base64");
      const attachments = [
        { filename: "logo.png", content: png, encoding: "base64", cid: "logo" },
        { filename: "terms.txt", content: "None." },
      ];
      const msg = { ...sample, payload: '<h1>Hi</h1><img src="cid:logo">', attachments };
      const form: Form = { bodyType: "html", from: "other@example.com", fromType: "str", priority: "high" };
      const { body } = await preview(form, { msg });
      const { mail } = body;
      assert.deepEqual(mail?.from, { name: "Orders", address: "orders@example.com" });
      assert.match(mail?.html ?? "", /<h1>Hi<\/h1>.*class="signature".*Example Ltd/);
      assert.match(mail?.text ?? "", /HI[\s\S]*-- \nExample Ltd/i);
      assert.deepEqual(mail?.pictures, { logo: `data:image/png;base64,${png}` });
      assert.deepEqual(mail?.attachments, [
        { filename: "logo.png", bytes: 4, inline: true },
        { filename: "terms.txt", bytes: 5, inline: false },
      ]);
      assert.equal(mail?.priority, "high");
      assert.equal(server.connectionsTotal, 0);
    });

    it("a mail without a recipient and without a configuration, and says so", async () => {
      await loadFlow([stepNode()]);
      const { body } = await preview({}, { msg: { payload: "Hello" } });
      assert.deepEqual([body.outcome, body.finding?.reason], ["passed", "no-default"]);
      assert.deepEqual([body.configuration, body.mail?.from, body.mail?.to], [undefined, undefined, []]);
      assert.equal(body.mail?.text, "Hello");
      assert.deepEqual(body.empty, ["to", "cc", "bcc", "subject", "attachments"]);
    });
  });
});

describeOnEachVersion("POST send-email/test with a token from the message", () => {
  const TOKEN = "ya29.sample-token-of-the-test";
  let server: ScriptedSmtpServer;

  afterEach(() => server.close());

  it("takes it from the sample, never shows it, and keeps it from the mails of the flow", async () => {
    const tls = await selfSigned({ hosts: ["localhost"] });
    const accounts = [{ user: "orders@example.com", pass: TOKEN }];
    server = await startScriptedSmtpServer({ implicitTls: tls, accounts, mechanisms: "XOAUTH2" });
    const tlsNode = { id: "tls", type: "tls-config", verifyservercert: true, name: "", cert: "", key: "", ca: "" };
    const raw = { security: "tls", auth: "oauth2", oauthFlow: "message", tls: "tls" } as const;
    const flow = await loadFlow([tlsNode, configurationNode(server.port, raw), stepNode()], {
      config: { username: "orders@example.com" },
      tls: { cadata: tls.ca },
    } as never);
    assert.equal((await ask({})).body.finding?.code, "ERR_MAIL_TOKEN");
    const { body, text } = await ask({}, { msg: { ...sample, accessToken: TOKEN } });
    assert.equal(body.outcome, "passed");
    assert.ok(!text.includes(TOKEN));
    const refused = await ask({}, { msg: { ...sample, accessToken: "ya29.refused-token" } });
    assert.equal(refused.body.finding?.code, "ERR_MAIL_AUTH");
    assert.ok(!refused.text.includes("refused-token"));
    flow.send(sample);
    assert.equal((await flow.nextError()).error?.["code"], "ERR_MAIL_TOKEN");
  });
});
