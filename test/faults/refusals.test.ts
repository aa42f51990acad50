import assert from "node:assert/strict";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { FaultRig } from "./post-office-rig";
import { assertEachOnce } from "./truth";

const MAILS = 500;

describe("500 mails and a server that refuses", () => {
  let rig: FaultRig;
  let server: ScriptedSmtpServer;

  afterEach(async () => {
    await rig.close();
    await server.close();
  });

  it("some recipients and defers others: the deferred are tried again alone, and each has it once", async () => {
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
    const kinds = ["yes", "later", "no"];
    const ended = await rig.sendAll(MAILS, { to: (at) => kinds.map((kind) => `${kind}${at}@example.com`).join(", ") });
    for (const each of ended) {
      assert.ok("sent" in each);
      const states = each.sent.recipients.map(({ state }) => state);
      assert.deepEqual([each.sent.state, ...states], ["partial", "accepted", "accepted", "rejected"]);
    }
    const timesAsked = (kind: string): number[] =>
      [...asked].filter(([address]) => address.startsWith(kind)).map(([, times]) => times);
    for (const [kind, times] of [
      ["yes", 1],
      ["later", 2],
      ["no", 1],
    ] as const) {
      assert.deepEqual(timesAsked(kind), Array(MAILS).fill(times), kind);
    }
    const got = server.mails.flatMap(({ to }) => to);
    assert.deepEqual([got.length, new Set(got).size], [2 * MAILS, 2 * MAILS]);
  });

  it("the login: the configuration is held, and goes on when it is mended; each arrives, once", async () => {
    server = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
    rig = new FaultRig(server.port, { auth: "password" }, { username: "u", password: "wrong-pass" });
    const { ended: ending } = await rig.keepAll(MAILS);
    await server.waitFor(() => server.sessions.some(({ logins }) => logins.length > 0));
    await rig.redeploy({ auth: "password" }, { username: "u", password: "right-pass" });
    const ended = await ending;
    assertEachOnce(
      ended,
      server.mails.map(({ raw }) => raw),
    );
    assert.deepEqual([...new Set(rig.held)], ["ERR_MAIL_AUTH"]);
    assert.ok(
      server.sessions.filter(({ logins }) => logins.some(({ pass }) => pass === "wrong-pass")).length <= 5,
      "tried once by each connection at most",
    );
  });
});
