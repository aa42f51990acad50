import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { type KillPoint, NAMED_POINTS } from "./kill-points";
import { seeded, tellSeedOfFailures } from "./seed";
import { type Sender, Senders } from "./sender";
import { arrivals } from "./truth";

const RANDOM_POINTS = 50;
const MAILS = 40;
/** At which mail the process ends at a named point: the first, and one amid others. */
const AT_MAILS = [1, 9];

describe("kill -9", () => {
  tellSeedOfFailures();
  const senders = new Senders();
  let folder: string;
  let server: ScriptedSmtpServer;
  let acknowledged: string[];

  before(() => senders.build());
  after(() => senders.remove());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "post-office-"));
    acknowledged = [];
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`at ${RANDOM_POINTS} random points: each acknowledged mail arrives, and what came twice was in doubt`, async () => {
    server = await startScriptedSmtpServer();
    const random = seeded("points");
    let killed = 0;
    for (let round = 0; killed < RANDOM_POINTS; round++) {
      assert.ok(round < 2 * RANDOM_POINTS, `${killed} of ${round} were killed`);
      // Between the first sign of life and about the last: what it says, and all that reaches the server.
      let left = 1 + Math.floor(random() * MAILS * 12);
      const sender = start(`round${round}`, MAILS);
      const count = (): void => {
        if (--left === 0) sender.kill();
      };
      sender.whenHeard(count);
      const stopCounting = whenever(server, count);
      await sender.ended;
      stopCounting();
      note(sender);
      // One that came to its end before was not at any point.
      killed += Number(sender.wasKilled);
    }
    assert.ok(acknowledged.length > RANDOM_POINTS * 5, `${acknowledged.length} acknowledged`);
    await assertNothingLost();
  });

  for (const [name, point] of Object.entries(NAMED_POINTS)) {
    it(`${name}: each acknowledged mail arrives, and what came twice was in doubt`, async () => {
      server = await startScriptedSmtpServer();
      for (const after of AT_MAILS) {
        const sender = start(`after${after}`, MAILS, { ...point, after });
        await sender.ended;
        assert.ok(sender.wasKilled, "it came to that point");
        note(sender);
      }
      await assertNothingLost();
    });
  }

  it("after the body, before its answer: each acknowledged mail arrives, and what came twice was in doubt", async () => {
    let victim: Sender | undefined;
    let bodies = 0;
    const dot: SmtpScript["dot"] = () => {
      if (AT_MAILS.includes(++bodies)) victim?.kill();
      return undefined;
    };
    server = await startScriptedSmtpServer({ dot });
    for (const after of AT_MAILS) {
      victim = start(`after${after}`, MAILS);
      await victim.ended;
      assert.ok(victim.wasKilled);
      note(victim);
    }
    victim = undefined;
    const duplicates = await assertNothingLost();
    assert.ok(duplicates > 0, "the server had kept it");
  });

  function start(prefix: string, count: number, kill?: KillPoint): Sender {
    return senders.start({ port: server.port, folder, prefix, count, ...(kill ? { kill } : {}) });
  }

  function note(sender: Sender): void {
    acknowledged.push(...sender.said("ack"));
  }

  /** Lets a last process send what waits; how many mails arrived more often than once. */
  async function assertNothingLost(): Promise<number> {
    const last = start("last", 0);
    await last.ended;
    const { doubts } = last;
    const times = arrivals(server.mails.map(({ raw }) => raw));
    const lost = acknowledged.filter((subject) => !times.has(subject));
    assert.deepEqual(lost, [], "lost");
    const unmarked = [...times].filter(([subject, count]) => count - 1 > (doubts.get(subject) ?? 0));
    assert.deepEqual(unmarked, [], "twice, and no attempt in doubt");
    return [...times.values()].reduce((sum, count) => sum + count - 1, 0);
  }
});

/** Calls `run` each time that the server notes something, until it is called off. */
function whenever(server: ScriptedSmtpServer, run: () => void): () => void {
  let isOver = false;
  const look = (): boolean => {
    if (!isOver) run();
    return isOver;
  };
  server.waitFor(look, 60_000).catch(() => {});
  return () => {
    isOver = true;
  };
}
