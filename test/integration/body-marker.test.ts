import assert from "node:assert/strict";
import { SmtpTransport } from "../../src/transports/smtp/smtp-transport";
import { composeWith } from "../support/kept-files";
import { type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { dependencies, settingsFor } from "../support/settings";

const forever = new AbortController().signal;

describe("The marker that a mail's content is about to leave", () => {
  for (const capabilities of [["PIPELINING"], []]) {
    const how = capabilities.length > 0 ? "pipelined" : "one by one";

    it(`is written while the server's permission is awaited: ${how}`, async () => {
      let written = (): void => {};
      const marker = new Promise<void>((resolve) => {
        written = resolve;
      });
      // A server that waits for it: whoever begins to write only when permitted never gets on.
      const { transport, send, mails } = await withServer({ capabilities, data: () => marker.then(() => undefined) });
      await send(async () => written());
      assert.equal(mails().length, 1);
      await transport.close();
    });

    it(`keeps the content back as long as it is not written, whatever the server permits: ${how}`, async () => {
      let permitted = (): void => {};
      const permission = new Promise<void>((resolve) => {
        permitted = resolve;
      });
      const data = (): undefined => {
        permitted();
        return undefined;
      };
      const { transport, send, mails, received } = await withServer({ capabilities, data });
      await send(async () => {
        await permission;
        for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
        assert.doesNotMatch(received(), /^Message-ID:/m);
      });
      assert.equal(mails().length, 1);
      await transport.close();
    });

    it(`is of no account where the server refuses the mail: ${how}`, async () => {
      const { transport, send } = await withServer({ capabilities, rcpt: "550 5.1.1 No such user" });
      await assert.rejects(
        send(() => Promise.reject(new Error("the disk is full"))),
        { code: "ERR_MAIL_RECIPIENTS_REJECTED", disposition: "permanent" },
      );
      await transport.close();
    });
  }

  async function withServer(script: SmtpScript) {
    const server = await startScriptedSmtpServer(script);
    stop.push(() => server.close());
    const transport = new SmtpTransport(settingsFor(server.port, { security: "none" }), {
      clock: dependencies.clock,
      composeTestMail: () => assert.fail(),
    });
    const email = await composeWith([]);
    return {
      transport,
      send: (beforeBody: () => Promise<void>) => transport.send(email, forever, beforeBody),
      mails: () => server.mails,
      received: () => server.sessions.map((session) => session.received).join(""),
    };
  }

  const stop: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of stop.splice(0)) await close();
  });
});
