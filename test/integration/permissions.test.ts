import { strict as assert } from "node:assert";
import { type MailServer, startMailServer } from "../support/mail-server";
import { type RunningNodeRed, startNodeRed } from "../support/node-red";

describe("permissions of POST smtp-config/test on a real Node-RED", function () {
  this.timeout(90_000);
  let nodeRed: RunningNodeRed;
  let server: MailServer;

  before(async () => {
    server = await startMailServer();
    nodeRed = await startNodeRed({
      version: 4,
      httpAdminRoot: "/some/admin",
      adminAuth: [
        { username: "owner", password: "owner-pass", permissions: "*" },
        { username: "mailer", password: "mailer-pass", permissions: ["flows.read", "smtp-config.write"] },
        { username: "reader", password: "reader-pass", permissions: "read" },
      ],
    });
  });
  after(async () => {
    await nodeRed.stop();
    await server.close();
  });

  function request(token?: string): Promise<Response> {
    const config = {
      name: "Test",
      host: "localhost",
      port: server.port,
      security: "none",
      auth: "none",
      from: "a@example.com",
    };
    return nodeRed.fetch("smtp-config/test", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ id: "x", config, credentials: {}, to: "b@example.com", send: true }),
    });
  }

  it("refuses a request without a token", async () => {
    assert.equal((await request()).status, 401);
    assert.equal(server.connectionsTotal, 0);
  });

  it("refuses a wrong token", async () => {
    assert.equal((await request("made-up")).status, 401);
    assert.equal(server.connectionsTotal, 0);
  });

  it("refuses a user who may only read", async () => {
    assert.equal((await request(await nodeRed.login("reader", "reader-pass"))).status, 401);
    assert.equal(server.connectionsTotal, 0);
  });

  for (const user of ["owner", "mailer"]) {
    it(`serves ${user}, under httpAdminRoot`, async () => {
      const response = await request(await nodeRed.login(user, `${user}-pass`));
      assert.equal(response.status, 200);
      assert.equal(((await response.json()) as { headline: string }).headline, "complete");
    });
  }

  it("answers broken JSON with 400", async () => {
    const token = await nodeRed.login("owner", "owner-pass");
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    assert.equal((await nodeRed.fetch("smtp-config/test", { method: "POST", headers, body: "{" })).status, 400);
  });
});
