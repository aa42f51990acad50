import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlowNode, startNodeRed } from "../support/node-red";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

const at = { z: "tab", x: 100, y: 100 };

function flows(port: number): FlowNode[] {
  const configuration = {
    name: "Orders",
    isDefault: true,
    host: "localhost",
    port,
    security: "none",
    auth: "none",
    from: "o@example.com",
    version: 1,
  };
  const props = [
    { p: "to", v: "a@example.com", vt: "str" },
    { p: "topic", v: "Kept over the crash", vt: "str" },
    { p: "payload", v: "x", vt: "str" },
  ];
  return [
    { id: "tab", type: "tab", label: "Orders" },
    { id: "config", type: "smtp-config", ...configuration },
    { id: "inject", type: "inject", ...at, props, wires: [["step"]] },
    { id: "step", type: "send-email", ...at, finishWhen: "queued", outputs: 2, wires: [[], ["debug"]] },
    {
      id: "debug",
      type: "debug",
      ...at,
      active: true,
      tosidebar: false,
      console: true,
      complete: "email",
      targetType: "msg",
      wires: [],
    },
  ];
}

for (const version of [4, 5] as const) {
  describe(`kill -9 of Node-RED ${version} with a mail that waits`, () => {
    let userDir: string;
    let server: ScriptedSmtpServer;

    beforeEach(() => {
      userDir = mkdtempSync(join(tmpdir(), "node-red-"));
    });
    afterEach(async () => {
      await server.close();
      rmSync(userDir, { recursive: true, force: true });
    });

    it("loses nothing: the next start sends it, and the second output tells the outcome", async () => {
      server = await startScriptedSmtpServer({ greeting: { say: "421 4.3.2 not now", close: "end" } });
      const { port } = server;
      const first = await startNodeRed({ version, userDir, flows: flows(port) });
      await first.fetch("inject/inject", { method: "POST" });
      await server.waitFor(() => server.sessions.length > 0);
      const counts = (await (await first.fetch("smtp-config/outbox/counts")).json()) as {
        queues: { counts: Record<string, number> }[];
      };
      const { queued = 0, deferred = 0, sending = 0 } = counts.queues[0]?.counts ?? {};
      assert.equal(queued + deferred + sending, 1);
      await first.kill();
      await server.close();

      server = await startScriptedSmtpServer({}, port);
      const second = await startNodeRed({ version, userDir, flows: flows(port) });
      await second.waitForLog(/state: 'accepted'/, 20_000);
      assert.equal(server.mails.length, 1);
      assert.match(server.mails[0]?.raw ?? "", /^Subject: Kept over the crash$/m);
      assert.equal(statSync(join(userDir, "post-office")).mode & 0o077, 0, "for its owner only");
      await second.stop();
    });
  });
}
