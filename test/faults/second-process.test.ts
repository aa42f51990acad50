import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { Senders } from "./sender";
import { arrivals } from "./truth";

const MAILS = 200;

describe("a second process on the same outbox", () => {
  const senders = new Senders();
  let folder: string;
  let server: ScriptedSmtpServer;

  before(() => senders.build());
  after(() => senders.remove());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "post-office-"));
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is told so at every mail, and the first one's arrive once as if it were not there", async () => {
    let letGo = (): void => {};
    const held = new Promise<undefined>((resolve) => {
      letGo = () => resolve(undefined);
    });
    server = await startScriptedSmtpServer({ dot: () => held });
    const task = { port: server.port, folder };
    const first = senders.start({ ...task, prefix: "first", count: MAILS });
    await server.waitFor(() => server.sessions.some(({ commands }) => commands.includes("DATA")), 20_000);
    const second = senders.start({ ...task, prefix: "second", count: 3 });
    await second.ended;
    assert.deepEqual(second.said("refused"), Array(3).fill("ERR_MAIL_STORE store-locked"));
    letGo();
    await first.ended;
    assert.equal(first.said("ack").length, MAILS);
    assert.equal(first.doubts.size, MAILS);
    const times = arrivals(server.mails.map(({ raw }) => raw));
    assert.deepEqual([times.size, server.mails.length], [MAILS, MAILS]);
  });

  it("may use it as soon as the first was killed, and sends what that one had kept", async () => {
    server = await startScriptedSmtpServer({ greeting: { say: "421 4.3.2 not now", close: "end" } });
    const { port } = server;
    const first = senders.start({ port, folder, prefix: "first", count: MAILS });
    await new Promise<void>((resolve) =>
      first.whenHeard(() => {
        if (first.said("ack").length === MAILS) resolve();
      }),
    );
    first.kill();
    await first.ended;
    await server.close();
    server = await startScriptedSmtpServer({}, port);
    const second = senders.start({ port, folder, prefix: "second", count: 3 });
    await second.ended;
    const times = arrivals(server.mails.map(({ raw }) => raw));
    assert.deepEqual([times.size, server.mails.length], [MAILS + 3, MAILS + 3]);
    assert.deepEqual(second.said("refused"), []);
  });
});
