import { strict as assert } from "node:assert";
import { createTestCa, issueCertificate } from "../support/certificates";
import { rsaKey } from "../support/dkim-keys";
import { type DnsServer, startDnsServer } from "../support/dns-server";
import { type FlowNode, type RunningNodeRed, startNodeRed } from "../support/node-red";
import { listen } from "../support/publications";
import { assertNowhere, scanFlow } from "../support/scan-flow";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";

const USER = "scan-user";
const PASSWORD = 'sc4n-Geheim!ß"$x';
const TYPED = "sc4n-Typed-Only!";
const DKIM = { dkimDomain: "example.com", dkimSelector: "scan" };
const DKIM_KEYS = { stored: rsaKey(), typed: rsaKey(), short: rsaKey(1016) };

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
  let dns: DnsServer;
  const seen: string[] = [];

  before(async () => {
    dns = await startDnsServer();
    nodeRed = await startNodeRed({
      version: 4,
      services: { dns: dns.address },
      settings: { logging: { console: { level: "trace", metrics: true, audit: true } } },
    });
  });
  after(async () => {
    await nodeRed.stop();
    await dns.close();
  });

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

  it("that sign mails come back from no server, no answer and no test", async () => {
    const server = await startScriptedSmtpServer(scriptsOf(PASSWORD)["in its acceptance"]);
    const published = listen(nodeRed);
    const { stored, typed, short } = DKIM_KEYS;
    await nodeRed.deploy(flowFor(server, DKIM, { dkimKey: stored }));
    await nodeRed.fetch("inject/inject", { method: "POST" });
    await published.until(/"topic":"debug"/);
    seen.push(published.text());
    for (const dkimKey of ["__PWRD__", typed]) {
      const answer = await testAnswer(nodeRed, server, PASSWORD, DKIM, { dkimKey });
      assert.match(answer, /"value":"v=DKIM1; k=rsa; p=/);
      seen.push(answer);
    }
    // Neither is one quoted that is refused.
    for (const dkimKey of [short, stored.slice(0, 500), `${typed.slice(0, 500)}\n-----END PRIVATE KEY-----`])
      seen.push(await testAnswer(nodeRed, server, PASSWORD, DKIM, { dkimKey }, 400));
    await nodeRed.deploy(flowFor(server, DKIM, { dkimKey: short }));
    await nodeRed.fetch("inject/inject", { method: "POST" });
    await published.until(/dkimKey has 1016 bits/);
    seen.push(published.text());
    await published.close();
    await server.close();
    assert.ok(dns.asked.includes("scan._domainkey.example.com"), "the test asked this DNS");
  });

  it("occur in no log, status, message, answer, flow file or other file of Node-RED", async () => {
    const lines = Object.values(DKIM_KEYS).flatMap((key) => key.split("\n").filter((line) => line.length > 40));
    await assertNowhere([...[PASSWORD, TYPED].flatMap(formsOf), ...lines], seen, nodeRed);
  });
});

const flowFor = (server: ScriptedSmtpServer, raw: Record<string, unknown> = {}, secrets = {}): FlowNode[] =>
  scanFlow({
    configuration: { ...form(server, raw), credentials: { username: USER, password: PASSWORD, ...secrets } },
  });

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
  secrets = {},
  status = 200,
): Promise<string> {
  const body = {
    id: "config",
    config: form(server, raw),
    credentials: { username: USER, password, ...secrets },
    to: "b@example.com",
    send: true,
  };
  const headers = { "content-type": "application/json" };
  const response = await nodeRed.fetch("smtp-config/test", { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(response.status, status);
  return response.text();
}
