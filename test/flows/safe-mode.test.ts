import { strict as assert } from "node:assert";
import type { QueueView } from "../../src/model/outbox-view";
import type { RawConfiguration } from "../../src/settings/raw";
import {
  adminRequest,
  configurationNode,
  describeOnEachVersion,
  detailsOf,
  type FlowNode,
  loadFlow,
  redeploy,
  stepNode,
  unload,
} from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";

const REDIRECT = { safeMode: "redirect", redirectTo: "tests@example.com" };
const DRY_RUN = { safeMode: "dry-run" };
const everybody = {
  to: "ann@example.org",
  cc: "ben@example.org",
  bcc: "carl@example.org",
  topic: "Hello",
  payload: "x",
};

interface Entry {
  readonly id: string;
  readonly attempts: readonly { readonly code?: string; readonly safeMode?: string; readonly response?: string }[];
}

async function entries(states: string): Promise<Entry[]> {
  const { body } = (await adminRequest().get(`/smtp-config/outbox/entries?states=${states}`)) as unknown as {
    body: { entries: Entry[] };
  };
  return body.entries;
}

describeOnEachVersion("a configuration in safe mode", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer({
      onRcpt: (address) => (address.startsWith("no") ? "550 5.1.1 no such user" : undefined),
    });
  });
  afterEach(() => server.close());

  const configuration = (raw: Partial<RawConfiguration> = {}): FlowNode => configurationNode(server.port, raw);

  describe("“redirect”", () => {
    it("sends one mail to the other address, and tells so in msg.email and the status", async () => {
      const flow = await loadFlow([configuration(REDIRECT), stepNode()]);
      flow.send(everybody);
      const { email } = await flow.next();
      assert.equal(server.mails.length, 1);
      assert.deepEqual(server.mails[0]?.envelope.to, ["tests@example.com"]);
      assert.equal(
        server.mails[0]?.parsed.subject,
        "[TEST → ann@example.org, ben@example.org, carl@example.org] Hello",
      );
      assert.deepEqual([email?.["state"], email?.["safeMode"]], ["accepted", "redirect"]);
      const recipients = (email as { recipients: { address: string; state: string }[] }).recipients;
      assert.deepEqual(
        recipients.map(({ address, state }) => [address, state]),
        [["tests@example.com", "accepted"]],
      );
      await flow.untilStatus(/status\.redirect/);
    });

    it("tells what the server said of that address where it refuses it", async () => {
      const flow = await loadFlow([configuration({ ...REDIRECT, redirectTo: "nobody@example.com" }), stepNode()]);
      flow.send(everybody);
      const { error } = await flow.nextError();
      assert.equal(error?.["code"], "ERR_MAIL_RECIPIENTS_REJECTED");
      assert.match(JSON.stringify(detailsOf(error)["recipients"]), /nobody@example\.com/);
    });

    it("is not switched off, nor aimed elsewhere, by anything that a message says", async () => {
      const flow = await loadFlow([configuration(REDIRECT), stepNode({ headers: "headers", headersType: "msg" })]);
      const inherited = JSON.parse('{ "__proto__": { "safeMode": "send" }, "constructor": { "safeMode": "send" } }');
      const told = { safeMode: "send", redirectTo: "eve@example.org", allowedDomains: "", overrideFrom: true };
      const dressed = { ...inherited, ...told, smtpConfig: told, config: told, configuration: told, email: told };
      flow.send({ ...everybody, ...dressed, dryRun: false, envelope: { to: "eve@example.org" } });
      await flow.next();
      for (const name of ["X-Safe-Mode", "x-safe-mode", "X-Safe-Mode-To"]) {
        flow.send({ ...everybody, headers: { [name]: "send" } });
        assert.equal((await flow.nextError()).error?.["code"], "ERR_MAIL_HEADER");
      }
      assert.deepEqual(
        server.mails.flatMap(({ envelope }) => envelope.to),
        ["tests@example.com"],
      );
    });

    it("keeps its address in the allowed domains, where its own recipients need not be", async () => {
      const flow = await loadFlow([configuration({ ...REDIRECT, allowedDomains: "example.com" }), stepNode()]);
      flow.send(everybody);
      assert.equal((await flow.next()).email?.["safeMode"], "redirect");
      await unload();
      const refused = await loadFlow([configuration({ ...REDIRECT, allowedDomains: "example.org" }), stepNode()]);
      refused.send(everybody);
      const { code, message } = (await refused.nextError()).error ?? {};
      assert.equal(code, "ERR_MAIL_CONFIG");
      assert.match(String(message), /redirectTo must be in one of the allowed domains/);
      assert.equal(server.mails.length, 1);
    });
  });

  describe("“dry-run”", () => {
    it("makes and queues the mail and marks it as sent, without a connection", async () => {
      const flow = await loadFlow([configuration(DRY_RUN), stepNode()]);
      flow.send(everybody);
      const { email } = await flow.next();
      const { state, safeMode, response, recipients } = email as Record<string, unknown>;
      assert.deepEqual([state, safeMode, response], ["accepted", "dry-run", "Dry run: not sent"]);
      assert.equal((recipients as unknown[]).length, 3);
      assert.equal(server.connectionsTotal, 0);
      await flow.untilStatus(/status\.dry-run/);
      const [entry] = await entries("sent");
      assert.deepEqual(
        entry?.attempts.map(({ safeMode, response }) => [safeMode, response]),
        [["dry-run", "Dry run: not sent"]],
      );
    });

    it("finds what is wrong with a mail as sending would", async () => {
      const flow = await loadFlow([configuration({ ...DRY_RUN, allowedDomains: "example.org" }), stepNode()]);
      for (const [wrong, code] of [
        [{ to: "nobody" }, "ERR_MAIL_ADDRESS"],
        [{ attachments: [{ filename: "a.txt" }] }, "ERR_MAIL_ATTACHMENT"],
        [{ to: "eve@example.com" }, "ERR_MAIL_SAFE_MODE"],
      ] as const) {
        flow.send({ ...everybody, ...wrong });
        assert.equal((await flow.nextError()).error?.["code"], code);
      }
    });

    it("needs neither a login nor a token, and no limit keeps it waiting", async () => {
      const token = { auth: "oauth2", oauthFlow: "message", security: "starttls" };
      const flow = await loadFlow([configuration({ ...DRY_RUN, ...token, perMinute: 1 }), stepNode()], {
        config: { username: "orders@example.com" },
      });
      for (let sent = 0; sent < 3; sent++) flow.send(everybody);
      for (let sent = 0; sent < 3; sent++) assert.equal((await flow.next()).email?.["safeMode"], "dry-run");
    });

    it("goes on when the mail is queued, and tells the outcome, as any other", async () => {
      const step = stepNode({ finishWhen: "queued", wires: [["output"], ["caught"]] } as never);
      const flow = await loadFlow([configuration(DRY_RUN), step]);
      flow.send(everybody);
      const { email } = await flow.next();
      assert.deepEqual(
        [email?.["state"], email?.["safeMode"], "result" in (email ?? {})],
        ["queued", "dry-run", false],
      );
      const outcome = (await flow.nextError()).email;
      assert.deepEqual([outcome?.["state"], outcome?.["safeMode"]], ["accepted", "dry-run"]);
    });

    it("takes a dedupe key once, and leaves it to the real mail", async () => {
      const step = stepNode({ dedupeKey: "order", dedupeKeyType: "msg" });
      const flow = await loadFlow([configuration(DRY_RUN), step]);
      for (const state of ["accepted", "duplicate"]) {
        flow.send({ ...everybody, order: 4711 });
        assert.equal((await flow.next()).email?.["state"], state);
      }
      const real = await redeploy([configuration(), step]);
      real.send({ ...everybody, order: 4711 });
      const { email } = await real.next();
      assert.deepEqual([email?.["state"], email?.["safeMode"]], ["accepted", undefined]);
      assert.equal(server.mails.length, 1);
    });
  });

  it("refuses who is not in the allowed domains before anything is queued, by name and field", async () => {
    const flow = await loadFlow([configuration({ allowedDomains: "example.com, *.example.net" }), stepNode()]);
    const before = (await entries("queued,sending,deferred,held,sent,dead")).length;
    flow.send({ to: "a@example.com", cc: "b@mail.example.net", bcc: "eve@example.org", payload: "x" });
    const { error } = await flow.nextError();
    const { reason, field } = detailsOf(error);
    assert.deepEqual([error?.["code"], reason, field], ["ERR_MAIL_SAFE_MODE", "domain-not-allowed", "bcc"]);
    assert.match(String(error?.["message"]), /bcc: “eve@example\.org”/);
    assert.equal((await entries("queued,sending,deferred,held,sent,dead")).length, before);
    assert.equal(server.connectionsTotal, 0);
  });

  describe("that an environment variable decides", () => {
    afterEach(() => {
      for (const name of ["MAIL_SAFE", "MAIL_SAFE_TO"]) delete process.env[name];
    });
    const references = { safeMode: "${MAIL_SAFE}", redirectTo: "${MAIL_SAFE_TO}" };

    it("is as the variable says", async () => {
      process.env["MAIL_SAFE"] = "redirect";
      process.env["MAIL_SAFE_TO"] = "stage@example.com";
      const flow = await loadFlow([configuration(references), stepNode()]);
      flow.send(everybody);
      await flow.next();
      assert.deepEqual(server.mails[0]?.envelope.to, ["stage@example.com"]);
    });

    it("sends nothing where the variable is not set, is empty or is misspelt", async () => {
      for (const value of [undefined, "", "redirct"]) {
        if (value !== undefined) process.env["MAIL_SAFE"] = value;
        const flow = await loadFlow([configuration({ ...references, redirectTo: "a@example.com" }), stepNode()]);
        flow.send(everybody);
        assert.equal((await flow.nextError()).error?.["code"], "ERR_MAIL_CONFIG");
        await unload();
      }
      assert.equal(server.connectionsTotal, 0);
    });
  });

  it("is told to the Outbox tab", async () => {
    await loadFlow([
      configurationNode(server.port, { ...REDIRECT, isDefault: false }, "redirecting"),
      configurationNode(server.port, { ...DRY_RUN, isDefault: false }, "dry"),
      configurationNode(server.port, { isDefault: false }, "sending"),
      configurationNode(server.port, { isDefault: false, safeMode: "off" }, "unusable"),
    ]);
    const { body } = (await adminRequest().get("/smtp-config/outbox/overview")) as unknown as {
      body: { queues: QueueView[] };
    };
    const modes = ["redirecting", "dry", "sending", "unusable"].map(
      (id) => body.queues.find(({ queue }) => queue === id)?.safeMode,
    );
    assert.deepEqual(modes, ["redirect", "dry-run", undefined, undefined]);
  });

  for (const [name, mode] of [
    ["redirect", REDIRECT],
    ["dry-run", DRY_RUN],
  ] as const) {
    it(`holds what waits when “${name}” is deployed, and sends it only when a person releases it after that`, async () => {
      const away = await startMailServer();
      await away.close();
      const waiting = { giveUpAfter: 48 };
      const flow = await loadFlow([configurationNode(away.port, waiting), stepNode()]);
      flow.send({ ...everybody, payload: name });
      await flow.untilStatus(/status\.retry/);
      await redeploy([configuration({ ...waiting, ...mode }), stepNode()]);
      await flow.untilStatus(/status\.held/);
      const [held] = await entries("held");
      assert.equal(held?.attempts.at(-1)?.code, "ERR_MAIL_SAFE_MODE");
      await redeploy([configuration(waiting), stepNode()]);
      assert.equal(server.connectionsTotal, 0);
      await adminRequest()
        .post("/smtp-config/outbox/release")
        .send({ ids: [held?.id] });
      assert.equal((await flow.next()).email?.["state"], "accepted");
      assert.deepEqual(server.mails[0]?.envelope.to, ["ann@example.org", "ben@example.org", "carl@example.org"]);
    });
  }
});
