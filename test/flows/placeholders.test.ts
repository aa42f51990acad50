import { strict as assert } from "node:assert";
import type { SampleReport } from "../../src/model/sample";
import type { RawSendEmail } from "../../src/settings/send-email-raw";
import {
  adminRequest,
  configurationNode,
  describeOnEachVersion,
  detailsOf,
  type Flow,
  loadFlow,
  nodeById,
  stepNode,
  unload,
} from "../support/flow";
import { type MailServer, type ReceivedMail, startMailServer } from "../support/mail-server";

type Form = Partial<RawSendEmail>;

const written = (fields: Partial<Record<"subject" | "text" | "html", string>>): Form =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) => [
      [field, value],
      [`${field}Type`, "str"],
    ]),
  );

describeOnEachVersion("{{…}} in a step's own subject, text and HTML", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server.close());

  const load = (form: Form, raw = {}): Promise<Flow> => loadFlow([configurationNode(server.port, raw), stepNode(form)]);

  async function mailOf(form: Form, msg: Record<string, unknown>): Promise<ReceivedMail> {
    const flow = await load(form);
    flow.send({ to: "a@example.com", ...msg });
    await flow.next();
    return server.mails.at(-1) as ReceivedMail;
  }

  async function refusalOf(form: Form, msg: Record<string, unknown>, raw = {}) {
    const flow = await load(form, raw);
    flow.send({ to: "a@example.com", ...msg });
    const { error } = await flow.nextError();
    assert.equal(server.connectionsTotal, 0, "nothing was queued");
    const { field, reason } = detailsOf(error);
    return { code: error?.["code"], message: String(error?.["message"]), field, reason };
  }

  it("stands for the message's values: as they are in subject and text, escaped in HTML", async () => {
    const fields = {
      subject: "Order {{payload.id}} & more",
      text: "Dear {{payload.name}}",
      html: "<b>{{payload.name}}</b>",
    };
    const { parsed } = await mailOf(
      { bodyType: "both", ...written(fields) },
      { payload: { id: 7, name: "A <i> & B" } },
    );
    assert.equal(parsed.subject, "Order 7 & more");
    assert.equal(parsed.text?.trim(), "Dear A <i> & B");
    assert.match(String(parsed.html), /<b>A &lt;i&gt; &amp; B<\/b>/);
  });

  it("reads flow and global contexts, a store by its name, and the environment", async () => {
    process.env["PLACEHOLDER_TEST"] = "from the environment";
    try {
      const text =
        "{{flow.a.b}}|{{flow[memory].a.b}}|{{global.list.1}}|{{env.PLACEHOLDER_TEST}}|{{#global.list}}{{.}}{{/global.list}}";
      const flow = await load(written({ text }));
      const context = nodeById("step").context();
      context.flow.set("a", { b: "in the flow" });
      context.global.set("list", ["x", "y"]);
      flow.send({ to: "a@example.com", payload: "not this" });
      await flow.next();
      const expected = "in the flow|in the flow||from the environment|xy";
      assert.equal(server.mails[0]?.parsed.text?.trim(), expected.replace("||", "|y|"));
    } finally {
      delete process.env["PLACEHOLDER_TEST"];
    }
  });

  const kinds: [string, Form, Record<string, unknown>][] = [
    ["a message", { text: "payload", textType: "msg" }, { payload: "{{secret}}" }],
    ["an expression", { text: "payload", textType: "jsonata" }, { payload: "{{secret}}" }],
    ["the environment", { text: "PLACEHOLDER_VALUE", textType: "env" }, {}],
  ];
  for (const [what, form, msg] of kinds) {
    it(`stays as it is in a value that comes from ${what}`, async () => {
      process.env["PLACEHOLDER_VALUE"] = "{{secret}}";
      try {
        const mail = await mailOf({ ...form, failOnMissing: true }, { ...msg, secret: "SECRET", topic: "{{secret}}" });
        assert.deepEqual([mail.parsed.text?.trim(), mail.parsed.subject], ["{{secret}}", "{{secret}}"]);
      } finally {
        delete process.env["PLACEHOLDER_VALUE"];
      }
    });
  }

  it("is not looked for in what a value brings: nothing is filled in twice", async () => {
    const form = { bodyType: "html", ...written({ subject: "{{a}}", html: "{{{a}}} {{a}}" }) } as const;
    const { parsed } = await mailOf(form, { a: "{{secret}} {{{secret}}}", secret: "SECRET" });
    assert.equal(parsed.subject, "{{secret}} {{{secret}}}");
    assert.doesNotMatch(String(parsed.html), /SECRET/);
  });

  it("stays as it is where placeholders are switched off", async () => {
    const form = { fillPlaceholders: false, ...written({ subject: "{{a}}", text: "{{#b}}" }) };
    const { parsed } = await mailOf(form, { a: "A" });
    assert.deepEqual([parsed.subject, parsed.text?.trim()], ["{{a}}", "{{#b}}"]);
  });

  it("is no address", async () => {
    const refused = await refusalOf({ to: "{{who}}", toType: "str" }, { who: "a@example.com", payload: "x" });
    assert.equal(refused.code, "ERR_MAIL_ADDRESS");
  });

  it("is empty where there is no value, or an error that names it, as the step says", async () => {
    const fields = written({ subject: "Order {{payload.id}}!", text: "{{payload.text}}{{payload.nmae}}" });
    assert.equal((await mailOf(fields, { payload: { text: "x" } })).parsed.subject, "Order !");
    await unload();
    server.mails.splice(0);
    const strict = { ...fields, failOnMissing: true };
    const flow = await load(strict);
    flow.send({ to: "a@example.com", payload: { id: 1, text: "x" } });
    const { error } = await flow.nextError();
    assert.deepEqual(
      [error?.["code"], detailsOf(error)["reason"], detailsOf(error)["field"]],
      ["ERR_MAIL_FIELD", "template-value-missing", "text"],
    );
    assert.match(String(error?.["message"]), /^text: there is no value for \{\{payload\.nmae\}\}\. /);
    assert.equal(server.mails.length, 0);
  });

  it("that cannot be read refuses the mail, names field and line, and nothing is queued", async () => {
    const { message, code, field, reason } = await refusalOf(written({ text: "Dear\n{{#a}}" }), { a: 1 });
    assert.deepEqual([code, field, reason], ["ERR_MAIL_FIELD", "text", "template-syntax"]);
    assert.match(message, /Unclosed section "a" in line 2.*Close every \{\{ with \}\}/);
  });

  it("lets no value leave the subject's header", async () => {
    const value = "x\r\nBcc: evil@example.net";
    const refused = await refusalOf(written({ subject: "Order {{id}}", text: "x" }), { id: value });
    assert.deepEqual([refused.code, refused.field], ["ERR_MAIL_HEADER", "subject"]);
  });

  it("is stopped at the largest mail of the configuration", async () => {
    const list = Array.from({ length: 2000 }, () => "x".repeat(100));
    const form = written({ text: "{{#list}}{{#list}}{{.}}{{/list}}{{/list}}" });
    const { code, message } = await refusalOf(form, { list }, { maxSize: 1 });
    assert.equal(code, "ERR_MAIL_TOO_LARGE");
    assert.match(message, /\(1 MB\)/);
  });

  describe("in a preview and a test", () => {
    async function ask(form: Form, rest: Record<string, unknown>): Promise<SampleReport> {
      const body = { id: "step", flow: "tab", config: form, msg: { to: "a@example.com", payload: { id: 7 } }, ...rest };
      const answer = (await adminRequest().post("/send-email/test").send(body)) as unknown as { body: SampleReport };
      return answer.body;
    }

    it("stands for the sample's values; what has none is named", async () => {
      await load({});
      const form = written({ subject: "Order {{payload.id}}", text: "{{payload.nmae}}x{{flow.none}}" });
      const shown = await ask(form, { preview: true });
      assert.equal(shown.outcome, "passed");
      assert.deepEqual([shown.mail?.subject, shown.mail?.text], ["Order 7", "x"]);
      assert.deepEqual(shown.missing, ["payload.nmae", "flow.none"]);
      const sent = await ask(form, { to: "me@example.com" });
      assert.equal(sent.sent?.subject, "[Test] Order 7");
      assert.equal(server.mails[0]?.parsed.text?.trim(), "x");
    });

    it("that cannot be read is told with field, cause and remedy", async () => {
      await load({});
      const { outcome, finding } = await ask(written({ subject: "{{payload.id" }), { preview: true });
      assert.deepEqual([outcome, finding?.reason, finding?.field], ["failed", "template-syntax", "subject"]);
      assert.match(`${finding?.cause} ${finding?.remedy}`, /Unclosed tag in line 1.*Close every/);
    });

    it("works in a step that is not deployed, and in a flow that is not either", async () => {
      await load({});
      nodeById("step").context().global.set("shop", "Lamps");
      const form = written({ subject: "{{global.shop}}{{flow.shop}}", text: "x" });
      for (const where of [{ id: "new" }, { id: "new", flow: "elsewhere" }])
        assert.equal((await ask(form, { preview: true, ...where })).mail?.subject, "Lamps");
    });
  });
});
