import assert from "node:assert/strict";
import { FaultRig } from "./post-office-rig";
import { SmtpSink } from "./smtp-sink";
import { assertEachMarked, assertEachOnce } from "./truth";

const MAILS = 500;

/** What it does at first, until that was felt; then it is restarted, and does as it should. */
const FAULTS: Record<string, string[]> = {
  "hangs up at the greeting": ["-q", "CONNECT"],
  "hangs up at MAIL": ["-q", "MAIL"],
  "hangs up at RCPT": ["-q", "RCPT"],
  "hangs up at DATA": ["-q", "DATA"],
  "says 421 at MAIL and hangs up": ["-Q", "MAIL"],
  "defers each recipient": ["-r", "RCPT"],
};

describe("500 mails and Postfix's smtp-sink that", () => {
  let sink: SmtpSink;
  let rig: FaultRig;

  beforeEach(async () => {
    sink = await SmtpSink.reserve();
  });
  afterEach(async () => {
    await rig.close();
    await sink.close();
  });

  /** Starts it with this fault, and once more without when `often` attempts have failed. */
  async function sendThrough(faults: readonly string[], often: number): ReturnType<FaultRig["sendAll"]> {
    rig = new FaultRig(sink.port);
    await sink.start(...faults);
    let failed = 0;
    let felt = (): void => {};
    const enough = new Promise<void>((resolve) => {
      felt = resolve;
    });
    const { ended } = await rig.keepAll(MAILS, {
      onProgress({ state }) {
        if (state === "retry" && ++failed >= often) felt();
      },
    });
    await enough;
    await sink.stop();
    await sink.start();
    return ended;
  }

  it("is healthy: each arrives, once", async () => {
    rig = new FaultRig(sink.port);
    await sink.start();
    assertEachOnce(await rig.sendAll(MAILS), sink.raws);
  });

  for (const [what, faults] of Object.entries(FAULTS)) {
    it(`${what}, and then does not: each arrives, once`, async () => {
      const ended = await sendThrough(faults, 3);
      assertEachOnce(ended, sink.raws);
    });
  }

  it("hangs up after the dot, and then does not: each arrives, and whatever came twice is marked", async () => {
    const ended = await sendThrough(["-q", "."], 5);
    const doubts = ended.reduce((sum, each) => sum + ("sent" in each ? each.sent.unconfirmed : 0), 0);
    assert.ok(doubts >= 5, `${doubts} in doubt`);
    assertEachMarked(ended, sink.raws, doubts);
  });
});
