import { strict as assert } from "node:assert";
import {
  configurationNode,
  describeOnEachVersion,
  detailsOf,
  type FlowNode,
  loadFlow,
  logEntries,
  stepNode,
} from "../support/flow";
import { type MailServer, type ReceivedMail, startMailServer } from "../support/mail-server";

describeOnEachVersion("the message of a send-email", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer({ onRcpt: (address) => (address.startsWith("no") ? "550 5.1.1 no" : undefined) });
  });
  afterEach(() => server.close());

  const firstMail = (): ReceivedMail => server.mails[0] as ReceivedMail;

  const payloads: [string, unknown][] = [
    ["a text", "Text"],
    ["an object", { temperature: 21.5, list: [1, { two: null }] }],
    ["a Buffer", Buffer.from([0, 1, 255])],
  ];
  for (const [what, payload] of payloads) {
    it(`goes on as it came but for msg.email, with ${what} as payload`, async () => {
      const flow = await loadFlow([configurationNode(server.port), stepNode()]);
      const made = () => ({
        _msgid: "m1",
        to: ["a@example.com", { name: "B", address: "b@example.com" }],
        cc: "c@example.com",
        topic: "Hello",
        payload: structuredClone(payload),
        attachments: [{ filename: "a.bin", content: Buffer.from([7]) }],
        filename: "x.bin",
        headers: { "x-a": "b" },
        other: { deep: [new Date(0)] },
      });
      flow.send({ ...made(), payload });
      const { email, ...rest } = await flow.next();
      assert.equal(email?.["state"], "accepted");
      assert.deepEqual(rest, { ...made(), payload });
    });
  }

  const binary: [string, unknown][] = [
    ["a Uint8Array", new Uint8Array([0, 10, 13, 255])],
    ["a Buffer that went through JSON", JSON.parse(JSON.stringify(Buffer.from([0, 10, 13, 255])))],
  ];
  for (const [what, payload] of binary) {
    it(`sends a payload that is ${what} as an attachment, byte for byte`, async () => {
      const flow = await loadFlow([configurationNode(server.port), stepNode()]);
      flow.send({ to: "a@example.com", payload, filename: "a.bin" });
      await flow.next();
      const [attachment, ...more] = firstMail().parsed.attachments;
      assert.deepEqual([attachment?.filename, more.length], ["a.bin", 0]);
      assert.deepEqual(Buffer.from(attachment!.content), Buffer.from([0, 10, 13, 255]));
      assert.doesNotMatch(firstMail().parsed.text ?? "", /255/);
    });
  }

  it("keeps Cc and Bcc of the message where To is fixed", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode({ to: "fixed@example.com", toType: "str" })]);
    flow.send({ to: "not@example.com", cc: "c@example.com", bcc: "b@example.com", payload: "x" });
    await flow.next();
    assert.deepEqual(firstMail().envelope.to, ["fixed@example.com", "c@example.com", "b@example.com"]);
  });

  it("never has the step's name as a recipient, as Node-RED's e-mail node does", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode({ name: "name@example.com" })]);
    flow.send({ to: "a@example.com", payload: "x" });
    await flow.next();
    assert.deepEqual(firstMail().envelope.to, ["a@example.com"]);
    flow.send({ payload: "x" });
    assert.equal(detailsOf((await flow.nextError()).error)["reason"], "no-recipient");
  });

  it("says who sends and who is answered only where the step says so", async () => {
    const asked = stepNode({ replyTo: "replyTo", replyToType: "msg" }, "asked");
    const flow = await loadFlow([configurationNode(server.port), stepNode(), asked]);
    const strangers = { from: "x@example.com", replyTo: "me@example.com", envelope: { to: "y@example.com" } };
    const msg = { to: "a@example.com", payload: "x", ...strangers, inReplyTo: "<a@example.com>", priority: "high" };
    flow.send(msg);
    await flow.next();
    const { parsed, envelope } = firstMail();
    assert.deepEqual(envelope, { from: "orders@example.com", to: ["a@example.com"] });
    assert.deepEqual([parsed.replyTo, parsed.inReplyTo, parsed.headers.get("priority")], Array(3).fill(undefined));
    flow.sendTo("asked", msg);
    await flow.next();
    assert.equal(server.mails[1]?.parsed.replyTo?.text, "me@example.com");
  });

  const chain = (second: FlowNode): FlowNode[] => [
    configurationNode(server.port),
    { ...stepNode(), wires: [["second"]] },
    second,
  ];

  it("does not tell Catch of an earlier step's mail where a later one is refused", async () => {
    const flow = await loadFlow(chain(stepNode({ to: "no@example.com", toType: "str" }, "second")));
    flow.send({ to: "a@example.com", payload: "x" });
    const { error, email } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_RECIPIENTS_REJECTED");
    assert.equal(email, undefined);
    assert.equal(server.mails.length, 1);
  });

  it("lets a later step refer to an earlier one's mail, and tells its own afterwards", async () => {
    const inReplyTo = { inReplyTo: "email.messageId", inReplyToType: "msg" } as const;
    const flow = await loadFlow(chain(stepNode(inReplyTo, "second")));
    flow.send({ to: "a@example.com", payload: "x" });
    const { email } = await flow.next();
    const [first, second] = server.mails;
    assert.equal(second?.parsed.inReplyTo, first?.parsed.messageId);
    assert.equal(email?.["messageId"], second?.parsed.messageId);
  });

  it("keeps msg.email where a step fails and it is the flow's own, such as an address", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode({ to: "email", toType: "msg" })]);
    for (const email of ["no@example.com", { name: "No", address: "no@example.com" }]) {
      flow.send({ email, payload: "x" });
      assert.deepEqual((await flow.nextError()).email as unknown, email);
    }
  });

  it("brings an error in sentences, which begin with the cause", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({ to: "no@example.com", payload: "x" });
    const { error } = await flow.nextError();
    const message = String(error?.["message"]);
    assert.match(message, /550 5\.1\.1 no\. [A-Z]/);
    assert.doesNotMatch(message, /^\w*Error:|\.\.|undefined/);
    assert.equal("name" in (error ?? {}), false);
  });

  it("is reported without “Error:” where nothing catches it", async () => {
    const flow = await loadFlow([
      configurationNode(server.port),
      stepNode({ z: "other" } as never),
      { id: "other", type: "tab" },
    ]);
    flow.send({ to: "nobody", payload: "x" });
    await flow.untilStatus(/ERR_MAIL_ADDRESS/);
    const errors = logEntries().filter(({ level }) => level === 20);
    assert.deepEqual(
      errors.map(({ msg }) => String(msg).slice(0, 12)),
      ["to: “nobody”"],
    );
  });

  it("that is larger than the configuration allows is refused by that field, before it is queued", async () => {
    const flow = await loadFlow([configurationNode(server.port, { maxSize: 1 }), stepNode()]);
    flow.send({ to: "a@example.com", payload: "x", attachments: Buffer.alloc(760_000) });
    const { error } = await flow.nextError();
    assert.deepEqual([error?.["code"], detailsOf(error)["field"]], ["ERR_MAIL_TOO_LARGE", "maxSize"]);
    assert.match(String(error?.["message"]), /1\.0 MB.*allows 1 MB/);
    assert.equal(server.connectionsTotal, 0);
    flow.send({ to: "a@example.com", payload: "x", attachments: Buffer.alloc(700_000) });
    assert.equal((await flow.next()).email?.["state"], "accepted");
  });
});
