import { strict as assert } from "node:assert";
import {
  adminRequest,
  configurationNode,
  describeOnEachVersion,
  detailsOf,
  loadFlow,
  stepNode,
  unload,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";

const LARGE = {
  to: "a@example.com",
  payload: "x",
  attachments: { filename: "large.bin", content: Buffer.alloc(1_000_001) },
};
const LINKS = { attachmentLinks: "always", linkBaseUrl: "https://flows.example.com" };

describeOnEachVersion("the largest attachment", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server.close());

  it("is what the largest mail allows, unless the configuration says otherwise", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send(LARGE);
    await flow.next();
    assert.equal(server.mails[0]?.parsed.attachments[0]?.size, 1_000_001);
  });

  it("refuses a larger one at Catch, with its field, size, limit and what to do", async () => {
    const flow = await loadFlow([configurationNode(server.port, { maxAttachmentSize: 1 }), stepNode()]);
    flow.send(LARGE);
    const { error } = await flow.nextError();
    const { field, reason, remedy } = detailsOf(error);
    assert.deepEqual([error?.["code"], reason, field], ["ERR_MAIL_TOO_LARGE", "attachment-above-limit", "attachments"]);
    assert.match(String(error?.["message"]), /large\.bin” has 1\.01 MB, .* 1 MB\./);
    assert.match(String(remedy), /links/);
    assert.equal(server.mails.length, 0);
  });
});

describeOnEachVersion(
  "links where there are no HTTP nodes",
  () => {
    it("make the configuration unusable, and its test says why", async () => {
      const configuration = configurationNode(1, LINKS);
      const flow = await loadFlow([configuration, stepNode()]);
      flow.send(LARGE);
      const { error } = await flow.nextError();
      assert.deepEqual([error?.["code"], detailsOf(error)["field"]], ["ERR_MAIL_CONFIG", "attachmentLinks"]);
      assert.match(String(error?.["message"]), /httpNodeRoot is false/);
      const { id, type: _, ...config } = configuration;
      const { body } = await adminRequest()
        .post("/smtp-config/test")
        .send({ id, config, credentials: {}, send: false });
      const [problem] = (body as { problems: { field: string; rule: string }[] }).problems;
      assert.deepEqual([problem?.field, problem?.rule], ["attachmentLinks", "links-not-served"]);
    });

    it("leave configurations without links alone", async () => {
      const server = await startMailServer();
      const flow = await loadFlow([configurationNode(server.port), stepNode()]);
      flow.send(LARGE);
      await flow.next();
      await unload();
      await server.close();
    });
  },
  { httpNodeRoot: false },
);
