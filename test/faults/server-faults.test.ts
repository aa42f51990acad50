import assert from "node:assert/strict";
import { startMailServer } from "../support/mail-server";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { arrivals, FaultRig } from "./post-office-rig";

const MAILS = 500;

/** True for one call in `each`, the same ones at every run. */
function everyNth(each: number): () => boolean {
  let calls = 0;
  return () => ++calls % each === 0;
}

function scriptOf(
  stage: "greeting" | "mail" | "rcpt" | "dot",
  fault: string | { say: string; close: "end" },
  each: number,
): SmtpScript {
  const due = everyNth(each);
  return { [stage]: () => (due() ? fault : undefined) } as SmtpScript;
}

describe("500 mails and a server that", () => {
  let rig: FaultRig;
  let server: ScriptedSmtpServer;

  afterEach(async () => {
    await rig.close();
    await server.close();
  });

  const scripts: Record<string, () => SmtpScript> = {
    "is healthy": () => ({}),
    "greylists one in five": () => scriptOf("rcpt", "451 4.7.1 Greylisted, try again later", 5),
    "hangs up at the greeting now and then": () => scriptOf("greeting", "drop", 4),
    "hangs up at MAIL now and then": () => scriptOf("mail", "drop", 20),
    "hangs up at RCPT now and then": () => scriptOf("rcpt", "drop", 20),
    "says 421 at random": () => scriptOf("mail", { say: "421 4.3.2 too busy", close: "end" }, 25),
    "defers the content now and then": () => scriptOf("dot", "452 4.3.1 Insufficient storage", 10),
  };
  for (const [what, script] of Object.entries(scripts)) {
    it(`${what}: each arrives, once`, async () => {
      server = await startScriptedSmtpServer(script());
      rig = new FaultRig(server.port);
      const ended = await rig.sendAll(MAILS);
      assert.equal(ended.filter((each) => "sent" in each).length, MAILS);
      const times = arrivals(server.mails.map(({ raw }) => raw));
      assert.equal(times.size, MAILS, "lost");
      assert.deepEqual(
        [...times].filter(([, count]) => count > 1),
        [],
        "twice",
      );
    });
  }

  it("loses answers after the dot: each arrives, and whatever came twice is marked", async () => {
    server = await startScriptedSmtpServer(scriptOf("dot", "drop", 50));
    rig = new FaultRig(server.port);
    const ended = await rig.sendAll(MAILS);
    const times = arrivals(server.mails.map(({ raw }) => raw));
    const lostAnswers = MAILS / 50;
    const sent = ended.flatMap((each) => ("sent" in each ? [each.sent] : []));
    assert.equal(sent.length, MAILS);
    assert.equal(times.size, MAILS, "lost");
    const marked = sent.filter(({ unconfirmed }) => unconfirmed > 0).length;
    assert.ok(marked >= lostAnswers, `${marked} marked`);
    const twice = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
    assert.ok(twice <= sent.reduce((sum, { unconfirmed }) => sum + unconfirmed, 0), `${twice} duplicates`);
  });

  it("refuses some recipients and defers others: the deferred are tried again alone", async () => {
    const asked = new Map<string, number>();
    server = await startScriptedSmtpServer({
      rcpt: (line) => {
        const address = /<([^>]+)>/.exec(line)?.[1] ?? "";
        asked.set(address, (asked.get(address) ?? 0) + 1);
        if (address.startsWith("no")) return "550 5.1.1 no such user";
        return address.startsWith("later") && asked.get(address) === 1 ? "450 4.2.1 later" : undefined;
      },
    });
    rig = new FaultRig(server.port);
    const ended = await rig.sendAll(100, (at) => `yes${at}@example.com, later${at}@example.com, no${at}@example.com`);
    for (const each of ended) {
      assert.ok("sent" in each);
      assert.deepEqual(
        each.sent.recipients.map(({ state }) => state),
        ["accepted", "accepted", "rejected"],
      );
      assert.equal(each.sent.state, "partial");
    }
    const [yes, later, no] = ["yes", "later", "no"].map((name) =>
      [...asked].filter(([address]) => address.startsWith(name)).map(([, times]) => times),
    );
    assert.ok(
      yes?.every((times) => times === 1) && no?.every((times) => times === 1) && later?.every((times) => times === 2),
    );
  });

  it("refuses the login: nothing is lost, the configuration is held, and goes on when it is mended", async () => {
    server = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
    rig = new FaultRig(server.port, { auth: "password" }, { username: "u", password: "wrong-pass" });
    const { ended: ending } = await rig.keepAll(MAILS);
    await server.waitFor(() => server.sessions.some(({ logins }) => logins.length > 0));
    await rig.redeploy({ auth: "password" }, { username: "u", password: "right-pass" });
    const ended = await ending;
    assert.equal(ended.filter((each) => "sent" in each).length, MAILS);
    assert.equal(arrivals(server.mails.map(({ raw }) => raw)).size, MAILS);
    assert.deepEqual([...new Set(rig.held)], ["ERR_MAIL_AUTH"]);
    assert.ok(
      server.sessions.filter(({ logins }) => logins.some(({ pass }) => pass === "wrong-pass")).length <= 5,
      "tried once by each connection at most",
    );
  });
});

describe("500 mails and a server that", () => {
  it("allows three connections: each arrives, once", async () => {
    const server = await startMailServer({ maxConnections: 3 });
    const rig = new FaultRig(server.port, { maxConnections: 10 });
    const ended = await rig.sendAll(MAILS);
    assert.equal(ended.filter((each) => "sent" in each).length, MAILS);
    assert.equal(new Set(server.mails.map(({ parsed }) => parsed.subject)).size, MAILS);
    assert.equal(server.mails.length, MAILS);
    await rig.close();
    await server.close();
  });

  it("is sent to through fifty redeploys: each arrives, once", async () => {
    const server = await startScriptedSmtpServer({
      dot: () => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
    });
    const rig = new FaultRig(server.port);
    const { ended } = await rig.keepAll(MAILS);
    for (let round = 0; round < 50; round++) {
      const arrived = server.mails.length;
      await rig.redeploy({ description: `round ${round}` });
      await server.waitFor(() => server.mails.length > arrived || server.mails.length === MAILS);
    }
    assert.equal((await ended).filter((each) => "sent" in each).length, MAILS);
    const times = arrivals(server.mails.map(({ raw }) => raw));
    assert.deepEqual([times.size, server.mails.length], [MAILS, MAILS]);
    await rig.close();
    await server.close();
  });

  it("is away at first: each arrives, once, when it is back", async () => {
    const first = await startMailServer();
    const { port } = first;
    await first.close();
    const rig = new FaultRig(port);
    const sending = rig.sendAll(MAILS);
    const server = await startScriptedSmtpServer({}, port);
    const ended = await sending;
    assert.equal(ended.filter((each) => "sent" in each).length, MAILS);
    assert.equal(arrivals(server.mails.map(({ raw }) => raw)).size, MAILS);
    await rig.close();
    await server.close();
  });
});
