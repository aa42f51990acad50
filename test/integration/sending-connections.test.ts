import assert from "node:assert/strict";
import { errorOf } from "../support/error-of";
import type { MailServer } from "../support/mail-server";
import { createSignal } from "../support/signal";
import type { TestMailer } from "../support/test-mailer";
import { closeAll, healthy, mail, mailerFor, scripted, TestClock } from "./mailing";

describe("connections", () => {
  afterEach(closeAll);

  it("are reused, and never more than maxConnections at once with a hundred mails", async () => {
    for (const maxConnections of [1, 3]) {
      const server = await healthy();
      const warnings: Error[] = [];
      const note = (warning: Error): number => warnings.push(warning);
      process.on("warning", note);
      const mailer = mailerFor(server.port, { maxConnections });
      await Promise.all(Array.from({ length: 100 }, (_, n) => mailer.send(mail(`mail ${n}`))));
      process.off("warning", note);
      assert.equal(server.mails.length, 100);
      assert.ok(server.peakConnections <= maxConnections, `${server.peakConnections}`);
      assert.ok(server.connectionsTotal <= maxConnections, `${server.connectionsTotal}`);
      assert.deepEqual(warnings, []);
    }
  });

  it("are replaced after a hundred mails without ever being one too many", async () => {
    const server = await healthy({ maxConnections: 1 });
    const mailer = mailerFor(server.port, { maxConnections: 1 });
    await Promise.all(Array.from({ length: 205 }, () => mailer.send(mail())));
    assert.deepEqual([server.connectionsTotal, server.peakConnections], [3, 1]);
  });

  for (const [how, second] of [
    ["dropped", "drop"],
    ["takes leave of with 421", { say: "421 4.4.2 idle for too long", close: "end" }],
  ] as const) {
    it(`that the server ${how} meanwhile are replaced, and the mail goes out once`, async () => {
      let mails = 0;
      const server = await scripted({ mail: () => (++mails === 2 ? second : undefined) });
      const mailer = mailerFor(server.port, { maxConnections: 1 });
      await mailer.send(mail("first"));
      const result = await mailer.send(mail("second"));
      assert.equal(result.state, "accepted");
      assert.equal(server.mails.filter(({ raw }) => raw.includes("Subject: second")).length, 1);
      assert.equal(server.sessions.length, 2);
    });
  }

  it("that wait for work meanwhile are not lost from sight", async () => {
    const bothThere = createSignal();
    let waiting = 0;
    let drop = false;
    const server = await scripted({
      dot: async () => {
        waiting++;
        bothThere.emit();
        await bothThere.waitFor(() => waiting >= 2, 2000);
        return undefined;
      },
      mail: () => {
        const now = drop;
        drop = false;
        return now ? "drop" : undefined;
      },
    });
    const mailer = mailerFor(server.port, { maxConnections: 2 });
    await Promise.all([mailer.send(mail()), mailer.send(mail())]);
    drop = true;
    await mailer.send(mail("third"));
    await mailer.close(1000);
    assert.equal(server.connectionsPeak, 2);
    await server.waitFor(() => server.connectionsNow === 0, 1000);
  });

  it("that were never used are not tried again when they are dropped", async () => {
    const server = await scripted({ mail: "drop" });
    const error = await errorOf(mailerFor(server.port).send(mail()));
    assert.equal(error.reason, "dropped");
    assert.equal(server.sessions.length, 1);
  });

  it("lost after the dot leave the mail unconfirmed; it is not sent again, on a reused one neither", async () => {
    let mails = 0;
    const server = await scripted({ dot: () => (++mails === 2 ? "drop" : undefined) });
    const mailer = mailerFor(server.port, { maxConnections: 1 });
    await mailer.send(mail("first"));
    const error = await errorOf(mailer.send(mail("second")));
    assert.deepEqual([error.code, error.disposition], ["ERR_MAIL_UNCONFIRMED", "ambiguous"]);
    assert.equal(server.sessions.length, 1);
    assert.equal(mails, 2);
    assert.equal((await mailer.send(mail("third"))).state, "accepted");
  });
});

describe("the limit per minute", () => {
  afterEach(closeAll);

  it("holds in every sliding minute, wherever it begins", async () => {
    const server = await healthy();
    const time = new TestClock();
    const sentAt: number[] = [];
    const mailer = mailerFor(server.port, { perMinute: 4, maxConnections: 3 }, time);
    const sending = Array.from({ length: 15 }, (_, n) =>
      mailer.send(mail(`${n}`), ({ state }) => {
        if (state === "sending") sentAt.push(time.now());
      }),
    );
    let done = false;
    const all = Promise.all(sending).then(() => {
      done = true;
    });
    // Steps that do not divide the minute, so that the windows begin anywhere.
    for (let step = 0; !done && step < 200; step++) {
      await server.waitFor(() => server.mails.length === sentAt.length, 5000);
      await Promise.race([all, new Promise(setImmediate)]);
      time.advance(7_300);
      await new Promise(setImmediate);
    }
    await all;
    assert.equal(sentAt.length, 15);
    for (const start of sentAt) {
      const within = sentAt.filter((at) => at >= start && at < start + 60_000);
      assert.ok(within.length <= 4, `${within.length} mails from ${start}: ${sentAt}`);
    }
    await mailer.close(0);
  });
});

describe("closing", () => {
  afterEach(closeAll);

  async function holding(): Promise<{
    server: MailServer;
    release: () => void;
    withServer: Promise<void>;
    mailer: TestMailer;
  }> {
    let release = (): void => {};
    const held = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    let arrived = (): void => {};
    const withServer = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await healthy({
      onMail: () => {
        arrived();
        return held;
      },
    });
    return { server, release, withServer, mailer: mailerFor(server.port, { maxConnections: 1 }) };
  }

  it("lets the running mail finish, leaves the waiting ones in the outbox, and no socket and no timer", async () => {
    const { server, release, withServer, mailer } = await holding();
    const connectionsAndTimers = () =>
      process.getActiveResourcesInfo().filter((kind) => /Socket|TLS|Timeout/.test(kind));
    const before = connectionsAndTimers();
    const running = mailer.send(mail("running"));
    for (const subject of ["waiting", "waiting"]) void mailer.send(mail(subject));
    await withServer;
    const closing = mailer.close(5000);
    release();
    assert.equal((await running).state, "accepted");
    await closing;
    assert.equal(server.mails.length, 1);
    await server.waitFor(() => server.connectionsNow === 0, 1000);
    assert.deepEqual(connectionsAndTimers(), before);
    assert.equal((await errorOf(mailer.send(mail("late")))).code, "ERR_MAIL_CANCELLED");
  });

  it("cuts off what hangs once the grace is over, and says that it may have arrived", async () => {
    const { server, release, withServer, mailer } = await holding();
    const running = errorOf(mailer.send(mail("hanging")));
    await withServer;
    await mailer.close(50);
    assert.equal((await running).code, "ERR_MAIL_UNCONFIRMED");
    await server.waitFor(() => server.connectionsNow === 0, 1000);
    release();
  });

  it("waits for the goodbye of a server that is slow to hang up, but not for one that never does", async () => {
    const server = await scripted({ quit: "silence" });
    const time = new TestClock();
    const mailer = mailerFor(server.port, {}, time);
    await mailer.send(mail());
    const closing = mailer.close(1000);
    await server.waitFor(() => server.sessions[0]!.commands.includes("QUIT"));
    time.advance(2_000);
    await closing;
    await server.waitFor(() => server.connectionsNow === 0, 1000);
  });
});
