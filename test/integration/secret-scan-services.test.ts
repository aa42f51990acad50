import { strict as assert } from "node:assert";
import { selfSigned } from "../support/certificates";
import { type Graph, startGraph } from "../support/graph/start-graph";
import { type FlowNode, type RunningNodeRed, startNodeRed } from "../support/node-red";
import { listen } from "../support/publications";
import { assertNowhere, scanFlow } from "../support/scan-flow";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { type ApplicationCertificate, applicationCertificate } from "../support/sign-in/application-certificate";
import { type Entra, startEntra } from "../support/sign-in/entra";
import { type Google, startGoogle } from "../support/sign-in/google";

const MAILBOX = "orders@contoso.example";
const CLIENT_SECRET = 'Zk8Q~sc4n-"Client-Secret';
const USER_PASSWORD = "sc4n-User-Passw0rd!";
const REFRESH_TOKEN = "1//0g-sc4n-refresh-Token";
const GOOGLE_SECRET = "GOCSPX-sc4n-Client-5ecret";
const MESSAGE_TOKEN = "ya29.sc4n-Message-T0ken";

const azure = { tenantId: "72f988bf-86f1-41af-91ab-2d7cd011db47", clientId: "00001111-aaaa-2222-bbbb-3333cccc4444" };
const graphForm = { kind: "graph", mailbox: MAILBOX, maxConnections: 4, ...azure };

/** Where the scan looks for a secret, in every form in which it could stand there. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64];
}

describe("secrets of Graph and OAuth", function () {
  this.timeout(90_000);
  let nodeRed: RunningNodeRed;
  let entra: Entra;
  let google: Google;
  let graph: Graph;
  let smtp: ScriptedSmtpServer;
  let key: ApplicationCertificate;
  let account: ApplicationCertificate;
  const seen: string[] = [];

  before(async () => {
    key = await applicationCertificate();
    account = await applicationCertificate();
    entra = await startEntra();
    google = await startGoogle({
      serviceAccount: { clientEmail: "mail@project.example", key: account.privateKey, actsFor: [MAILBOX] },
      client: { clientId: "client.apps.example", clientSecret: GOOGLE_SECRET, refreshTokens: [REFRESH_TOKEN] },
    });
    graph = await startGraph();
    const implicitTls = await selfSigned({ hosts: ["localhost"] });
    // Repeats whatever it was given, as a careless or hostile server does.
    const auth = (line: string) => `535 5.7.3 you said ${line} ${Buffer.from(line.split(" ")[2] ?? "", "base64")}`;
    smtp = await startScriptedSmtpServer({ implicitTls, accounts: [], mechanisms: "XOAUTH2", auth });
    nodeRed = await startNodeRed({
      version: 4,
      env: { SCAN_TOKEN: MESSAGE_TOKEN },
      services: { entra: entra.url, graph: graph.url, google: google.tokenUrl },
      settings: { logging: { console: { level: "trace", metrics: true, audit: true } } },
    });
  });
  after(async () => {
    await nodeRed.stop();
    await Promise.all([entra.close(), google.close(), graph.close(), smtp.close()]);
  });

  type Case = readonly [raw: Record<string, unknown>, credentials: Record<string, string>];
  const smtpForm = () => ({
    kind: "generic",
    host: "localhost",
    port: smtp.port,
    security: "tls",
    auth: "oauth2",
    tls: "tls",
  });
  const cases: Record<string, () => Case> = {
    "of an application with a client secret": () => [
      { ...graphForm, graphAuth: "client-secret" },
      { clientSecret: CLIENT_SECRET },
    ],
    "of an application with a certificate": () => [
      { ...graphForm, graphAuth: "certificate", certificate: key.certificate },
      { certificateKey: key.privateKey },
    ],
    "of a user with a password": () => [
      { ...graphForm, graphAuth: "password" },
      { username: MAILBOX, password: USER_PASSWORD, clientSecret: CLIENT_SECRET },
    ],
    "of an application that signs in to SMTP": () => [
      { ...smtpForm(), oauthFlow: "azure-client-secret", ...azure },
      { username: MAILBOX, clientSecret: CLIENT_SECRET },
    ],
    "of a Google service account": () => [
      { ...smtpForm(), oauthFlow: "google-service-account" },
      {
        username: MAILBOX,
        serviceAccountKey: JSON.stringify({ client_email: "mail@project.example", private_key: account.privateKey }),
      },
    ],
    "of a Google refresh token": () => [
      { ...smtpForm(), oauthFlow: "google-refresh-token", clientId: "client.apps.example" },
      { username: MAILBOX, clientSecret: GOOGLE_SECRET, refreshToken: REFRESH_TOKEN },
    ],
    "of a token that the message brings": () => [{ ...smtpForm(), oauthFlow: "message" }, { username: MAILBOX }],
  };

  for (const [whose, make] of Object.entries(cases)) {
    it(`${whose} do not come back, from services that work and from those that repeat them`, async () => {
      const [raw, credentials] = make();
      const published = listen(nodeRed);
      await nodeRed.deploy(flowFor(raw, credentials));
      const inject = () => nodeRed.fetch("inject/inject", { method: "POST" });
      await inject();
      await published.until(/"topic":"debug"|"text":"held/);
      const flow = String(raw["oauthFlow"] ?? "azure");
      const service = flow.startsWith("azure") ? entra : flow.startsWith("google") ? google : undefined;
      const words = `you said ${Object.values(credentials).join(" ")}`;
      for (const failure of [
        { aadsts: 7000215, words },
        { status: 400, body: { error: "invalid_grant", error_description: words } },
        { status: 500, body: `<html><body>${words}</body></html>` },
      ]) {
        service?.fail(failure);
        seen.push(await testAnswer(raw, credentials));
      }
      const said = (): string => `you said ${entra.tokensIssued.at(-1)} ${words}`;
      seen.push(await testAnswer(raw, credentials));
      graph.failNext({ on: /sendMail/, status: 403, code: "ErrorAccessDenied", message: said() });
      seen.push(await testAnswer(raw, stored(credentials)));
      graph.failNext({ on: /sendMail/, status: 400, body: said() });
      await inject();
      seen.push(await testAnswer(raw, stored(credentials)), published.text());
      await published.close();
    });
  }

  it("occur in no log, status, message, answer, flow file or other file of Node-RED", async () => {
    const lines = [key, account].flatMap(({ privateKey }) => privateKey.split("\n").filter((line) => line.length > 40));
    const tokens = [...entra.tokensIssued, ...google.tokensIssued];
    assert.ok(entra.tokensIssued.length > 3, `${entra.tokensIssued.length} tokens of Entra`);
    assert.ok(google.tokensIssued.length > 1, `${google.tokensIssued.length} tokens of Google`);
    const given = [CLIENT_SECRET, USER_PASSWORD, REFRESH_TOKEN, GOOGLE_SECRET, MESSAGE_TOKEN];
    await assertNowhere([...given.flatMap(formsOf), ...lines, ...tokens.flatMap(formsOf)], seen, nodeRed);
  });

  const flowFor = (raw: Record<string, unknown>, credentials: Record<string, string>): FlowNode[] =>
    scanFlow({
      configuration: { ...form(raw), credentials },
      props: [{ p: "accessToken", v: "SCAN_TOKEN", vt: "env" }],
      // The message itself has the token that it brought; what this package adds must not.
      shown: "[email, error]",
      more: [{ id: "tls", type: "tls-config", name: "", cert: "", key: "", ca: "", verifyservercert: false }],
    });

  function form(raw: Record<string, unknown>): Record<string, unknown> {
    return { name: "Scan", isDefault: true, from: MAILBOX, timeout: 5, giveUpAfter: 0, version: 1, ...raw };
  }

  const stored = (credentials: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(credentials).map(([name, value]) => [name, name === "username" ? value : "__PWRD__"]),
    );

  async function testAnswer(raw: Record<string, unknown>, credentials: Record<string, string>): Promise<string> {
    const accessToken = raw["oauthFlow"] === "message" ? MESSAGE_TOKEN : "";
    const body = { id: "config", config: form(raw), credentials, to: "b@example.com", send: true, accessToken };
    const headers = { "content-type": "application/json" };
    const response = await nodeRed.fetch("smtp-config/test", { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text;
  }
});
