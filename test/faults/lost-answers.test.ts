import assert from "node:assert/strict";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { type BreakingLine, type Passing, startBreakingLine } from "./breaking-line";
import { FaultRig, type Mails } from "./post-office-rig";
import { seeded, sometimes, tellSeedOfFailures } from "./seed";
import { assertEachMarked, assertEachOnce } from "./truth";

const MAILS = 500;

/** True at the first sight of some mails, by the subject that is in these bytes; never twice for one. */
function firstSightOf(part: number, purpose: string): (content: string) => boolean {
  const due = sometimes(part, purpose);
  const seen = new Set<string>();
  return (content) => {
    const [, subject] = /^Subject: (.*)$/m.exec(content) ?? [];
    if (subject === undefined || seen.has(subject)) return false;
    seen.add(subject);
    return due();
  };
}

describe("500 mails over a line that breaks", () => {
  tellSeedOfFailures();
  let rig: FaultRig;
  let server: ScriptedSmtpServer;
  let line: BreakingLine | undefined;

  const raws = (): string[] => server.mails.map(({ raw }) => raw);

  afterEach(async () => {
    await rig.close();
    await line?.close();
    await server.close();
    line = undefined;
  });

  async function start(pass: Parameters<typeof startBreakingLine>[1], script: SmtpScript = {}): Promise<BreakingLine> {
    server = await startScriptedSmtpServer(script);
    line = await startBreakingLine(server.port, pass);
    rig = new FaultRig(line.port);
    return line;
  }

  const bodies: [string, Mails][] = [
    ["small", {}],
    ["large", { bytes: 100_000 }],
  ];
  for (const [size, mails] of bodies) {
    it(`amid the content of ${size} ones: each arrives, once`, async () => {
      const isDue = firstSightOf(0.1, "amid the content");
      const random = seeded("how much of it passes");
      const up = (chunk: Buffer): Passing => {
        if (!isDue(chunk.toString("latin1"))) return "whole";
        return { breakAfter: Math.floor(random() * Math.min(chunk.length, 1000)) };
      };
      const { breaks } = await sendOver(await start({ up }), mails, (ended) => assertEachOnce(ended, raws()));
      assert.ok(breaks > MAILS * 0.05, `${breaks} breaks`);
    });
  }

  it("after the final dot, before the answer: each arrives, and whatever came twice is marked", async () => {
    const due = sometimes(0.05, "after the dot");
    let duplicates = 0;
    const swallow = (chunk: Buffer): Passing =>
      chunk.toString("latin1").startsWith("250 2.0.0 Ok: queued") && mayBreak() ? { breakAfter: 0 } : "whole";
    // Not the answers to those that are sent again: after two times without an answer a mail is held for a person.
    const mayBreak = (): boolean => server.mails.length <= MAILS && due();
    const started = await start({ down: swallow });
    const { breaks } = await sendOver(started, {}, (ended) => {
      duplicates = assertEachMarked(ended, raws(), started.breaks);
    });
    assert.ok(breaks > 5, `${breaks} breaks`);
    assert.equal(duplicates, breaks, "the server had each of them already");
  });

  it("after the final dot, of a server that did not keep it: each arrives, once", async () => {
    const isDue = firstSightOf(0.05, "not kept");
    await start({}, { dot: (raw) => (isDue(raw) ? "drop" : undefined) });
    const ended = await rig.sendAll(MAILS);
    assertEachOnce(ended, raws());
    assert.ok(ended.some((each) => "sent" in each && each.sent.unconfirmed > 0));
  });

  async function sendOver(
    over: BreakingLine,
    mails: Mails,
    check: (ended: Awaited<ReturnType<FaultRig["sendAll"]>>) => void,
  ): Promise<BreakingLine> {
    check(await rig.sendAll(MAILS, mails));
    return over;
  }
});
