import { strict as assert } from "node:assert";
import {
  configurationNode,
  describeOnEachVersion,
  detailsOf,
  loadFlow,
  nodeById,
  stepNode,
  watchCompletions,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";

describeOnEachVersion("send-email in a flow", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer({
      onRcpt: (address) => (address.startsWith("no") ? "550 5.1.1 no such user" : undefined),
    });
  });
  afterEach(() => server.close());

  it("serves a flow wired for Node-RED's e-mail node as it is dropped from the palette", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({
      to: "a@example.com",
      cc: "b@example.com",
      bcc: "hidden@example.com",
      topic: "Hello",
      payload: "Text",
      other: { kept: true },
    });
    const msg = await flow.next();
    const [mail] = server.mails;
    assert.deepEqual(mail?.envelope.to, ["a@example.com", "b@example.com", "hidden@example.com"]);
    assert.equal(mail?.parsed.subject, "Hello");
    assert.equal(mail?.parsed.text?.trim(), "Text");
    assert.equal(mail?.parsed.html, false);
    assert.doesNotMatch(mail?.raw.toString() ?? "", /hidden/, "Bcc is nowhere in the mail");
    assert.deepEqual(msg["other"], { kept: true });
    assert.equal(msg["payload"], "Text");
  });

  it("tells in msg.email what the server said of each recipient, and does not claim delivery", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({ to: "a@example.com", payload: "Text" });
    const { email } = await flow.next();
    assert.equal(email?.["state"], "accepted");
    assert.match(String(email?.["messageId"]), /^<[0-9a-f-]{36}@example\.com>$/);
    assert.deepEqual(email?.["envelope"], { from: "orders@example.com", to: ["a@example.com"] });
    const [recipient] = (email as { recipients: Record<string, unknown>[] }).recipients;
    assert.equal(recipient?.["state"], "accepted");
    assert.equal(recipient?.["replyCode"], 250);
    assert.equal(email?.["attempts"], 1);
    assert.equal(email?.["configuration"], "Config_config");
    assert.equal(typeof email?.["durationMs"], "number");
    assert.doesNotMatch(JSON.stringify(email), /delivered/i);
  });

  it("never guesses HTML: an address in angle brackets stays in the text", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({ to: "a@example.com", payload: "Contact John <john@x.com>" });
    await flow.next();
    assert.equal(server.mails[0]?.parsed.text?.trim(), "Contact John <john@x.com>");
    assert.match(server.mails[0]?.raw.toString() ?? "", /^Content-Type: text\/plain/m);
  });

  it("sends HTML with a text made from it as alternatives when the node says so", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode({ bodyType: "html" })]);
    flow.send({ to: "a@example.com", payload: "<h1>Title</h1><p>Words</p>" });
    await flow.next();
    const { parsed, raw } = server.mails[0] as MailServer["mails"][number];
    assert.match(raw.toString(), /^Content-Type: multipart\/alternative/m);
    assert.equal(parsed.html, "<h1>Title</h1><p>Words</p>");
    assert.match(parsed.text ?? "", /^Title\s+Words\s*$/);
  });

  it("keeps HTTP headers of the message out of the mail", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    const headers = { "set-cookie": "session=abc", "content-type": "application/pdf", "x-api-key": "key" };
    flow.send({ to: "a@example.com", payload: "Text", headers, header: { "in-reply-to": "<x@y>" } });
    await flow.next();
    assert.doesNotMatch(server.mails[0]?.raw.toString() ?? "", /session=abc|application\/pdf|x-api-key|in-reply-to/i);
  });

  it("sends a Buffer payload as an attachment beside msg.attachments", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({
      to: "a@example.com",
      payload: Buffer.from([1, 2, 3]),
      filename: "/data/in/report.bin",
      attachments: [{ filename: "b.txt", content: "b" }],
    });
    await flow.next();
    const names = server.mails[0]?.parsed.attachments.map(({ filename }) => filename);
    assert.deepEqual(names, ["report.bin", "b.txt"]);
  });

  it("leaves a missing subject empty", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({ to: "a@example.com", payload: "Text" });
    await flow.next();
    assert.equal(server.mails[0]?.parsed.subject ?? "", "");
  });

  it("reads typed fields of every kind", async () => {
    process.env["MAIL_TEST_SENDER"] = "env@example.com";
    const step = stepNode({
      to: '"x" & $string(1 + 1) & "@example.com"',
      toType: "jsonata",
      cc: "fixed@example.com",
      ccType: "str",
      from: "MAIL_TEST_SENDER",
      fromType: "env",
      subject: "where.it.is",
      headers: '{"X-Order": "4711"}',
      headersType: "json",
      priority: "high",
      inReplyTo: "<first@example.com> second@example.com",
      replyTo: "answers@example.com",
    });
    const flow = await loadFlow([configurationNode(server.port), step]);
    flow.send({ where: { it: { is: "Deep" } }, payload: "Text" });
    await flow.next();
    const { parsed, envelope } = server.mails[0] as MailServer["mails"][number];
    assert.deepEqual(envelope, { from: "env@example.com", to: ["x2@example.com", "fixed@example.com"] });
    assert.equal(parsed.subject, "Deep");
    assert.equal(parsed.headers.get("x-order"), "4711");
    assert.equal(parsed.headers.get("priority"), "high");
    assert.equal(parsed.inReplyTo, "<second@example.com>");
    assert.deepEqual(parsed.references, ["<first@example.com>", "<second@example.com>"]);
    assert.equal(parsed.replyTo?.text, "answers@example.com");
  });

  it("has its bounces sent elsewhere, or nowhere, tells its thread, and offers a way to leave the list", async () => {
    const lists = { listUnsubscribe: "https://example.com/leave, mailto:leave@example.com" };
    const step = stepNode({
      ...lists,
      references: "thread",
      referencesType: "msg",
      bounceTo: "back",
      bounceToType: "msg",
    });
    const flow = await loadFlow([configurationNode(server.port), step]);
    for (const back of ["bounces@example.com", "<>"]) {
      flow.send({ to: "a@example.com", payload: "x", thread: ["<first@example.com>"], back });
      const { email } = await flow.next();
      const { envelope, raw, parsed } = server.mails.at(-1) as MailServer["mails"][number];
      const from = back === "<>" ? "" : back;
      assert.deepEqual([envelope.from, email?.["envelope"]], [from, { from, to: ["a@example.com"] }]);
      assert.equal(parsed.from?.text, "orders@example.com");
      assert.equal(parsed.references, "<first@example.com>");
      const head = raw.toString().replace(/\r\n(?=[ \t])/g, "");
      assert.match(head, /^List-Unsubscribe: <https:\/\/example\.com\/leave>,\s+<mailto:leave@example\.com>\r$/m);
      assert.match(head, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    }
  });

  it("takes the configuration's From over everything where it overrides", async () => {
    const configuration = configurationNode(server.port, {
      overrideFrom: true,
      fromName: "Example Orders",
      signature: "Bye <all>",
    });
    const flow = await loadFlow([configuration, stepNode({ from: "sender", fromType: "msg", bodyType: "html" })]);
    flow.send({ to: "a@example.com", sender: "me@example.com", payload: "<body><p>x</p></body>" });
    await flow.next();
    const { parsed } = server.mails[0] as MailServer["mails"][number];
    assert.equal(parsed.from?.text, '"Example Orders" <orders@example.com>');
    assert.match(parsed.text ?? "", /^x\s+-- \s*Bye <all>\s*$/);
    assert.match(String(parsed.html), /Bye &lt;all&gt;<\/div><\/body>$/);
  });

  const refusals: [string, Record<string, unknown>, string, string][] = [
    ["a mail without recipient", { payload: "x" }, "ERR_MAIL_ADDRESS", "to"],
    ["a malformed address", { to: "nobody", payload: "x" }, "ERR_MAIL_ADDRESS", "to"],
    [
      "a line break in the subject",
      { to: "a@example.com", topic: "a\r\nBcc: x@example.com", payload: "x" },
      "ERR_MAIL_HEADER",
      "subject",
    ],
    ["a mail without body", { to: "a@example.com" }, "ERR_MAIL_FIELD", "text"],
    [
      "an attachment by path",
      { to: "a@example.com", payload: "x", attachments: [{ path: "/etc/passwd" }] },
      "ERR_MAIL_ATTACHMENT",
      "attachments[0].path",
    ],
    [
      "an attachment by URL",
      { to: "a@example.com", payload: "x", attachments: { href: "http://localhost/" } },
      "ERR_MAIL_ATTACHMENT",
      "attachments.href",
    ],
    [
      "a subject that is an object",
      { to: "a@example.com", topic: { a: 1 }, payload: "x" },
      "ERR_MAIL_FIELD",
      "subject",
    ],
  ];
  for (const [what, msg, code, field] of refusals) {
    it(`refuses ${what} with the field's name, before anything is sent`, async () => {
      const flow = await loadFlow([configurationNode(server.port), stepNode()]);
      flow.send(msg);
      const { error } = await flow.nextError();
      assert.equal(error?.["code"], code);
      assert.equal(detailsOf(error)["field"], field);
      assert.ok(String(detailsOf(error)["remedy"]).length > 10);
      assert.equal(server.connectionsTotal, 0);
    });
  }

  it("refuses a body that cannot be written as JSON", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode({ text: "loop", textType: "flow" })]);
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    nodeById("step").context().flow.set("loop", loop);
    flow.send({ to: "a@example.com" });
    const { error } = await flow.nextError();
    assert.equal(detailsOf(error)["field"], "text");
  });

  it("counts partly refused recipients as failure by default, and tells each one's answer", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({ to: "a@example.com, no@example.com", payload: "x" });
    const msg = await flow.nextError();
    assert.equal(msg.error?.["code"], "ERR_MAIL_RECIPIENTS_REJECTED");
    assert.match(String(msg.error?.["message"]), /no@example\.com/);
    assert.equal(msg.email?.["state"], "partial");
    const states = (msg.email as { recipients: { state: string; enhancedCode?: string }[] }).recipients.map(
      ({ state, enhancedCode }) => [state, enhancedCode],
    );
    assert.deepEqual(states, [
      ["accepted", "2.0.0"],
      ["rejected", "5.1.1"],
    ]);
    assert.equal(server.mails.length, 1);
  });

  it("lets a partly refused mail go on with a warning where the node says so", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode({ failOnPartial: false })]);
    flow.send({ to: "a@example.com, no@example.com", payload: "x" });
    const msg = await flow.next();
    assert.equal(msg.email?.["state"], "partial");
    assert.ok(flow.warnings().some((warning) => warning.includes("no@example.com")));
  });

  it("reports a mail that every recipient was refused as an error of the server, in its words", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({ to: "no@example.com", payload: "x" });
    const { error } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_RECIPIENTS_REJECTED");
    assert.equal(detailsOf(error)["reason"], "recipient-refused");
    assert.equal(detailsOf(error)["disposition"], "permanent");
    assert.match(String(error?.["message"]), /550 5\.1\.1 no such user/);
  });

  it("reports a server that is not there with cause and remedy", async () => {
    const { port } = server;
    await server.close();
    const flow = await loadFlow([configurationNode(port), stepNode()]);
    flow.send({ to: "a@example.com", payload: "x" });
    const { error } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_CONNECT");
    assert.equal(detailsOf(error)["disposition"], "transient");
    await flow.untilStatus(/ERR_MAIL_CONNECT/);
  });

  it("calls done exactly once, for success and for failure", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    const completions = watchCompletions("step");
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.next();
    flow.send({ to: "no@example.com", payload: "x" });
    await flow.nextError();
    // One more round trip: a second call of done would have been seen by then.
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.next();
    assert.deepEqual(
      completions.map(({ error }) => (error as { code?: string } | undefined)?.code),
      [undefined, "ERR_MAIL_RECIPIENTS_REJECTED", undefined],
    );
  });
});
