import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../../src/model/clock";
import { GraphTransport } from "../../../src/transports/graph/graph-transport";
import { FakeTokens, graphSettings } from "../../support/graph/graph-rig";
import { compose } from "../../unit/compose/composing";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const knowsProxies = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);

describe("Graph behind a proxy that the environment names", () => {
  it(`is reached ${knowsProxies ? "through it" : "directly, because this Node.js knows no proxy"}`, async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume().on("end", () => response.writeHead(202).end());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const transport = new GraphTransport(graphSettings(), {
      clock: systemClock,
      composeTestMail: () => compose({}),
      tokens: new FakeTokens(),
      graphUrl: "http://graph.invalid",
      proxyEnv: { HTTP_PROXY: `http://127.0.0.1:${port}` },
    });
    try {
      const sending = transport.send(await compose({}), new AbortController().signal, async () => {});
      if (knowsProxies) {
        assert.equal((await sending).response, "202 Accepted");
        assert.match(asked.join(), /^POST http:\/\/graph\.invalid\/v1\.0\/users\/.*\/sendMail$/);
      } else {
        await assert.rejects(sending, { reason: "graph-dns" });
        assert.deepEqual(asked, []);
      }
    } finally {
      await transport.close();
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});
