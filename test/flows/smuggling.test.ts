import { strict as assert } from "node:assert";
import { configurationNode, describeOnEachVersion, loadFlow, stepNode } from "../support/flow";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

/** What some servers take for the end of a mail (SMTP smuggling, CVE-2023-51764 and its kin). */
const ENDS = [
  "\r.\r\n",
  "\r\n.\r\n",
  "\n.\r\n",
  "\n.\n",
  "\r.\r",
  "\r\n.\r",
  "\r\n\0.\r\n",
  "\r\r\n.\r\r\n",
  "\n\r.\n\r",
];
const SECOND = "MAIL FROM:<evil@example.net>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubject: second\r\n\r\nx\r\n.\r\n";

describeOnEachVersion("a text that pretends to be the end of the mail", () => {
  let server: ScriptedSmtpServer;

  beforeEach(async () => {
    server = await startScriptedSmtpServer();
  });
  afterEach(() => server.close());

  for (const bodyType of ["text", "html", "both"] as const) {
    it(`ends nothing: one mail, whose lines end with CRLF and nothing else (${bodyType})`, async () => {
      const flow = await loadFlow([configurationNode(server.port), stepNode({ bodyType })]);
      for (const end of ENDS) {
        const smuggled = `before${end}${SECOND}`;
        flow.send({ to: "a@example.com", payload: smuggled, attachments: { filename: "a.txt", content: smuggled } });
        await flow.next();
      }
      assert.equal(server.mails.length, ENDS.length);
      for (const { to } of server.mails) assert.deepEqual(to, ["a@example.com"]);
      const [{ received, commands } = { received: "", commands: [] }] = server.sessions;
      assert.equal(commands.filter((line) => /^MAIL FROM/i.test(line)).length, ENDS.length);
      assert.doesNotMatch(received, /\r(?!\n)|(?<!\r)\n|\0/, "no lone CR or LF, and no NUL");
      assert.equal(received.split("\r\n.\r\n").length - 1, ENDS.length);
    });
  }
});
