import assert from "node:assert/strict";
import { composeTestMail } from "../../src/compose/test-mail";
import type { SendError } from "../../src/model/send-error";
import { SmtpTransport } from "../../src/transports/smtp/smtp-transport";
import { type MailServer, startMailServer } from "../support/mail-server";
import { dependencies, settingsFor } from "../support/settings";
import { type Composed, compose, sender } from "../unit/compose/composing";
import { attachmentsOf, bodyOf, LINES, STRUCTURES, TEXTS } from "../unit/compose/matrix-cases";

const forever = new AbortController().signal;

/** A real transport before a server that follows the protocol. */
class Way {
  private constructor(
    readonly server: MailServer,
    private readonly transport: SmtpTransport,
  ) {}

  static async open(smtpUtf8: boolean): Promise<Way> {
    const server = await startMailServer({ smtpUtf8 });
    const settings = settingsFor(server.port, { host: "127.0.0.1" });
    const { clock, newId } = dependencies;
    const compose = (request: Parameters<typeof composeTestMail>[1]) =>
      composeTestMail(settings, request, { id: newId(), date: new Date() });
    return new Way(server, new SmtpTransport(settings, { clock, composeTestMail: compose }));
  }

  async send(mail: Composed) {
    await this.transport.send(mail, forever, async () => {});
    return this.server.mails.at(-1)!;
  }

  async close(): Promise<void> {
    await this.transport.close();
    await this.server.close();
  }
}

/** The matrix parses these bytes (test/unit/compose/matrix.test.ts); here they go over the wire. */
describe("every mail of the matrix arrives at a mail server byte for byte", () => {
  let way: Way;

  before(async () => {
    way = await Way.open(true);
  });
  after(() => way.close());

  const arrives = async (mail: Composed): Promise<void> => {
    const { raw, envelope } = await way.send(mail);
    const end = mail.mime.subarray(-2).toString() === "\r\n" ? "" : "\r\n";
    assert.ok(raw.equals(Buffer.concat([mail.mime, Buffer.from(end)])), raw.toString("latin1").slice(0, 2000));
    assert.deepEqual(envelope, mail.envelope);
  };

  it(`${STRUCTURES.length} structures`, async () => {
    for (const [at, structure] of STRUCTURES.entries()) {
      const [text, line] = [Object.values(TEXTS)[at % 12] as string, Object.values(LINES)[at % 18] as string];
      const { given: attachments } = attachmentsOf(structure, line);
      const to = { name: line, address: "ann@example.org" };
      await arrives(
        await compose(
          { ...bodyOf(structure, text), subject: line, to, attachments },
          { ...sender, signature: structure.signature },
        ),
      );
    }
  });

  it("every kind of text, alone and beside HTML", async () => {
    for (const text of Object.values(TEXTS)) {
      await arrives(await compose({ text }));
      await arrives(await compose({ text, html: `<pre>${text}</pre>` }));
    }
  });

  it("addresses outside ASCII, in every field", async () => {
    await arrives(
      await compose({
        ...{ from: "δοκιμή@example.com", to: "Jörg <jörg@example.org>", cc: "用户@example.net" },
        ...{ bcc: "почта@example.org", replyTo: "größe@example.com" },
      }),
    );
  });
});

describe("a server that does not offer SMTPUTF8", () => {
  let way: Way;

  before(async () => {
    way = await Way.open(false);
  });
  after(() => way.close());

  it("is sent names, texts and domains in any script all the same", async () => {
    const { envelope, parsed } = await way.send(
      await compose({ to: "用户 <user@例子.example>", subject: "月次報告書" }),
    );
    // smtp-server shows domains in their Unicode form.
    assert.deepEqual([envelope.to, parsed.subject], [["user@例子.example"], "月次報告書"]);
  });

  for (const field of ["from", "to", "cc", "bcc", "replyTo", "bounceTo"]) {
    it(`is not sent an address that needs it in ${field}, and the refusal says which`, async () => {
      const before = way.server.mails.length;
      const error = await way
        .send(await compose({ [field]: "jörg@example.org" }))
        .catch((reason) => reason as SendError);
      assert.ok("reason" in error, "refused");
      assert.deepEqual([error.reason, error.disposition], ["smtputf8-not-offered", "permanent"]);
      assert.match(error.message, /jörg@example\.org/);
      assert.equal(way.server.mails.length, before);
    });
  }
});
