import assert from "node:assert/strict";
import { errorOf } from "../support/error-of";
import { closeAll, healthy, mail, mailerFor, scripted } from "./mailing";

const states = (recipients: readonly { address: string; state: string; answer?: { replyCode?: number } }[] = []) =>
  recipients.map(({ address, state, answer }) => [address.split("@")[0], state, answer?.replyCode]);

describe("what became of a mail", () => {
  afterEach(closeAll);

  const onRcpt = (address: string) =>
    ({ late: "450 4.2.0 Greylisted", gone: "550 5.1.1 No such user" })[address.split("@")[0] as string];

  it("is told for each recipient, in the server's words, and never called delivered", async () => {
    const server = await healthy();
    const result = await mailerFor(server.port).send(mail("Order", ["a@example.org", "b@example.org"]));
    const received = await server.waitForMail();
    assert.equal(result.state, "accepted");
    assert.deepEqual(states(result.recipients), [
      ["a", "accepted", 250],
      ["b", "accepted", 250],
    ]);
    assert.equal(result.messageId, received.parsed.messageId);
    assert.deepEqual(received.envelope, result.envelope);
    assert.equal(result.attempts, 1);
    assert.doesNotMatch(JSON.stringify(result), /delivered/i);
  });

  it("is partial where some were refused or deferred", async () => {
    const server = await healthy({ onRcpt });
    const result = await mailerFor(server.port).send(mail("x", "late@example.org, ok@example.org, gone@example.org"));
    assert.equal(result.state, "partial");
    assert.deepEqual(states(result.recipients), [
      ["late", "deferred", 450],
      ["ok", "accepted", 250],
      ["gone", "rejected", 550],
    ]);
  });

  it("is deferred for those above a server's limit of recipients, whatever class its answer has", async () => {
    const refusals = ["552 Too many recipients", "550 5.5.3 Recipient limit reached", "452 4.5.3 Too many recipients"];
    for (const refusal of refusals) {
      const server = await scripted({ rcpt: (line) => (line.includes("more") ? refusal : undefined) });
      const result = await mailerFor(server.port).send(mail("x", "a@example.org, more@example.org"));
      assert.deepEqual(
        result.recipients.map(({ state }) => state),
        ["accepted", "deferred"],
        refusal,
      );
    }
  });

  it("is an error with every recipient where none was accepted; transient while one may be later", async () => {
    const server = await healthy({ onRcpt });
    const mailer = mailerFor(server.port);
    const mixed = await errorOf(mailer.send(mail("x", "gone@example.org, late@example.org")));
    assert.equal(mixed.code, "ERR_MAIL_RECIPIENTS_REJECTED");
    assert.equal(mixed.disposition, "transient");
    assert.deepEqual(states(mixed.recipients), [
      ["gone", "rejected", 550],
      ["late", "deferred", 450],
    ]);
    const all = await errorOf(mailer.send(mail("x", "gone@example.org")));
    assert.equal(all.disposition, "permanent");
  });

  it("is told of those whom the server had refused before it hung up, so that the next attempt is without them", async () => {
    for (const end of [{ say: "421 4.7.0 Error: too many errors", close: "end" }, "drop"] as const) {
      const rcpt = (line: string) =>
        line.includes("gone") ? "550 5.1.1 No such user" : line.includes("last") ? end : undefined;
      const server = await scripted({ capabilities: [], rcpt });
      const to = "gone@example.org, ok@example.org, gone2@example.org, last@example.org";
      const error = await errorOf(mailerFor(server.port).send(mail("x", to)));
      assert.equal(error.disposition, "transient");
      assert.deepEqual(states(error.recipients), [
        ["gone", "rejected", 550],
        ["gone2", "rejected", 550],
      ]);
    }
  });

  it("does not burden the next mail on the same connection, whatever was refused", async () => {
    const refusals = [
      { rcpt: "550 5.1.1 No such user" },
      { mail: "550 5.1.0 Sender refused", rcpt: "503 5.5.1 MAIL first" },
      { dot: "554 5.7.1 Spam" },
      { data: "451 4.3.0 Not now" },
      { rcpt: "450 4.2.0 Greylisted" },
      { rcpt: "550 5.1.1 No such user", data: "354 Go ahead" },
    ];
    for (const capabilities of [["PIPELINING"], []]) {
      for (const refusal of refusals) {
        let refusing = true;
        const steps = Object.entries(refusal).map(([stage, answer]) => [stage, () => (refusing ? answer : undefined)]);
        const server = await scripted({ capabilities, ...Object.fromEntries(steps) });
        const mailer = mailerFor(server.port, { maxConnections: 1 });
        await errorOf(mailer.send(mail("refused")));
        refusing = false;
        assert.equal((await mailer.send(mail("second"))).state, "accepted");
        assert.equal(server.sessions.length, 1, JSON.stringify(refusal));
        assert.equal(server.mails.filter(({ raw }) => raw.includes("Subject: second")).length, 1);
      }
    }
  });
});

describe("addresses with letters outside ASCII", () => {
  afterEach(closeAll);

  it("go out where the server offers SMTPUTF8", async () => {
    const server = await scripted({});
    await mailerFor(server.port).send(mail("x", "jörg@müller.example"));
    assert.match(server.sessions[0]!.received, /^MAIL FROM:<orders@example\.com> SMTPUTF8/m);
    assert.deepEqual(server.mails[0]?.to, ["jörg@xn--mller-kva.example"]);
  });

  it("of Reply-To ask for it, too, and are refused where it is not offered", async () => {
    const server = await scripted({});
    const mailer = mailerFor(server.port, { maxConnections: 1 });
    const asking = { ...mail("x"), replyTo: "Jörg <jörg@example.com>" };
    await mailer.send(asking);
    await mailer.send(mail("y"));
    assert.deepEqual(
      server.sessions[0]?.commands
        .filter((command) => /^MAIL/.test(command))
        .map((command) => / SMTPUTF8$/.test(command)),
      [true, false],
    );
    const error = await errorOf(mailerFor((await scripted({ capabilities: [] })).port).send(asking));
    assert.deepEqual([error.reason, error.phase], ["smtputf8-not-offered", "mail"]);
    assert.match(error.message, /The address jörg@example\.com has/);
  });

  it("are refused before MAIL where it does not; a domain alone needs nothing", async () => {
    const server = await scripted({ capabilities: [] });
    const mailer = mailerFor(server.port);
    const error = await errorOf(mailer.send(mail("x", "jörg@example.org")));
    assert.deepEqual(
      [error.code, error.reason, error.disposition],
      ["ERR_MAIL_ADDRESS", "smtputf8-not-offered", "permanent"],
    );
    assert.match(error.message, /jörg@example\.org/);
    await mailer.send(mail("x", "joerg@müller.example"));
    assert.deepEqual(server.mails[0]?.to, ["joerg@xn--mller-kva.example"]);
    assert.equal(server.sessions.length, 1);
  });
});
