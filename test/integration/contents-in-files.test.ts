import assert from "node:assert/strict";
import { truncateSync } from "node:fs";
import { SendError } from "../../src/model/send-error";
import { SmtpTransport } from "../../src/transports/smtp/smtp-transport";
import { bytes, composeWith, keptFiles } from "../support/kept-files";
import { type MailServer, startMailServer } from "../support/mail-server";
import { dependencies, settingsFor } from "../support/settings";
import { bench, closeAll } from "./graph/rig";

const forever = new AbortController().signal;
const unmarked = async (): Promise<void> => {};

describe("A mail whose contents are in files", () => {
  const files = keptFiles();
  after(() => files.remove());

  describe("over SMTP", () => {
    let server: MailServer;
    let transport: SmtpTransport;

    beforeEach(async () => {
      server = await startMailServer();
      const settings = settingsFor(server.port, { security: "none", maxConnections: 1 });
      transport = new SmtpTransport(settings, { clock: dependencies.clock, composeTestMail: () => assert.fail() });
    });
    afterEach(async () => {
      await transport.close();
      await server.close();
    });

    it("arrives byte for byte, and leaves only when its marker is written", async () => {
      const content = bytes(5_000_000);
      const email = await composeWith([{ filename: "large.bin", content: files.keep("a", content) }]);
      let marked = false;
      await transport.send(email, forever, async () => {
        assert.equal(server.mails.length, 0);
        marked = true;
      });
      assert.ok(marked);
      const [mail] = server.mails;
      assert.ok(mail?.parsed.attachments[0]?.content.equals(content));
      assert.equal(mail?.parsed.text, "Hello");
    });

    it("is not accepted by anybody where a file ends early, and the next mail arrives", async () => {
      const file = files.keep("b", bytes(3_000_000));
      const email = await composeWith([{ filename: "a.bin", content: file }]);
      truncateSync(file.path, 2_000_000);
      await assert.rejects(transport.send(email, forever, unmarked), (error) => {
        assert.ok(error instanceof SendError);
        // The final dot was never sent, so nobody has it: trying again cannot deliver twice.
        assert.deepEqual([error.code, error.disposition], ["ERR_MAIL_STORE", "transient"]);
        return true;
      });
      await transport.send(await composeWith([]), forever, unmarked);
      assert.deepEqual(
        server.mails.map(({ parsed }) => parsed.attachments.length),
        [0],
      );
    });
  });

  describe("through Graph", () => {
    afterEach(closeAll);

    for (const [way, more] of Object.entries({ JSON: {}, MIME: { inReplyTo: "<a@example.org>" } })) {
      for (const size of [1_200_000, 5_000_000]) {
        it(`arrives byte for byte: ${size / 1_000_000} MB as ${way}`, async () => {
          const { graph, sendPrepared } = await bench();
          const content = bytes(size);
          await sendPrepared(await composeWith([{ filename: "large.bin", content: files.keep("c", content) }], more));
          assert.ok(graph.mails[0]?.attachments[0]?.content.equals(content));
        });
      }
    }

    it("leaves no draft behind where a file ends early", async () => {
      const { graph, sendPrepared, steps } = await bench();
      const file = files.keep("d", bytes(9_000_000));
      const email = await composeWith([{ filename: "a.bin", content: file }]);
      truncateSync(file.path, 5_000_000);
      await assert.rejects(sendPrepared(email), (error) => (error as SendError).code === "ERR_MAIL_STORE");
      assert.equal(graph.mails.length, 0);
      assert.match(steps().at(-1) ?? "", /^DELETE /);
    });
  });
});
