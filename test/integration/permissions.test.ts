import { strict as assert } from "node:assert";
import { type MailServer, startMailServer } from "../support/mail-server";
import { type RunningNodeRed, startNodeRed } from "../support/node-red";

for (const version of [4, 5] as const)
  describe(`permissions of the admin endpoints on a real Node-RED ${version}`, function () {
    this.timeout(90_000);
    let nodeRed: RunningNodeRed;
    let server: MailServer;

    before(async () => {
      server = await startMailServer();
      nodeRed = await startNodeRed({
        version,
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

    async function outbox(user: string | undefined, path: string, method: "GET" | "POST"): Promise<number> {
      const token = user && (await nodeRed.login(user, `${user}-pass`));
      const response = await nodeRed.fetch(`smtp-config/outbox/${path}`, {
        method,
        headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
        ...(method === "POST" ? { body: JSON.stringify({ ids: [] }) } : {}),
      });
      return response.status;
    }

    it("lets who may read look at the outbox, and nobody without a token", async () => {
      for (const path of ["counts", "entries"]) {
        assert.equal(await outbox(undefined, path, "GET"), 401, path);
        assert.equal(await outbox("mailer", path, "GET"), 401, path);
        assert.equal(await outbox("reader", path, "GET"), 200, path);
      }
    });

    it("lets only who may write the outbox change what is in it", async () => {
      for (const action of ["hold", "release", "retry", "discard"]) {
        assert.equal(await outbox(undefined, action, "POST"), 401, action);
        assert.equal(await outbox("reader", action, "POST"), 401, action);
        assert.equal(await outbox("owner", action, "POST"), 200, action);
      }
    });

    it("answers broken JSON with 400", async () => {
      const token = await nodeRed.login("owner", "owner-pass");
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      assert.equal((await nodeRed.fetch("smtp-config/test", { method: "POST", headers, body: "{" })).status, 400);
    });
  });
