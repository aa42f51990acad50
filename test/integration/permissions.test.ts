import { strict as assert } from "node:assert";
import { selfSigned } from "../support/certificates";
import { type MailServer, startMailServer } from "../support/mail-server";
import { describeOnNodeRed, type RunningNodeRed, startNodeRed } from "../support/node-red";

for (const version of [4, 5] as const)
  describeOnNodeRed(version, "permissions of the admin endpoints on a real Node-RED", function () {
    this.timeout(90_000);
    let nodeRed: RunningNodeRed;
    let server: MailServer;

    before(async () => {
      server = await startMailServer();
      nodeRed = await startNodeRed({
        version,
        httpAdminRoot: "/some/admin",
        env: { PO_TEST_HOST: "secret-name.invalid" },
        adminAuth: [
          { username: "owner", password: "owner-pass", permissions: "*" },
          { username: "mailer", password: "mailer-pass", permissions: ["flows.read", "smtp-config.write"] },
          { username: "tester", password: "tester-pass", permissions: ["flows.read", "send-email.write"] },
          { username: "builder", password: "builder-pass", permissions: ["send-email.write", "flows.write"] },
          { username: "author", password: "author-pass", permissions: ["flows.read", "flows.write"] },
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

    const ask = async (user: string | undefined, path: string, body: object): Promise<Response> => {
      const token = user && (await nodeRed.login(user, `${user}-pass`));
      const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
      return nodeRed.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    };

    it("reads a certificate only for who may write configurations", async () => {
      const { cert: certificate } = await selfSigned({ hosts: ["mail.example.com"] });
      const statuses = [undefined, "reader", "mailer", "owner"].map(
        async (user) => (await ask(user, "smtp-config/certificate", { certificate })).status,
      );
      assert.deepEqual(await Promise.all(statuses), [401, 401, 200, 200]);
      const facts = await (await ask("owner", "smtp-config/certificate", { certificate })).json();
      assert.match((facts as { subject: string }).subject, /CN=mail\.example\.com/);
    });

    it("tests with environment variables that nothing deployed names only for who may write flows", async () => {
      const config = {
        name: "T",
        host: "${PO_TEST_HOST}",
        port: server.port,
        security: "none",
        auth: "none",
        from: "a@example.com",
      };
      const body = { id: "x", config, credentials: {}, send: false };
      const refused = await ask("mailer", "smtp-config/test", body);
      assert.equal(refused.status, 401);
      assert.ok(!(await refused.text()).includes("secret-name"));
      const served = await ask("owner", "smtp-config/test", body);
      assert.equal(served.status, 200);
    });

    it("makes a mail of a step's form only for who may write steps and flows, whose values it reads", async () => {
      const config = { subject: "PO_TEST_HOST", subjectType: "env" };
      const body = { id: "x", flow: "y", config, msg: { payload: "Hello" }, preview: true };
      for (const user of [undefined, "reader", "tester", "author", "mailer"]) {
        const refused = await ask(user, "send-email/test", body);
        assert.equal(refused.status, 401, user);
        assert.ok(!(await refused.text()).includes("secret-name"));
      }
      for (const user of ["owner", "builder"]) {
        const served = await ask(user, "send-email/test", body);
        assert.equal(served.status, 200, user);
        assert.equal(((await served.json()) as { mail: { subject: string } }).mail.subject, "secret-name.invalid");
      }
    });

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
