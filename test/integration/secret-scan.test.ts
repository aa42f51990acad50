import { strict as assert } from "node:assert";
import { createTestCa, issueCertificate } from "../support/certificates";
import { type FlowNode, type RunningNodeRed, startNodeRed } from "../support/node-red";
import { listen } from "../support/publications";
import { assertNowhere, scanFlow } from "../support/scan-flow";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";

const USER = "scan-user";
const PASSWORD = 'sc4n-Geheim!ß"$x';
const TYPED = "sc4n-Typed-Only!";

/** Every form in which a secret could stand somewhere. */
function formsOf(secret: string): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString("base64").replace(/=+$/, "");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    base64(secret),
    base64(`\0${USER}\0${secret}`),
  ];
}

/** Repeats the line and the password in every form, as a careless or hostile server does. */
const repeat = (secret: string, code: string) => (line: string) =>
  `${code} you said ${line} and ${formsOf(secret).join(" ")}`;

function scriptsOf(secret: string): Record<string, SmtpScript> {
  const accounts = [{ user: USER, pass: secret }];
  return {
    "at the greeting": { greeting: repeat(secret, "554") },
    "at EHLO": { ehlo: repeat(secret, "550") },
    "at sign-in": { accounts, auth: repeat(secret, "535 5.7.8") },
    "at the sender": { accounts, mail: repeat(secret, "550") },
    "at the recipient": { accounts, rcpt: repeat(secret, "550") },
    "after the content": { accounts, dot: () => repeat(secret, "554")("the mail") },
    "in its acceptance": { accounts, dot: () => repeat(secret, "250")("the mail") },
  };
}

describe("secrets", function () {
  this.timeout(90_000);
  let nodeRed: RunningNodeRed;
  const seen: string[] = [];

  before(async () => {
    nodeRed = await startNodeRed({
      version: 4,
      settings: { logging: { console: { level: "trace", metrics: true, audit: true } } },
    });
  });
  after(() => nodeRed.stop());

  for (const [where, script] of Object.entries(scriptsOf(PASSWORD))) {
    it(`that are stored do not come back from a server that repeats them ${where}`, async () => {
      const server = await startScriptedSmtpServer(script);
      const published = listen(nodeRed);
      await nodeRed.deploy(flowFor(server));
      await nodeRed.fetch("inject/inject", { method: "POST" });
      await published.until(/"topic":"debug"/);
      seen.push(published.text(), await testAnswer(nodeRed, server, "__PWRD__"));
      await published.close();
      await server.close();
      // Only a server that was really given the password can repeat it.
      if (script.accounts) assert.equal(server.sessions[0]?.logins[0]?.pass, PASSWORD);
    });
  }

  for (const [where, script] of Object.entries(scriptsOf(TYPED))) {
    it(`that are only typed do not come back from a server that repeats them ${where}`, async () => {
      const server = await startScriptedSmtpServer(script);
      seen.push(await testAnswer(nodeRed, server, TYPED));
      await server.close();
      if (script.accounts) assert.equal(server.sessions[0]?.logins[0]?.pass, TYPED);
    });
  }

  it("stay in the credentials where TLS fails", async () => {
    const ca = await createTestCa();
    const { cert, key } = await issueCertificate(ca, { hosts: ["localhost"] });
    const server = await startScriptedSmtpServer({ implicitTls: { cert, key } });
    await nodeRed.deploy(flowFor(server, { security: "tls" }));
    seen.push(await testAnswer(nodeRed, server, TYPED, { security: "tls" }));
    await server.close();
  });

  it("occur in no log, status, message, answer, flow file or other file of Node-RED", async () => {
    await assertNowhere([...formsOf(PASSWORD), ...formsOf(TYPED)], seen, nodeRed);
  });
});

const flowFor = (server: ScriptedSmtpServer, raw: Record<string, unknown> = {}): FlowNode[] =>
  scanFlow({ configuration: { ...form(server, raw), credentials: { username: USER, password: PASSWORD } } });

function form({ port }: ScriptedSmtpServer, raw: Record<string, unknown>): Record<string, unknown> {
  return {
    name: "Scan",
    isDefault: true,
    host: "localhost",
    port,
    security: "none",
    auth: "password",
    from: "o@example.com",
    timeout: 5,
    version: 1,
    ...raw,
  };
}

async function testAnswer(
  nodeRed: RunningNodeRed,
  server: ScriptedSmtpServer,
  password: string,
  raw = {},
): Promise<string> {
  const body = {
    id: "config",
    config: form(server, raw),
    credentials: { username: USER, password },
    to: "b@example.com",
    send: true,
  };
  const headers = { "content-type": "application/json" };
  const response = await nodeRed.fetch("smtp-config/test", { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(response.status, 200);
  return response.text();
}
