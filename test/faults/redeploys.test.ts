import assert from "node:assert/strict";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { FaultRig } from "./post-office-rig";
import { seeded, tellSeedOfFailures } from "./seed";
import { assertEachMarked, assertEachOnce } from "./truth";

const MAILS = 500;
const REDEPLOYS = 50;
const CONNECTIONS = 5;

describe("redeploys under load", () => {
  tellSeedOfFailures();
  let rig: FaultRig;
  let server: ScriptedSmtpServer;

  const raws = (): string[] => server.mails.map(({ raw }) => raw);

  afterEach(async () => {
    await rig.close();
    await server.close();
  });

  it(`${REDEPLOYS} times, of mails that wait: each arrives, once`, async () => {
    server = await startScriptedSmtpServer({ dot: aTurnLater });
    rig = new FaultRig(server.port);
    const { ended } = await rig.keepAll(MAILS);
    for (let round = 0; round < REDEPLOYS; round++) {
      const arrived = server.mails.length;
      await rig.redeploy({ description: `round ${round}` });
      await server.waitFor(() => server.mails.length > arrived || server.mails.length === MAILS);
    }
    assertEachOnce(await ended, raws());
  });

  it(`${REDEPLOYS} times, while mails are handed over: each that was kept arrives, once, and no other`, async () => {
    server = await startScriptedSmtpServer({ dot: aTurnLater });
    rig = new FaultRig(server.port);
    const chance = seeded("how far they are");
    const random = (most: number): number => 1 + Math.floor(chance() * most);
    const handedOver: Promise<PromiseSettledResult<Kept>>[] = [];
    for (let round = 0; round < REDEPLOYS; round++) {
      for (let more = 0; more < MAILS / REDEPLOYS; more++) handedOver.push(settled(rig.keep(handedOver.length)));
      // Some are kept by then, and the others are at any step before.
      await handedOver.at(-random(MAILS / REDEPLOYS));
      await rig.redeploy({ description: `round ${round}` });
    }
    const all = await Promise.all(handedOver);
    const kept = all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    for (const each of all) if (each.status === "rejected") assert.equal(each.reason.code, "ERR_MAIL_CANCELLED");
    assert.ok(kept.length > MAILS / 10, `${kept.length} kept`);
    const ended = await Promise.all(kept.map((each) => each.ended));
    assertEachOnce(ended, raws());
  });

  it("with a server that stopped answering: closing hangs no longer than its grace, and each arrives", async () => {
    let isMute = true;
    let unanswered = 0;
    server = await startScriptedSmtpServer({
      dot: () => {
        if (!isMute) return undefined;
        unanswered++;
        return "silence";
      },
    });
    rig = new FaultRig(server.port, { maxConnections: CONNECTIONS });
    const { ended } = await rig.keepAll(MAILS);
    await server.waitFor(() => unanswered === CONNECTIONS);
    isMute = false;
    const before = rig.clock.now();
    await rig.redeploy({}, {}, 10_000);
    // As the wall's time goes, that is the grace and half a second.
    assert.ok(rig.clock.now() - before < 10_000 + 500 * 200, "hung");
    const ends = await ended;
    assertEachMarked(ends, raws(), unanswered);
    assert.equal(ends.filter((each) => "sent" in each && each.sent.unconfirmed > 0).length, CONNECTIONS);
  });
});

type Kept = Awaited<ReturnType<FaultRig["keep"]>>;

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [outcome] = await Promise.allSettled([work]);
  return outcome;
}

const aTurnLater = (): Promise<undefined> => new Promise((resolve) => setImmediate(() => resolve(undefined)));
