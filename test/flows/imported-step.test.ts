import { strict as assert } from "node:assert";
import { importedStep } from "../../nodes/editor/import/imported-step";
import type { OldNode } from "../../nodes/editor/import/old-node";
import { configurationNode, describeOnEachVersion, loadFlow, stepNode, unload } from "../support/flow";
import { type MailServer, type ReceivedMail, startMailServer } from "../support/mail-server";

describeOnEachVersion("A step that was imported from an e-mail node", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server.close());

  async function mailOf(msg: Record<string, unknown>, node: Partial<OldNode> = {}): Promise<ReceivedMail> {
    const fields = importedStep({ id: "step", z: "tab", name: "", ...node }, "config");
    const flow = await loadFlow([configurationNode(server.port), stepNode(fields)]);
    flow.send({ to: "a@example.com", ...msg });
    const sent = await Promise.race([flow.next(), flow.nextError()]);
    assert.equal(sent.error, undefined);
    return server.mails[0] ?? assert.fail("no mail came");
  }

  it("sends a text as text, also one with a sign of less", async () => {
    const { parsed } = await mailOf({ payload: "3 < 4, and 5 > 4" });
    assert.deepEqual([parsed.text?.trim(), parsed.html], ["3 < 4, and 5 > 4", false]);
  });

  it("sends a text with tags as HTML, with a text part made from it or from msg.plaintext", async () => {
    const { parsed } = await mailOf({ payload: "<p>Dear <b>Ann</b></p>" });
    assert.deepEqual([parsed.text?.trim(), parsed.html], ["Dear Ann", "<p>Dear <b>Ann</b></p>"]);
    await unload();
    server.mails.length = 0;
    const other = await mailOf({ payload: "<p>Dear <b>Ann</b></p>", plaintext: "Dear Ann, in plain" });
    assert.equal(other.parsed.text?.trim(), "Dear Ann, in plain");
  });

  it("sends a Buffer as an attachment with the name of msg.filename, byte for byte", async () => {
    const { parsed } = await mailOf({ payload: Buffer.from([0, 255, 60, 97, 62]), filename: "scans/scan.bin" });
    const [attachment] = parsed.attachments;
    assert.deepEqual([attachment?.filename, [...(attachment?.content ?? [])]], ["scan.bin", [0, 255, 60, 97, 62]]);
  });

  it("sends an object, a number and an array of one as JSON", async () => {
    for (const [payload, text] of [
      [{ order: 4711 }, '{ "order": 4711 }'],
      [[5], "[ 5 ]"],
      [42, "42"],
    ]) {
      const { parsed } = await mailOf({ payload });
      assert.equal(parsed.text?.trim().replace(/\s+/g, " "), text);
      await unload();
      server.mails.length = 0;
    }
  });

  it("takes sender, answer address, thread and priority from the message, and no priority that is none", async () => {
    const { parsed, envelope } = await mailOf({
      payload: "x",
      from: "it@example.com",
      replyTo: "help@example.com",
      inReplyTo: "<1@example.com>",
      priority: "High",
      cc: "b@example.com",
    });
    assert.deepEqual(envelope, { from: "it@example.com", to: ["a@example.com", "b@example.com"] });
    assert.deepEqual(
      [parsed.replyTo?.text, parsed.inReplyTo, parsed.headers.get("priority")],
      ["help@example.com", "<1@example.com>", "high"],
    );
    await unload();
    server.mails.length = 0;
    const other = await mailOf({ payload: "x", priority: 5, headers: { "x-api-key": "secret" } });
    assert.deepEqual(
      [other.parsed.headers.get("priority"), other.raw.toString().includes("secret")],
      [undefined, false],
    );
  });

  it("sends to its fixed recipients alone, whatever the message says", async () => {
    const message = { to: "x@example.com", cc: "y@example.com", bcc: "z@example.com", replyTo: "w@example.com" };
    const { envelope, parsed } = await mailOf({ ...message, payload: "x" }, { name: "a@example.com, b@example.com" });
    assert.deepEqual(envelope.to, ["a@example.com", "b@example.com"]);
    assert.equal(parsed.replyTo, undefined);
  });
});
