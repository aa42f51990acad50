import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlowNode, startNodeRed } from "../support/node-red";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { arrivals } from "./truth";

const MAILS = 100;
/** Of the configuration, unless it says otherwise. */
const CONNECTIONS = 5;

const at = { z: "tab", x: 100, y: 100 };

function flows(port: number): FlowNode[] {
  const server = { host: "localhost", port, security: "none", auth: "none", maxConnections: CONNECTIONS };
  const func = `for (let at = 0; at < ${MAILS}; at++) node.send({ to: "a@example.com", topic: "mail " + at, payload: "x" });`;
  return [
    { id: "tab", type: "tab", label: "Orders" },
    {
      id: "config",
      type: "smtp-config",
      name: "Orders",
      isDefault: true,
      from: "o@example.com",
      version: 1,
      ...server,
    },
    { id: "inject", type: "inject", ...at, props: [], wires: [["many"]] },
    { id: "many", type: "function", ...at, func, outputs: 1, wires: [["step"]] },
    { id: "step", type: "send-email", ...at, finishWhen: "queued", outputs: 2, wires: [[], []] },
  ];
}

for (const version of [4, 5] as const) {
  describe(`SIGTERM to Node-RED ${version} amid sending`, () => {
    let userDir: string;
    let server: ScriptedSmtpServer;

    beforeEach(() => {
      userDir = mkdtempSync(join(tmpdir(), "node-red-"));
    });
    afterEach(async () => {
      await server.close();
      rmSync(userDir, { recursive: true, force: true });
    });

    it("lets those that are with the server finish, ends, and sends the others at the next start: each once", async () => {
      let letGo = (): void => {};
      const held = new Promise<undefined>((resolve) => {
        letGo = () => resolve(undefined);
      });
      let withServer = 0;
      server = await startScriptedSmtpServer({ dot: () => (++withServer > 10 ? held : undefined) });
      const first = await startNodeRed({ version, userDir, flows: flows(server.port) });
      await first.fetch("inject/inject", { method: "POST" });
      await server.waitFor(() => withServer === 10 + CONNECTIONS, 20_000);
      await allKept(first.fetch);
      const stopping = first.stop();
      await first.waitForLog(/Stopping flows/, 20_000);
      letGo();
      await stopping;
      assert.match(first.log(), /exit 0\n$/);
      assert.equal(server.mails.length, 10 + CONNECTIONS);

      const second = await startNodeRed({ version, userDir, flows: flows(server.port) });
      await server.waitFor(() => server.mails.length >= MAILS, 20_000);
      await second.stop();
      const times = arrivals(server.mails.map(({ raw }) => raw));
      assert.deepEqual([times.size, server.mails.length], [MAILS, MAILS]);
    });
  });
}

/** Resolves when every mail of the flow is in the outbox. */
async function allKept(fetchAdmin: (path: string) => Promise<Response>): Promise<void> {
  for (;;) {
    const answer = (await (await fetchAdmin("smtp-config/outbox/counts")).json()) as {
      queues: { counts: Record<string, number> }[];
    };
    const states = Object.values(answer.queues[0]?.counts ?? {});
    if (states.reduce((sum, count) => sum + count, 0) === MAILS) return;
  }
}
