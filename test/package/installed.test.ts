import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestCa, issueCertificate, type KeyAndCertificate } from "../support/certificates";
import { startMailServer } from "../support/mail-server";
import { checkout, type FlowNode, nodeFor, type RunningNodeRed, startNodeRed } from "../support/node-red";
import { installInto, packCheckout, type Tarball } from "./packed";

const name = "@post-office/node-red-email";
const sets = ["smtp-config", "send-email"];
const login = { user: "orders", pass: "package-test-password" };

describe("installed from its tarball", () => {
  let tarball: Tarball;
  before(async () => {
    tarball = await packCheckout();
  });
  after(() => tarball?.remove());

  for (const version of [4, 5] as const) {
    describe(`into Node-RED ${version}`, () => {
      let userDir: string;
      let red: RunningNodeRed | undefined;
      let said: string;
      before(async () => {
        assert.ok(existsSync(nodeFor(version)), `Node-RED ${version} needs ${nodeFor(version)}; .ci/run installs it`);
        userDir = mkdtempSync(join(tmpdir(), "installed-"));
        said = await installInto(userDir, tarball);
        red = await startNodeRed({ version, userDir, nodesDir: false });
      });
      after(async () => {
        await red?.stop();
        rmSync(userDir, { recursive: true, force: true });
      });

      it("is installed without a warning, such as of a package that is deprecated", () => {
        assert.match(said, /added \d+ packages/);
        assert.doesNotMatch(said, /\bwarn|deprecated|ERR!/i);
      });

      it("registers both nodes", async () => {
        const listed = (await json("nodes")) as { module: string; name: string; enabled: boolean; err?: unknown }[];
        const ours = listed.filter(({ module }) => module === name);
        assert.deepEqual(ours.map((set) => set.name).sort(), [...sets].sort());
        for (const set of ours) assert.deepEqual([set.enabled, set.err], [true, undefined]);
      });

      it("serves the dialogs with their help, and the icons that they name", async () => {
        const page = await text("nodes", "text/html");
        for (const set of sets) {
          assert.ok(page.includes(`data-template-name="${set}"`), set);
          assert.ok(page.includes(`data-help-name="${set}"`), `help of ${set}`);
        }
        const icons = ((await json("icons")) as Record<string, string[]>)[name] ?? [];
        assert.ok(icons.length >= sets.length);
        for (const icon of icons) {
          const answer = await red!.fetch(`icons/${name}/${icon}`);
          assert.match(answer.headers.get("content-type") ?? "", /svg/);
          // An icon that Node-RED does not have is answered with its arrow, not with 404.
          assert.equal(await answer.text(), readFileSync(join(checkout, "icons", icon), "utf8"));
        }
      });

      it("serves the catalogues", async () => {
        for (const set of sets) {
          const catalogue = (await json(`nodes/${name}/${set}/messages?lng=en-US`)) as Record<string, object>;
          assert.ok(Object.keys(catalogue[set] ?? {}).length > 0, set);
        }
      });

      it("offers the examples, and each can be deployed", async () => {
        const library = `library/examples/flows/${name}`;
        const listed = ((await json(library)) as { fn: string }[]).map(({ fn }) => fn);
        const shipped = readdirSync(join(checkout, "examples")).map((file) => file.replace(/\.json$/, ""));
        assert.deepEqual(listed.sort(), shipped.sort());
        for (const example of listed) await red!.deploy((await json(`${library}/${example}`)) as FlowNode[]);
        assert.doesNotMatch(red!.log(), /missing types/);
      });

      it("sends a mail from a flow deployed through the admin API", async () => {
        const authority = await createTestCa();
        const certificate = await issueCertificate(authority, { hosts: ["localhost", "127.0.0.1"] });
        const server = await startMailServer({ tls: certificate, accounts: [login] });
        try {
          await red!.deploy(flow(server.port, certificate));
          const { envelope, parsed, secure, user } = await server.waitForMail(undefined, 20_000);
          assert.deepEqual(envelope, { from: "orders@example.com", to: ["ada@example.com"] });
          assert.deepEqual([parsed.subject, parsed.text?.trim()], ["Packed", "from the tarball"]);
          assert.deepEqual([secure, user], [true, login.user]);
          assert.ok(!red!.log().includes(login.pass));
        } finally {
          await server.close();
        }
      });

      async function text(path: string, accept: string): Promise<string> {
        const answer = await red!.fetch(path, { headers: { accept } });
        assert.equal(answer.status, 200, path);
        return answer.text();
      }
      async function json(path: string): Promise<unknown> {
        return JSON.parse(await text(path, "application/json"));
      }
    });
  }
});

function flow(port: number, { ca }: KeyAndCertificate): FlowNode[] {
  const z = "tab";
  const once = { once: true, onceDelay: 0.1, repeat: "", crontab: "" };
  const props = [
    { p: "to", v: "ada@example.com", vt: "str" },
    { p: "topic", v: "Packed", vt: "str" },
    { p: "payload", v: "from the tarball", vt: "str" },
  ];
  const files = { cert: "", key: "", ca: "", certname: "", keyname: "", caname: "ca.pem", servername: "" };
  return [
    { id: z, type: "tab", label: "package" },
    { id: "tls", type: "tls-config", name: "", ...files, verifyservercert: true, credentials: { cadata: ca } },
    {
      ...{ id: "config", type: "smtp-config", version: 1, name: "Packed", kind: "generic", isDefault: true },
      ...{ from: "orders@example.com", fromName: "", overrideFrom: false, replyTo: "", signature: "", description: "" },
      ...{ host: "127.0.0.1", port, security: "starttls", auth: "password", tls: "tls" },
      ...{ connectTimeout: 10, timeout: 30, strictAddresses: true, maxConnections: 5, perMinute: "" },
      credentials: { username: login.user, password: login.pass },
    },
    { id: "in", type: "inject", z, ...once, props, x: 1, y: 1, wires: [["send"]] },
    {
      ...{ id: "send", type: "send-email", z, version: 1, name: "", smtpConfig: "", bodyType: "text" },
      ...{ to: "to", toType: "msg", cc: "cc", ccType: "msg", bcc: "bcc", bccType: "msg" },
      ...{ from: "", fromType: "str", replyTo: "", replyToType: "str", subject: "topic", subjectType: "msg" },
      ...{ text: "payload", textType: "msg", html: "payload", htmlType: "msg" },
      ...{ attachments: "attachments", attachmentsType: "msg", headers: "", headersType: "json" },
      ...{ priority: "", priorityType: "str", inReplyTo: "", inReplyToType: "str" },
      ...{ includeSignature: true, failOnPartial: true, x: 2, y: 1, wires: [[]] },
    },
  ];
}
